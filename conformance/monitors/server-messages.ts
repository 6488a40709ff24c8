import { member, stringOr } from "../json.js";
import { kept, type Broken, type Monitor } from "./monitor.js";
import { received } from "./received.js";

/** What a MESSAGE is answered: nothing that asks for another try, and nothing after `internal`. */
export function finalAnswers(): Monitor {
  const unknown = new Map<string, Set<string>>();
  const look: Monitor["look"] = (entry): Broken | undefined => {
    const messageId = member(entry.value, "messageId");
    if (typeof messageId !== "string" || entry.kind !== "frame") return undefined;
    const given = kept(unknown, entry.on ?? "", () => new Set<string>());
    if (entry.from === "runner") given.delete(messageId);
    const isAnswer = received(entry, "MESSAGE_ACK") || received(entry, "ERROR");
    if (isAnswer && given.has(messageId)) {
      return {
        requirements: ["MSG-19"],
        problem: "a message was answered again after ERROR internal",
        actual: entry.value,
      };
    }
    if (!received(entry, "ERROR")) return undefined;
    const code = stringOr(member(entry.value, "code"), "");
    const isRetryable = member(entry.value, "retryable") === true;
    if (code === "internal") {
      given.add(messageId);
      return isRetryable
        ? {
            requirements: ["MSG-19", "ERR-9"],
            problem: "ERROR internal of a message says that it may be sent again",
            actual: entry.value,
          }
        : undefined;
    }
    return isRetryable && code !== "window_exceeded"
      ? {
          requirements: ["MSG-15"],
          problem: `a message was answered with the retryable ERROR ${code}`,
          actual: entry.value,
        }
      : undefined;
  };
  return { name: "final_answers", look };
}
