import { describe, expect, test } from "vitest";
import { judgeSoak, type Published, type Witness } from "./checker.js";
import { Journal } from "./journal.js";

const STREAM = "a stream";
const EPOCH = "e1";

/** Event n has the key 10 n. */
function published(count: number): Published[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ stream: STREAM, epoch: EPOCH },
    ...{ eventId: index + 1, key: (index + 1) * 10 },
  }));
}

type Seen = number | { readonly reloadedTo: number };

/** A client whose handlers saw these ids, with the keys that belong to them. */
function witness(seen: readonly Seen[], sends: Witness["sends"] = []): Witness {
  const journal = new Journal();
  for (const each of seen) {
    const common = { stream: STREAM, epoch: EPOCH };
    if (typeof each === "number") {
      journal.saw({ ...common, eventId: each, event: "x", payload: { key: each * 10 } });
    } else {
      journal.reloaded({ ...common, lastEventId: each.reloadedTo, reason: "overflow" });
    }
  }
  return { name: "ana", streams: [STREAM], sightings: Object.fromEntries(journal.streams), sends };
}

function faultsOf(seen: readonly Seen[], count = 5): string {
  return judgeSoak(published(count), [witness(seen)]).faults.join("\n");
}

describe("the checker of the soak", () => {
  test("passes all events, once, in order, and where a reload bridges a gap", () => {
    expect(faultsOf([1, 2, 3, 4, 5])).toBe("");
    expect(faultsOf([1, 2, { reloadedTo: 4 }, 5])).toBe("");
  });

  test.each([
    [[1, 2, 4, 5], "lost: event 4 came after 2"],
    [[2, 3, 4, 5], "lost: event 2 came after 0"],
    [[1, 2, 3, 4], "lost: it ends at 4 before the head 5"],
    [[], "lost: it ends at 0 before the head 5"],
    [[1, 2, 2, 3, 4, 5], "doubled or out of order: event 2 came after 2"],
    [[1, 3, 2, 4, 5], "lost: event 3 came after 1"],
    [[1, 2, { reloadedTo: 4 }, 4, 5], "doubled or out of order: event 4 came after 4"],
    [[1, 2, 3, 4, 5, 6], "beyond the head 5"],
  ] as const)("%j: %s", (seen, fault) => {
    expect(faultsOf(seen)).toContain(fault);
  });

  test("another payload under the right id is found", () => {
    const other = published(5).map((each) => (each.eventId === 3 ? { ...each, key: 7 } : each));
    const { faults } = judgeSoak(other, [witness([1, 2, 3, 4, 5])]);
    expect(faults.join()).toContain("are not what was published");
  });

  test("MSG-1 a message is one event: not two, not none, and it has a result", () => {
    const accepted = { status: "accepted", stream: STREAM, epoch: EPOCH } as const;
    const judged = (sends: Witness["sends"]): string =>
      judgeSoak(published(2), [witness([1, 2, 3], sends)]).faults.join("\n");
    expect(judged([{ ...accepted, key: 30, eventId: 3 }])).toBe("");
    expect(judged([{ ...accepted, key: 20, eventId: 3 }])).toContain("key 20 became two events");
    expect(judged([{ ...accepted, key: 30, eventId: 2 }])).toContain("event 2 of a stream is two");
    expect(judged([{ ...accepted, key: 30, eventId: 4 }])).toContain("nobody published event 3");
    expect(judged([{ key: 30, status: "unsettled" }])).toContain("never had a result");
  });
});
