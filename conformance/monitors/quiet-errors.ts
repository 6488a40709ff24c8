// ERR-7: neither ERROR nor DISCONNECT repeats a secret or shows the inside of the server.

import { isObject, member, stringOr } from "../json.js";
import type { Entry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";

/** Shorter texts may stand in a message by chance. */
const LEAST_CHARACTERS = 12;
const MOST_REMEMBERED = 200;

const STACK = /\n\s*(?:at |File ")|Traceback \(most recent|goroutine \d+ \[|thread '.*' panicked/u;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.length < LEAST_CHARACTERS ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

export function quietErrors(): Monitor {
  const secrets = new Set<string>();

  const remember = (entry: Entry): void => {
    for (const name of ["payload", "token"]) {
      for (const text of textsIn(member(entry.value, name))) {
        if (secrets.size < MOST_REMEMBERED) secrets.add(text);
      }
    }
  };

  const look = (entry: Entry): Broken | undefined => {
    if (entry.kind !== "frame") return undefined;
    if (entry.from === "runner") remember(entry);
    if (entry.from !== "testee") return undefined;
    if (entry.name !== "ERROR" && entry.name !== "DISCONNECT") return undefined;
    const told = stringOr(member(entry.value, entry.name === "ERROR" ? "message" : "reason"), "");
    if (STACK.test(told)) {
      return {
        requirements: ["ERR-7"],
        problem: `${entry.name} shows a stack trace`,
        actual: entry.value,
      };
    }
    if (![...secrets].some((secret) => told.includes(secret))) return undefined;
    return {
      requirements: ["ERR-7"],
      problem: `${entry.name} repeats a payload or a token that the client sent`,
      actual: entry.value,
    };
  };
  return { name: "quiet_errors", look };
}
