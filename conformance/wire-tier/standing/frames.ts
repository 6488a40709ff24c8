// The standing rules of the driven tier that show on the wire, each for its own requirement.

import type { MonitorName } from "../../cases/case.js";
import type { Contract } from "../../contract.js";
import { member, numberOr } from "../../json.js";
import { CLIENT_MONITORS } from "../../monitors/client.js";
import type { Entry } from "../../transcript.js";
import { byClient, bySuite, HELD, unseen, type Rule } from "./rule.js";

interface Exercised {
  /** Whether an entry is what the rule is about. */
  readonly by: (entry: Entry) => boolean;
  readonly otherwise: string;
}

/** One requirement of a monitor; what it says of others is theirs. */
function monitored(
  contract: Contract,
  name: MonitorName,
  isOurs: (requirement: string) => boolean,
  exercised: Exercised,
): Rule {
  const monitor = CLIENT_MONITORS.map((make) => make(contract)).find((one) => one.name === name);
  if (!monitor) throw new Error(`no monitor is called ${name}`);
  let seen = false;
  return {
    monitor: name,
    look: (entry) => {
      seen ||= exercised.by(entry);
      const broken = monitor.look(entry);
      return broken?.requirements.some(isOurs) === true ? broken : undefined;
    },
    conclude: () => (seen ? HELD : unseen(exercised.otherwise)),
  };
}

const ANY_FRAME: Exercised = {
  by: (entry) => byClient(entry, "frame"),
  otherwise: "the client has sent no frame",
};

const ANY_MESSAGE: Exercised = {
  by: (entry) => byClient(entry, "frame", "MESSAGE"),
  otherwise: "the client has sent no MESSAGE (have its application send one)",
};

function only(requirement: string): (given: string) => boolean {
  return (given) => given === requirement;
}

/** Those of the monitor on frames that have a rule of their own; the rest is of the schemas. */
const APART: readonly string[] = ["FRAME-1", "CONN-25", "FRAME-13"];

export function jsonFrames(contract: Contract): Rule {
  return monitored(contract, "frames_valid", (given) => !APART.includes(given), ANY_FRAME);
}

export function namedTypes(contract: Contract): Rule {
  return monitored(contract, "frames_valid", only("FRAME-1"), ANY_FRAME);
}

export function knownTypes(contract: Contract): Rule {
  return monitored(contract, "frames_valid", only("CONN-25"), ANY_FRAME);
}

export function messageIds(contract: Contract): Rule {
  return monitored(contract, "frames_valid", only("FRAME-13"), ANY_MESSAGE);
}

export function credit(contract: Contract): Rule {
  return monitored(contract, "credit", only("MSG-12"), ANY_MESSAGE);
}

export function oneSyncRequest(contract: Contract): Rule {
  return monitored(contract, "one_sync_request", only("SYNC-9"), {
    by: (entry) => byClient(entry, "frame", "REQUEST_SYNC"),
    otherwise: "the client has sent no REQUEST_SYNC",
  });
}

export function silentBeforeConnect(contract: Contract): Rule {
  return monitored(contract, "silent_before_connect", only("CONN-17"), {
    by: (entry) => bySuite(entry, "CONNECT"),
    otherwise: "no connection came so far",
  });
}

/** Announced limits above this need more positions than a case sends. */
const SMALL_FRAME_BYTES = 4096;

export function framesWithinLimit(): Rule {
  const limits = new Map<string, number>();
  let judged = false;
  return {
    look: (entry) => {
      const on = entry.on ?? "";
      if (bySuite(entry, "CONNECT")) {
        limits.set(on, numberOr(member(member(entry.value, "limits"), "maxFrameBytes"), Infinity));
      }
      if (!byClient(entry, "frame", "ACK") && !byClient(entry, "frame", "REQUEST_SYNC")) {
        return undefined;
      }
      const limit = limits.get(on) ?? Infinity;
      judged ||= limit <= SMALL_FRAME_BYTES;
      const bytes = Buffer.byteLength(JSON.stringify(entry.value));
      if (bytes <= limit) return undefined;
      return {
        requirements: ["ACK-10"],
        problem: `the client sent ${entry.name ?? "a frame"} larger than the announced limits.maxFrameBytes`,
        expected: `at most ${limit} bytes`,
        actual: `${bytes} bytes`,
      };
    },
    conclude: () =>
      judged ? HELD : unseen("no REQUEST_SYNC or ACK came under a small maxFrameBytes"),
  };
}
