// Whether the client is there: pongs while it is connected, and its return after an end that asks for one.

import { HELD, isNote, NOTES, unseen, type Rule } from "./rule.js";

export function pongs(): Rule {
  let seen = false;
  return {
    look: (entry) => {
      seen ||= isNote(entry, NOTES.pong);
      if (!isNote(entry, NOTES.noPong)) return undefined;
      return {
        requirements: ["LIVE-12"],
        problem: "a WebSocket ping was not answered",
        expected: "a pong",
        actual: entry.value,
      };
    },
    conclude: () => (seen ? HELD : unseen("no connection lived long enough for a ping")),
  };
}

export function returns(): Rule {
  let back = 0;
  return {
    look: (entry) => {
      if (isNote(entry, NOTES.cameBack)) back += 1;
      if (!isNote(entry, NOTES.stayedAway)) return undefined;
      return {
        requirements: ["RECON-21"],
        problem: "the client never came back after a close that asks for a reconnect",
        expected: "another dial after the announced delay",
        actual: entry.value,
      };
    },
    conclude: () =>
      back > 0 ? HELD : unseen("no connection was closed with a code that asks for a reconnect"),
  };
}
