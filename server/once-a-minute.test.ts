import { describe, expect, test, vi } from "vitest";
import { VirtualClock } from "./clock.js";
import { Deadlines } from "./deadlines.js";
import { Failures } from "./failures.js";
import { silentLogger } from "./logger.js";
import { Occasions } from "./occasions.js";
import { localServer } from "./testing/local-server.js";
import { memoryStore } from "./stores/memory.js";
import { UnknownTypes } from "./unknown-types.js";

const MINUTE_MS = 60_000;

function scene() {
  const clock = new VirtualClock();
  const occasions = new Occasions(clock, new Deadlines(clock));
  const log = vi.fn<(about: Readonly<Record<string, unknown>>, message: string) => void>();
  const logger = { ...silentLogger, warn: log, error: log };
  const lines = (): unknown[] => log.mock.calls.splice(0).map(([about]) => about);
  return { clock, occasions, logger, lines };
}

describe("unknown types of frames", () => {
  function noting() {
    const { clock, occasions, logger, lines } = scene();
    return { clock, lines, types: new UnknownTypes(logger, occasions) };
  }

  test("each is told once a minute, with how often it came meanwhile", () => {
    const { clock, lines, types } = noting();
    for (let second = 0; second < 180; second += 1) {
      types.note("SUBSCRIBE");
      if (second < 60) types.note("QUERY");
      clock.advance(1_000);
    }
    expect(lines()).toEqual([
      { type: "SUBSCRIBE" },
      { type: "QUERY" },
      { type: "SUBSCRIBE", leftOut: 58 },
      { type: "QUERY", leftOut: 58 },
      { type: "SUBSCRIBE", leftOut: 59 },
      { type: "SUBSCRIBE", leftOut: 59 },
    ]);
  });

  test("one that came once is told once, and again when it comes again", () => {
    const { clock, lines, types } = noting();
    types.note("SUBSCRIBE");
    clock.advance(10 * MINUTE_MS);
    expect(lines()).toEqual([{ type: "SUBSCRIBE" }]);
    expect(clock.nextAt).toBe(Infinity); // nothing is waited for
    types.note("SUBSCRIBE");
    expect(lines()).toEqual([{ type: "SUBSCRIBE" }]);
  });

  test("a peer that makes up names fills no log", () => {
    const { clock, lines, types } = noting();
    for (let count = 0; count < 100_000; count += 1) types.note(`TYPE_${count}`);
    expect(lines()).toHaveLength(51);
    clock.advance(MINUTE_MS);
    expect(lines()).toEqual([{ leftOut: 100_000 - 52 }]);
    types.note("TYPE_1");
    expect(lines()).toEqual([{ type: "TYPE_1" }]);
  });

  test("AUTH-20 what is not written like a type is not shown", () => {
    const { lines, types } = noting();
    for (const type of ["eyJhbGciOi.J9", "a\nb", "", "x".repeat(9_999), "Ä"]) types.note(type);
    expect(lines()).toEqual([{ type: "(no name of a type)" }]);
  });
});

describe("failures", () => {
  function fault(message: string, code?: string): Error {
    return Object.assign(new Error(message), code === undefined ? {} : { code });
  }

  test("those that are alike are told once a minute, the others at once", () => {
    const { clock, occasions, logger, lines } = scene();
    const failures = new Failures(logger, occasions);
    const [first, second] = [fault("the store is away"), fault("the store is away")];
    const others = [fault("", "ECONNREFUSED"), fault("", "ETIMEDOUT"), new TypeError("x"), "text"];
    for (const error of [first, ...others, first, second]) failures.note(error);
    expect(lines()).toEqual([first, ...others].map((err) => ({ err })));
    clock.advance(MINUTE_MS);
    const [line, ...more] = lines() as { err: unknown; leftOut: number }[];
    expect(line?.err).toBe(second);
    expect(line?.leftOut).toBe(1);
    expect(more).toEqual([]);
  });

  test("what was left out is told when the server ends", () => {
    const { occasions, logger, lines } = scene();
    const failures = new Failures(logger, occasions);
    const error = fault("the store is away");
    for (let count = 0; count < 3; count += 1) failures.note(error);
    failures.tellLeftOut();
    failures.tellLeftOut();
    expect(lines()).toEqual([{ err: error }, { err: error, leftOut: 1 }]);
  });

  test("ERR-10 dials that fail because the store is away are counted all, and logged once a minute", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const away = new Error("the store is away");
    vi.spyOn(store.sessions, "claim").mockImplementation(() => {
      throw away;
    });
    const { dial, failures, transport, server } = await localServer({ clock, store });
    const count = 200;
    for (let user = 0; user < count; user += 1) dial(`userId=u${user}`);
    expect(failures).toEqual([away]);
    clock.advance(MINUTE_MS);
    expect(failures).toEqual([away, away]);
    expect((await transport.http({ path: "/metrics" })).body).toContain(
      `ws_faults_total ${String(count)}`,
    );
    void server.close();
  });
});
