// An adapter for the conformance suite of Latido: driver protocol version 1 over standard input and output.
// It holds one client and does what each line says with the client's public interface; it judges nothing.
//
// It begins with the client of this package. To judge your own, change what is marked "yours":
// everything else is the driver protocol, and stays.

import { createClient, type Client } from "latido/client"; // yours

type Arguments = Readonly<Record<string, unknown>>;

type Command = { readonly id: number; readonly cmd: string } & Arguments;

interface Position {
  readonly stream: string;
  readonly epoch: string;
  readonly lastEventId: number;
}

/** Settings of the command `open`. */
interface Settings {
  readonly url: string;
  readonly userId: string;
  readonly deviceId?: string;
  readonly token?: string;
  readonly heartbeatMs?: number;
  readonly startFrom?: "latest" | "acked" | "earliest";
  readonly positions?: readonly Position[];
  readonly listen?: readonly string[];
}

// Names of optional commands that handlers below answer. A case that needs another one does not run.
const CAPABILITIES = ["suspend", "resume", "token"];

let n = 0;
let client: Client | undefined;
let token: string | null = null;

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Tells what the library told: at once, and in its order. Silent for a client whose case is over. */
function report(teller: Client, event: string, fields: object): void {
  if (teller === client) print({ n: (n += 1), event, ...fields });
}

// yours: listen to everything that the library tells, and report it.
function listen(made: Client, names: readonly string[]): void {
  made.onState((change) => report(made, "state", change));
  made.onNotice((notice) => report(made, "notice", notice));
  made.onFullRefresh((refresh) => {
    report(made, "refresh", refresh);
    return undefined;
  });
  made.onPresence(({ group, scope }) => {
    const known = made.groups.get(group);
    const members = [...(known?.members.values() ?? [])];
    report(made, "presence", { group, scope, members, memberCount: known?.memberCount ?? 0 });
  });
  for (const name of names) {
    made.on(name, ({ event, ...rest }) => report(made, "delivered", { ...rest, name: event }));
  }
}

/** Positions of an earlier life, and those of this one. */
function positionStore(stored: readonly Position[]) {
  const kept = new Map(stored.map((each) => [each.stream, each]));
  return {
    load: () => [...kept.values()],
    save: (changed: readonly Position[]) => {
      for (const each of changed) kept.set(each.stream, each);
    },
  };
}

// yours: make a client with these settings, and connect it.
function open({
  positions = [],
  listen: names = ["*"],
  token: first,
  ...settings
}: Settings): void {
  token = first ?? null;
  const provider = (): string => {
    if (client) report(client, "token.asked", {});
    if (token === null) throw new Error("the provider has no token");
    return token;
  };
  const made = createClient({
    ...settings,
    ...(first === undefined ? {} : { token: provider }),
    positions: positionStore(positions),
  });
  client = made;
  listen(made, names);
  made
    .connect()
    .catch((error: Error) => report(made, "failure", { call: "connect", error: error.name }));
}

/** The outcome of a message is an event: the reply to `send` does not wait for it. */
function send(teller: Client, { key, event, payload, scope }: Arguments): void {
  const options = scope === undefined ? {} : { scope: scope as Record<string, string> };
  teller.send(event as string, payload, options).then(
    (result) => report(teller, "result", { key, ...result }),
    (error: Error) => report(teller, "result", { key, status: "failed", reason: error.name }),
  );
}

function opened(): Client {
  if (!client) throw new Error("no client is open");
  return client;
}

/** What a fence waits for: the library's own promise chains are a few turns of the event loop long. */
async function caughtUp(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Ends the client of a case without a word: from here on it is not listened to. */
async function dispose(): Promise<void> {
  const ended = client;
  client = undefined;
  await ended?.disconnect();
}

type Handler = (given: Arguments) => object | void | Promise<object | void>;

const handlers: Readonly<Record<string, Handler>> = {
  hello: () => ({
    implementation: "my-client", // yours
    version: "0.1.0", // yours
    language: "typescript",
    spec: ["1.0"],
    capabilities: CAPABILITIES,
  }),
  "case.begin": dispose,
  open: (given) => open(given as unknown as Settings),
  send: (given) => send(opened(), given),
  presence: ({ status, metadata }) =>
    opened().setPresence({ status, metadata } as Parameters<Client["setPresence"]>[0]),
  close: () => opened().disconnect(),
  fence: caughtUp,
  "case.end": dispose,
  suspend: () => opened().suspend(),
  resume: () => opened().resume(),
  token: (given) => {
    token = given.token as string | null;
  },
};

async function answer({ id, cmd, ...given }: Command): Promise<void> {
  try {
    const handler = handlers[cmd];
    if (!handler) {
      print({ re: id, ok: false, error: { code: "unsupported", message: cmd } });
      return;
    }
    print({ re: id, ok: true, ...(await handler(given)) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    print({ re: id, ok: false, error: { code: "internal", message } });
  }
}

// Lines end at byte 0x0A and nowhere else, so no line reader that also splits at U+2028. One command
// after the other.
let rest = Buffer.alloc(0);
let work = Promise.resolve();
process.stdin.on("data", (chunk: Buffer) => {
  rest = Buffer.concat([rest, chunk]);
  for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
    const command = JSON.parse(rest.subarray(0, end).toString("utf8")) as Command;
    rest = rest.subarray(end + 1);
    work = work.then(() => answer(command));
  }
});
process.stdin.on("end", () => process.exit());
