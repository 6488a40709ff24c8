// What a client must bring along from one connection to the next.

import { member, stringOr } from "../../json.js";
import { byClient, bySuite, HELD, isNote, NOTES, unseen, type Rule } from "./rule.js";

export function presenceRepeated(): Rule {
  let set = false;
  let judged = 0;
  const owing = new Set<string>();
  return {
    look: (entry) => {
      const on = entry.on ?? "";
      if (bySuite(entry, "CONNECT") && set) owing.add(on);
      if (byClient(entry, "frame", "PRESENCE_UPDATE")) {
        set = true;
        if (owing.delete(on)) judged += 1;
      }
      if (!isNote(entry, NOTES.handover) || !owing.delete(on)) return undefined;
      return {
        requirements: ["PRES-22"],
        problem: "the client did not repeat its last PRESENCE_UPDATE after CONNECT",
        expected: "a PRESENCE_UPDATE on each connection after the one where a status was set",
        actual: "none",
      };
    },
    owes: (connection) => owing.has(connection),
    fresh: () => {
      set = false;
    },
    conclude: () =>
      judged > 0
        ? HELD
        : unseen("the application has set no status before a reconnect (have it set one)"),
  };
}

/** MSG-2 and MSG-3: unanswered messages come again, under their ids and in their order. */
export function messagesResent(): Rule {
  const unanswered: string[] = [];
  const owed = new Map<string, string[]>();
  let judged = 0;
  const settled = (messageId: string): void => {
    const at = unanswered.indexOf(messageId);
    if (at >= 0) unanswered.splice(at, 1);
  };
  return {
    look: (entry) => {
      const on = entry.on ?? "";
      const messageId = stringOr(member(entry.value, "messageId"), "");
      if (bySuite(entry, "CONNECT")) owed.set(on, [...unanswered]);
      if (bySuite(entry, "MESSAGE_ACK")) settled(messageId);
      if (byClient(entry, "frame", "MESSAGE")) {
        const [next] = owed.get(on) ?? [];
        const known = unanswered.includes(messageId);
        if (!known) unanswered.push(messageId);
        if (next === undefined) return undefined;
        if (next === messageId) {
          owed.get(on)?.shift();
          judged += 1;
          return undefined;
        }
        return {
          requirements: known ? ["MSG-3"] : ["MSG-2", "MSG-3"],
          problem: known
            ? "a message came again before an older one that is unanswered"
            : "a message under a new id came before an unanswered one, or instead of it",
          expected: `messageId ${next}`,
          actual: messageId,
        };
      }
      if (!isNote(entry, NOTES.handover)) return undefined;
      const [missing] = owed.get(on) ?? [];
      owed.delete(on);
      if (missing === undefined) return undefined;
      return {
        requirements: ["MSG-2"],
        problem: "the client did not send an unanswered message again after CONNECT",
        expected: `MESSAGE ${missing}`,
        actual: "none",
      };
    },
    owes: (connection) => (owed.get(connection)?.length ?? 0) > 0,
    fresh: () => {
      unanswered.length = 0;
    },
    conclude: () =>
      judged > 0
        ? HELD
        : unseen(
            "no message was unanswered when a connection ended (have the application send one)",
          ),
  };
}
