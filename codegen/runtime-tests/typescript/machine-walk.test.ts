import { afterAll, describe, expect, test } from "vitest";

import type { Move } from "../../../generated/typescript/client/machine.js";
import {
  CLIENT_CONNECTION,
  CLIENT_STREAM,
  type ClientConnectionInput,
  type ClientConnectionState,
  type ClientStreamInput,
  type ClientStreamState,
  type Machine,
} from "../../../generated/typescript/tables.js";
import { head, ORDERS, SessionProbe } from "./session-probe.js";

type Prepare = () => SessionProbe;
type Act = (probe: SessionProbe) => unknown;

/** A dead link is noticed before the connection counts as stable. */
const HASTY = { intervalMs: 1_000, timeoutMs: 1_000 };

const TOKEN = { expiresInMs: 20_000, refreshLeadMs: 15_000 };

/** Every row that any walk has taken. */
const taken = new Set<string>();

function rowOf(machine: string, from: string, input: string, to: string): string {
  return `${machine}: ${from} --${input}--> ${to}`;
}

function rows<State extends string, Input extends string>(
  name: Move["machine"],
  table: Machine<State, Input>,
): string[] {
  return table.states.flatMap((from) =>
    table.inputs.flatMap((input) =>
      (table.moves[from][input] ?? []).map(({ to }) => rowOf(name, from, input, to)),
    ),
  );
}

/** Start a probe with a provider; answers its question. */
function dialled(): SessionProbe {
  const probe = new SessionProbe({ tokens: { kind: "provider" } }).input({ type: "connect" });
  return token(probe);
}

function token(probe: SessionProbe): SessionProbe {
  const { requestId } = probe.last("requestToken");
  return probe.input({ type: "token", requestId, token: "t" });
}

function noToken(probe: SessionProbe): SessionProbe {
  const { requestId } = probe.last("requestToken");
  return probe.input({ type: "tokenFailed", requestId, problem: "no" });
}

function connectedProbe(): SessionProbe {
  return dialled()
    .open()
    .accept([head(0)], { token: TOKEN });
}

/** Told not to come back, before the end itself has come. */
function forbidden(probe: SessionProbe): SessionProbe {
  return probe.frame({ type: "DISCONNECT", code: 1012, reason: "", reconnect: false });
}

/** One failure short of the open circuit, dialling again. */
function nearCircuit(): SessionProbe {
  let probe = dialled();
  for (let failure = 1; failure < 10; failure += 1) {
    probe = token(probe.end().elapse(probe.lastState().retryInMs ?? 0));
  }
  return probe;
}

function circuitOpen(): SessionProbe {
  return nearCircuit().end();
}

/** The delay that was declared last, if one was. */
function waitOf(probe: SessionProbe): number {
  return probe.all("state").at(-1)?.state.retryInMs ?? 0;
}

/** Live to a moment after CONNECT, with every heartbeat answered. */
function live(probe: SessionProbe, ms: number): SessionProbe {
  const end = probe.now + ms;
  while (probe.now < end) {
    probe.elapse(Math.min(100, end - probe.now));
    if (probe.isConnected) probe.frame({ type: "HEARTBEAT_ACK" });
  }
  return probe;
}

describe("LIB-15: the connection walks every row of its table", () => {
  const states: Record<ClientConnectionState, readonly Prepare[]> = {
    idle: [() => new SessionProbe()],
    connecting: [dialled, nearCircuit, () => forbidden(dialled().open())],
    connected: [
      connectedProbe,
      () => forbidden(connectedProbe()),
      () =>
        nearCircuit()
          .open()
          .accept([head(0)], { token: TOKEN }),
      () => nearCircuit().open().accept([], { token: TOKEN, heartbeat: HASTY }),
    ],
    backoff: [() => connectedProbe().end()],
    circuit_open: [circuitOpen],
    suspended: [() => connectedProbe().input({ type: "suspend" })],
    closed: [() => connectedProbe().input({ type: "disconnect" })],
  };

  const inputs: Record<ClientConnectionInput, readonly Act[]> = {
    connect: [(probe) => probe.input({ type: "connect" })],
    "token:received": [(probe) => askForToken(probe) && token(probe)],
    "token:failed": [(probe) => askForToken(probe) && noToken(probe)],
    opened: [(probe) => probe.open()],
    "frame:CONNECT": [(probe) => probe.accept([])],
    "frame:DISCONNECT": [
      (probe) => probe.frame({ type: "DISCONNECT", code: 1012, reason: "", reconnect: true }),
    ],
    "frame:ERROR": [
      (probe) => probe.frame({ type: "ERROR", code: "internal", message: "no", retryable: false }),
    ],
    "frame:TOKEN_REFRESHED": [
      (probe) => probe.frame({ type: "TOKEN_REFRESHED", token: TOKEN, modules: [], streams: [] }),
    ],
    "frame:other": [(probe) => probe.frame({ type: "HEARTBEAT_ACK" })],
    ended: [(probe) => probe.end(1006), (probe) => probe.end(4502)],
    "tick:connectTimeout": [(probe) => probe.elapse(10_000)],
    "tick:heartbeat": [(probe) => probe.elapse(2_500)],
    "tick:heartbeatDeadline": [
      (probe) => probe.elapse(2_500).elapse(4_000),
      (probe) => probe.elapse(2_500).sleep(9_000).tick(),
    ],
    "tick:stable": [(probe) => live(probe, 5_000)],
    "tick:tokenRefresh": [(probe) => live(probe, 10_000)],
    "tick:backoff": [(probe) => probe.elapse(waitOf(probe))],
    "tick:circuitRest": [(probe) => probe.elapse(waitOf(probe))],
    "signal:online": [(probe) => probe.input({ type: "signal", signal: "online" })],
    "signal:visible": [(probe) => probe.input({ type: "signal", signal: "visible" })],
    suspend: [(probe) => probe.input({ type: "suspend" })],
    resume: [(probe) => probe.input({ type: "resume" })],
    disconnect: [(probe) => probe.input({ type: "disconnect" })],
  };

  /** Bring about a question to the provider, where the state has one. */
  function askForToken(probe: SessionProbe): boolean {
    if (probe.session.state === "connected") live(probe, 10_000);
    if (probe.session.state !== "connecting") return probe.all("requestToken").length > 0;
    probe.end().elapse(probe.lastState().retryInMs ?? 0);
    return true;
  }

  for (const from of CLIENT_CONNECTION.states) {
    test.each(CLIENT_CONNECTION.inputs)(`${from}, %s`, (input) => {
      for (const prepare of states[from]) {
        for (const act of inputs[input]) {
          const probe = prepare();
          expect(probe.session.state).toBe(from);
          const before = probe.moves.length;
          act(probe);
          record(probe.moves);
          const moves = probe.moves
            .slice(before)
            .filter((move) => move.machine === "clientConnection" && move.input === input);
          const listed = CLIENT_CONNECTION.moves[from][input]?.map(({ to }) => to) ?? [];
          if (listed.length === 0) {
            const here = moves.filter((move) => move.from === from);
            expect(here, "an input that is not listed has no effect").toEqual([]);
            if (!input.startsWith("tick:") && !input.startsWith("token:")) {
              expect(probe.session.state).toBe(from);
            }
          } else if (!isRarer(from, input)) {
            expect(moves.map(({ to }) => to)).toContainEqual(expect.toBeOneOf(listed));
          }
        }
      }
    });
  }

  /** Rows whose input needs more than this walk gives in each of its variants. */
  function isRarer(from: ClientConnectionState, input: ClientConnectionInput): boolean {
    return from === "connecting" && input.startsWith("token:");
  }
});

describe("LIB-15: a stream walks every row of its table", () => {
  const slow = (): SessionProbe => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.prompt = false;
    return probe;
  };

  const states: Record<ClientStreamState, readonly Prepare[]> = {
    live: [slow],
    syncing: [() => slow().event(9), () => slow().event(7), () => slow().event(9).page(5, [])],
    reloading: [() => slow().refresh(8), () => slow().refresh(8).refresh(9)],
    forbidden: [() => refused(slow(), "forbidden_stream")],
    removed: [() => slow().reopen().accept([])],
  };

  const inputs: Record<ClientStreamInput, readonly Act[]> = {
    head: [
      (probe) => probe.frame({ type: "HEARTBEAT_ACK", streams: [head(5)] }),
      (probe) => probe.frame({ type: "HEARTBEAT_ACK", streams: [head(7)] }),
    ],
    event: [(probe) => probe.event(6), (probe) => probe.event(8), (probe) => probe.event(2)],
    page: [
      (probe) => probe.page(5, [6, 7, 8, 9]),
      (probe) => probe.page(5, [6], { headEventId: 9, complete: false }),
      (probe) => probe.page(4, [5, 6]),
    ],
    refresh: [(probe) => probe.refresh(10)],
    "error:forbidden_stream": [(probe) => refused(probe, "forbidden_stream")],
    "error:retryable": [(probe) => refused(probe, "internal")],
    reloadEnded: [
      (probe) => reloaded(probe),
      (probe) => {
        if (probe.isConnected) probe.frame({ type: "HEARTBEAT_ACK", streams: [head(30)] });
        reloaded(probe);
      },
    ],
    reloadFailed: [(probe) => reloadFailed(probe)],
    connected: [
      (probe) => probe.reopen().accept([head(5)]),
      (probe) => probe.reopen().accept([head(9)]),
      (probe) =>
        probe.frame({ type: "TOKEN_REFRESHED", token: TOKEN, modules: [], streams: [head(5)] }),
      (probe) =>
        probe.frame({ type: "TOKEN_REFRESHED", token: TOKEN, modules: [], streams: [head(9)] }),
    ],
    connectionLost: [(probe) => probe.end()],
    removed: [
      (probe) => probe.frame({ type: "TOKEN_REFRESHED", token: TOKEN, modules: [], streams: [] }),
    ],
    "tick:syncTimeout": [(probe) => live(probe, 17_000), (probe) => live(probe, 60_000)],
    "tick:syncRetry": [
      (probe) => live(refused(probe, "internal"), 2_000),
      (probe) => live(refused(probe, "internal").page(5, [6, 7, 8, 9]), 2_000),
      (probe) => live(probe, 300),
    ],
    "tick:reloadRetry": [(probe) => live(reloadFailed(probe), 1_000)],
  };

  function refused(probe: SessionProbe, code: string): SessionProbe {
    return probe.frame({ type: "ERROR", code, message: "no", retryable: true, stream: ORDERS });
  }

  function reloaded(probe: SessionProbe): SessionProbe {
    const reloadId = probe.all("reload").at(-1)?.reloadId ?? 0;
    return probe.input({ type: "reloaded", stream: ORDERS, reloadId });
  }

  function reloadFailed(probe: SessionProbe): SessionProbe {
    const reloadId = probe.all("reload").at(-1)?.reloadId ?? 0;
    return probe.input({ type: "reloadFailed", stream: ORDERS, reloadId, problem: "no" });
  }

  for (const from of CLIENT_STREAM.states) {
    test.each(CLIENT_STREAM.inputs)(`${from}, %s`, (input) => {
      for (const prepare of states[from]) {
        for (const act of inputs[input]) {
          const probe = prepare();
          expect(probe.streamState()).toBe(from);
          const before = probe.moves.length;
          act(probe);
          record(probe.moves);
          const listed = CLIENT_STREAM.moves[from][input];
          const here = probe.moves
            .slice(before)
            .filter((move) => move.subject === ORDERS && move.input === input)
            .filter((move) => move.from === from);
          if (listed === undefined) expect(here).toEqual([]);
        }
      }
    });
  }

  test("rows that need a history of their own", () => {
    // an event closes the gap while the client waits to ask again
    const closed = slow().event(7).page(5, []);
    record(live(closed.event(6).handled(6), 300).moves);
    // syncing on, the list of a refreshed token names the stream
    const head9 = {
      type: "TOKEN_REFRESHED",
      token: TOKEN,
      modules: [],
      streams: [head(9)],
    } as const;
    record(slow().event(9).frame(head9).moves);
  });
});

afterAll(() => {
  const all = [
    ...rows("clientConnection", CLIENT_CONNECTION),
    ...rows("clientStream", CLIENT_STREAM),
  ];
  expect(all.filter((row) => !taken.has(row))).toEqual([]);
});

function record(moves: readonly Move[]): void {
  for (const { machine, from, input, to } of moves) taken.add(rowOf(machine, from, input, to));
}
