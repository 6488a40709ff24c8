import { describe, expect, it } from "vitest";

import { compareContracts } from "./compare-contracts.js";
import { Edited, ownContract, protocol } from "./contracts.test-support.js";

const BASE = protocol();

const BOTH = ["clients", "servers"] as const;
const CLIENTS = ["clients"] as const;
const SERVERS = ["servers"] as const;
const NOBODY = [] as const;

/** Each edit of the protocol, one of the lines that it gives, and whom that one breaks. */
const ROWS: readonly (readonly [
  what: string,
  edit: (edited: Edited) => void,
  line: string,
  breaks: readonly ("clients" | "servers")[],
])[] = [
  [
    "a frame from the client is added",
    (e) => void e.contract.frames.push({ ...frame(e, "ACK"), type: "NUDGE", name: "PingFrame" }),
    "frame NUDGE: added, sent by the client",
    SERVERS,
  ],
  [
    "a frame from the client is added with a later version",
    (e) => {
      e.contract.frames.push({ ...frame(e, "ACK"), type: "NUDGE", name: "PingFrame" });
      e.contract.protocolVersion = "1.1";
    },
    "frame NUDGE: added, sent by the client",
    NOBODY,
  ],
  [
    "a frame from the server is added",
    (e) => void e.contract.frames.push({ ...frame(e, "EVENT"), type: "HINT", name: "PongFrame" }),
    "frame HINT: added, sent by the server",
    NOBODY,
  ],
  [
    "a frame from the server is removed",
    (e) => {
      e.drop(e.contract.frames, ({ type }) => type === "PRESENCE_DIFF");
    },
    "frame PRESENCE_DIFF: removed",
    CLIENTS,
  ],
  [
    "a frame is renamed",
    (e) => {
      frame(e, "ACK").type = "CONFIRM";
      e.shape("AckFrame", "type", { value: "CONFIRM" });
    },
    "frame ACK: renamed CONFIRM",
    BOTH,
  ],
  [
    "a frame changes its sender",
    (e) => (frame(e, "ACK").sender = "server"),
    "frame ACK: sent by the server now",
    BOTH,
  ],
  [
    "a field of a client's frame becomes required",
    (e) => {
      e.addField("AckFrame", "why", true);
    },
    "AckFrame.why: required field added",
    CLIENTS,
  ],
  [
    "a field of a client's frame becomes optional",
    (e) => (e.field("MessageFrame", "messageId").required = false),
    "MessageFrame.messageId: required → optional",
    SERVERS,
  ],
  [
    "the pattern of an id changes",
    (e) => {
      Object.assign(e.type("MessageId").shape, { pattern: "^[a-f0-9-]{36}$" });
    },
    `MessageId: pattern ${messageIdPattern()} → ^[a-f0-9-]{36}$`,
    BOTH,
  ],
  [
    "a closed enum from the client grows in the same version",
    (e) => {
      Object.assign(e.type("OwnStatus").shape, { values: [...ownStatus(e), "dnd"] });
    },
    "OwnStatus: values added: dnd",
    SERVERS,
  ],
  [
    "a closed enum from the client grows with a later version",
    (e) => {
      Object.assign(e.type("OwnStatus").shape, { values: [...ownStatus(e), "dnd"] });
      e.contract.protocolVersion = "1.1";
    },
    "OwnStatus: values added: dnd",
    NOBODY,
  ],
  [
    "the subprotocol changes",
    (e) => (e.contract.subprotocol = "latido.v2"),
    "subprotocol: latido.v1 → latido.v2",
    BOTH,
  ],
  [
    "the major version changes",
    (e) => (e.contract.protocolVersion = "2.0"),
    "protocol version: 1.0 → 2.0",
    BOTH,
  ],
  [
    "the minor version changes",
    (e) => (e.contract.protocolVersion = "1.1"),
    "protocol version: 1.0 → 1.1",
    NOBODY,
  ],
  [
    "the bearer prefix changes",
    (e) => (e.contract.bearerPrefix = "bearer."),
    "bearer prefix: latido.bearer. → bearer.",
    BOTH,
  ],
  [
    "a route is removed",
    (e) => {
      e.drop(e.contract.routes, ({ path }) => path === "/v1/events");
    },
    "POST /v1/events: route removed",
    CLIENTS,
  ],
  [
    "a route is added",
    (e) => void e.contract.routes.push({ ...route(e), path: "/v2/events" }),
    "POST /v2/events: route added",
    SERVERS,
  ],
  [
    "a route's request gets a required field",
    (e) => {
      e.addField("PublishRequest", "key", true);
    },
    "PublishRequest.key: required field added",
    CLIENTS,
  ],
  [
    "a webhook's answer gets a required field",
    (e) => {
      e.addField("WebhookResponse", "trace", true);
    },
    "WebhookResponse.trace: required field added",
    CLIENTS,
  ],
  [
    "a close code is added within its range",
    (e) => void e.contract.policy.closeCodes.push(code(e, 4004, "backoff")),
    "close code 4004 tired: added, backoff",
    NOBODY,
  ],
  [
    "a close code is added against its range",
    (e) => void e.contract.policy.closeCodes.push(code(e, 4004, "stop")),
    "close code 4004 tired: added, stop",
    CLIENTS,
  ],
  [
    "a close code's rule changes",
    (e) => (e.one(e.contract.policy.closeCodes, (row) => row.code === 4502).reconnect = "backoff"),
    "close code 4502 session_replaced: reconnect rule stop → backoff",
    BOTH,
  ],
  [
    "the rule for other codes changes",
    (e) => (e.one(e.contract.policy.closeCodeRanges, ({ from }) => from === 4500).to = 4900),
    "close codes 4901–4999 without a row: stop → backoff",
    BOTH,
  ],
  [
    "an error code is added",
    (e) =>
      void e.contract.policy.errorCodes.push({
        ...e.one(e.contract.policy.errorCodes, () => true),
        code: "tired",
      }),
    "error code tired: added",
    NOBODY,
  ],
  [
    "an error becomes a violation",
    (e) =>
      (e.one(e.contract.policy.errorCodes, (row) => row.code === "unknown_type").countsAsViolation =
        true),
    "error code unknown_type: now a violation",
    CLIENTS,
  ],
  [
    "an announced default changes",
    (e) =>
      (e.one(e.contract.policy.timers, ({ name }) => name === "heartbeatIntervalMs").default =
        9000),
    "timer heartbeatIntervalMs: default 5000 → 9000",
    NOBODY,
  ],
  [
    "a fixed number changes",
    (e) => (e.one(e.contract.policy.limits, ({ name }) => name === "serverFrameBytes").default = 9),
    "limit serverFrameBytes: default 1048576 → 9",
    BOTH,
  ],
  [
    "a number is announced elsewhere",
    (e) =>
      (e.one(e.contract.policy.timers, ({ name }) => name === "syncTimeoutMs").announcedIn = "x"),
    "timer syncTimeoutMs: announced in sync.timeoutMs → x",
    BOTH,
  ],
  [
    "a client must do more",
    (e) => void e.contract.requirements.push(rule(e, "client")),
    "requirement NEW-1: MUST of client added",
    CLIENTS,
  ],
  [
    "a server must do more",
    (e) => void e.contract.requirements.push(rule(e, "server")),
    "requirement NEW-1: MUST of server added",
    SERVERS,
  ],
  [
    "a server must do more from a later version on",
    (e) => {
      e.contract.requirements.push(rule(e, "server"));
      e.contract.protocolVersion = "1.1";
    },
    "requirement NEW-1: MUST of server added",
    NOBODY,
  ],
  [
    "a server need not do it any more",
    (e) => {
      e.drop(e.contract.requirements, ({ id }) => id === "ROUTE-9");
    },
    "requirement ROUTE-9: MUST removed",
    CLIENTS,
  ],
  [
    "a client's MUST becomes a SHOULD",
    (e) => (e.one(e.contract.requirements, ({ id }) => id === "FRAME-13").level = "SHOULD"),
    "requirement FRAME-13: MUST of client → SHOULD of client",
    SERVERS,
  ],
  [
    "a requirement is worded anew",
    (e) => (e.one(e.contract.requirements, ({ id }) => id === "FRAME-13").sentence = "Other."),
    "requirement FRAME-13: worded anew",
    NOBODY,
  ],
  [
    "a machine changes",
    (e) => void e.one(e.contract.machines, () => true).transitions.pop(),
    `machine ${BASE.machines[0]?.name ?? ""}: changed`,
    NOBODY,
  ],
];

describe("what a change of the protocol breaks", () => {
  it.each(ROWS)("%s", (_, edit, line, breaks) => {
    const edited = new Edited(BASE);
    edit(edited);
    const changes = compareContracts(BASE, edited.contract);
    expect(changes.map(({ subject, change }) => `${subject}: ${change}`)).toContain(line);
    const change = changes.find((each) => `${each.subject}: ${each.change}` === line);
    expect([...new Set(change?.breaks.map((each) => each.breaks))]).toEqual(breaks);
  });

  it("names a caller of the HTTP interface and a webhook as what they are", () => {
    const edited = new Edited(BASE);
    edited.addField("PublishRequest", "key", true);
    edited.addField("WebhookResponse", "trace", true);
    const pairs = compareContracts(BASE, edited.contract).map(({ breaks }) => breaks[0]?.pair);
    expect(pairs).toEqual(["old caller × new server", "old webhook × new server"]);
  });

  it("refuses to compare the protocol with a contract that builds on it", () => {
    const own = ownContract();
    expect(() => compareContracts(BASE, own)).toThrow(/the first contract is the protocol itself/u);
    expect(() => compareContracts(own, BASE)).toThrow(
      /the second contract is the protocol itself/u,
    );
  });
});

function frame(e: Edited, type: string): Edited["contract"]["frames"][number] {
  return e.one(e.contract.frames, (each) => each.type === type);
}

function route(e: Edited): Edited["contract"]["routes"][number] {
  return e.one(e.contract.routes, ({ path }) => path === "/v1/events");
}

function messageIdPattern(): string {
  const shape = BASE.types.find(({ name }) => name === "MessageId")?.shape;
  return shape?.kind === "string" ? (shape.pattern ?? "") : "";
}

function ownStatus(e: Edited): readonly string[] {
  const { shape } = e.type("OwnStatus");
  return shape.kind === "enum" ? shape.values : [];
}

function code(
  e: Edited,
  number: number,
  reconnect: "stop" | "backoff",
): Edited["contract"]["policy"]["closeCodes"][number] {
  const row = e.one(e.contract.policy.closeCodes, () => true);
  return { ...row, code: number, name: "tired", reconnect };
}

function rule(e: Edited, role: "client" | "server"): Edited["contract"]["requirements"][number] {
  const row = e.one(e.contract.requirements, ({ level }) => level === "MUST");
  return { ...row, id: "NEW-1", role };
}
