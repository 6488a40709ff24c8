import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { TeamFolder, kits, type Told } from "./exchange.js";
import { mayBeMissing } from "./languages.js";

const LIMIT_MS = 600_000;
const ALL = kits();
const PRESENT = ALL.filter(({ missing }) => missing === undefined);
const NAMES = PRESENT.map(({ language }) => language);
const ORDER = { orderId: "o-17", totalCents: 2450 };

let team: TeamFolder;
/** What each client told, by its language. */
const told = new Map<string, readonly Told[]>();
/** Statuses of publications: wrong by the server's contract, right by it alone, right by that of the clients too. */
let published: readonly number[] = [];

beforeAll(async () => {
  team = new TeamFolder();
  await team.install();
  const commands = await Promise.all(PRESENT.map((kit) => team.client(kit)));
  // The server's contract is newer than the one that the clients were generated from.
  team.edit("minimum: 0", "minimum: -9000");
  const { url, publish } = await team.serve();
  const post = async (payload: unknown): Promise<number> => {
    const body = JSON.stringify({ scopes: [{ place: "demo" }], event: "order_created", payload });
    const headers = { "content-type": "application/json" };
    return (await fetch(publish, { method: "POST", headers, body })).status;
  };
  published = [
    await post({ ...ORDER, totalCents: "1" }),
    await post({ ...ORDER, totalCents: -1 }),
    await post(ORDER),
  ];
  const talking = commands.map((command, index) =>
    team.talk([...command, url, NAMES[index]!, NAMES.join(",")]),
  );
  for (const [index, lines] of (await Promise.all(talking)).entries()) {
    told.set(NAMES[index]!, lines);
  }
}, LIMIT_MS);

afterAll(() => {
  team[Symbol.dispose]();
});

describe("an empty folder, the packed package and a contract of its own", () => {
  it("has a client in each language, or says what is missing", () => {
    const missing = ALL.flatMap((kit) => kit.missing ?? []);
    for (const each of missing) process.stderr.write(`exchange without ${each}\n`);
    if (!mayBeMissing()) expect(missing).toEqual([]);
    expect(PRESENT.length).toBeGreaterThanOrEqual(1);
  });

  it.each(NAMES)("%s hears everyone and the application, typed", (language) => {
    const heard = (told.get(language) ?? []).filter(({ heard }) => heard !== undefined);
    expect(heard.sort((a, b) => (String(a.from) < String(b.from) ? -1 : 1))).toEqual(
      [...NAMES].sort().map((from) => ({ heard: `hello from ${from}`, from })),
    );
    const orders = (told.get(language) ?? []).filter(({ order }) => order !== undefined);
    expect(orders).toEqual([{ order: "o-17", cents: 2450 }]);
  });

  it.each(NAMES)("%s gets no payload that its own contract does not allow", (language) => {
    const invalid = (told.get(language) ?? []).filter(({ invalid }) => invalid !== undefined);
    expect(invalid).toEqual([
      {
        invalid: "order_created",
        problem: expect.stringMatching(/totalCents must be .*0$/u) as string,
      },
    ]);
  });

  it.each(NAMES)("%s refuses to send what the contract does not allow", (language) => {
    const refused = (told.get(language) ?? []).flatMap(({ refused }) => refused ?? []);
    expect(refused).toEqual([
      expect.stringMatching(
        /^(?:T|latido: t)he payload of "chat_message": .*text must be (?:a )?string$/u,
      ),
      expect.stringMatching(
        /^(?:latido: )?"order_created" is not for clients to send; clients send "?chat/u,
      ),
    ]);
  });

  it("the server refuses what a client without the contract sends, and what is published so", () => {
    const server = (told.get("typescript") ?? []).flatMap(({ server }) => server ?? []);
    expect(server).toEqual(["invalid_message", "unsupported_event"]);
    expect(published).toEqual([400, 200, 200]);
  });
});
