// One evening of examples/restaurant, as a reader runs it, and what the application decides.

import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

import { generatePackage } from "../codegen/generate-package.js";
import { fencesOf } from "../docs/samples/fences.js";
import { House } from "./restaurant/house/house.js";
import type { Request } from "./restaurant/house/requests.js";
import { LIMIT_MS, linesOf } from "./run-example.test-support.js";

/** A line that somebody saw; those without a module are of the device itself. */
interface Seen {
  readonly by: string;
  readonly module: string;
  readonly eventId: number;
  readonly text: string;
}

function seenIn(lines: readonly string[]): readonly Seen[] {
  return lines
    .filter((line) => line.startsWith("  "))
    .map((line) => {
      const [module = "", eventId] = line.slice(10, 22).trim().split(" ");
      return {
        by: line.slice(2, 10).trim(),
        module,
        eventId: Number(eventId),
        text: line.slice(22),
      };
    });
}

describe("examples/restaurant", () => {
  let lines: readonly string[];
  let seen: readonly Seen[];
  const by = (...names: readonly string[]): readonly Seen[] =>
    seen.filter((line) => names.includes(line.by) && line.module !== "");

  beforeAll(async () => {
    lines = await linesOf("restaurant", "run.js");
    seen = seenIn(lines);
  }, LIMIT_MS);

  it("prints what its page shows", () => {
    const shown = fencesOf("examples/restaurant/README.md").find(
      ({ language }) => language === "text",
    );
    expect(lines).toEqual(shown?.code.trimEnd().split("\n"));
  });

  it("a diner hears of the own visit alone, a waiter of the own sector", () => {
    const tables = (...names: readonly string[]): readonly string[] => [
      ...new Set(by(...names).flatMap(({ text }) => /^table \d+/u.exec(text) ?? [])),
    ];
    expect(tables("nora", "teo")).toEqual(["table 7"]);
    expect(tables("iris")).toEqual(["table 2"]);
    expect(tables("wanda")).toEqual(["table 7"]);
    expect(tables("hugo")).toEqual(["table 2"]);
    expect(by("paul")).toEqual([]);
  });

  it("the kitchen hears its modules of every table", () => {
    expect([...new Set(by("cook").map(({ module }) => module))].sort()).toEqual([
      "menu",
      "orders",
      "staff",
    ]);
    const orders = by("cook").filter(({ module }) => module === "orders");
    expect([...new Set(orders.map(({ text }) => text.slice(0, 7)))]).toEqual([
      "table 7",
      "table 2",
    ]);
  });

  it("the administrator hears everything that anybody hears, once", () => {
    const all = [...new Set(by("cook", "wanda", "hugo", "nora", "teo", "iris").map(textOf))].sort();
    expect(by("ada").map(textOf).sort()).toEqual(all);
  });

  it("nobody gets an event twice, out of order or not at all", () => {
    const streams = new Map<string, number[]>();
    for (const { by: name, module, eventId } of seen) {
      if (module === "") continue;
      const stream = `${name} ${module}`;
      streams.set(stream, [...(streams.get(stream) ?? []), eventId]);
    }
    for (const [stream, ids] of streams) {
      expect(ids, stream).toEqual(ids.map((_, index) => index + 1));
    }
    expect(streams.size).toBeGreaterThan(10);
  });

  it("what a display cannot catch up on it loads, and goes on", () => {
    const text = by("wanda").at(-2)?.text;
    expect(text).toContain("2 coffee");
    expect(by("cook").map(textOf)).not.toContain(text);
    const own = seen.filter((line) => line.by === "cook" && line.module === "");
    expect(own.map(textOf)).toEqual(["to cook: rice for 2, flan for 7, salad for 2, coffee for 7"]);
  });

  it(
    "its client is what the contract gives",
    async () => {
      const folder = join(import.meta.dirname, "restaurant");
      const contract = join(folder, "events.yaml");
      const output = join(folder, "client");
      const options = { contract, language: "typescript", output, check: true };
      expect((await generatePackage(options)).drifts).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe("the house of examples/restaurant", () => {
  const messageId = "0b54c1de-6d3c-4d8e-9a53-3f1f0e9d7a10";

  it("takes the table from the scope, and only the members that the contract names", async () => {
    const published: unknown[] = [];
    const house = new House(
      async (event, _scopes, payload, key) => {
        await Promise.resolve(published.push([event, payload, key]));
      },
      () => "diner",
    );
    const scope = await house.openTable("7", "terrace", 2);
    const payload = { wish: "water", table: "2", urgent: true };
    const request = { event: "call_waiter", payload, scope, messageId, userId: "nora" };
    const message = { ...request, sessionId: "s-1" } as Request;
    expect(await house.decide(message)).toEqual({ outcome: "accept" });
    expect(published.at(-1)).toEqual([
      "waiter_called",
      { table: "7", wish: "water" },
      `nora:${messageId}`,
    ]);
  });

  it("keeps an order that it is asked about again, though the dish has run out meanwhile", async () => {
    const keys: string[] = [];
    let role: "waiter" | "kitchen" = "waiter";
    const house = new House(
      async (_event, _scopes, _payload, key) => {
        await Promise.resolve(keys.push(key));
      },
      () => role,
    );
    await house.openTable("7", "terrace", 2);
    const sender = { userId: "wanda", sessionId: "s-1", scope: { sector: "terrace" } };
    const lines = [{ dish: "rice", quantity: 1 }];
    const order: Request = {
      ...sender,
      messageId,
      event: "place_order",
      payload: { table: "7", lines },
    };
    expect(await house.decide(order)).toEqual({ outcome: "accept" });
    role = "kitchen";
    const soldOut = { event: "report_sold_out", payload: { dish: "rice" } } as const;
    await house.decide({ ...sender, ...soldOut, messageId: crypto.randomUUID() });
    role = "waiter";
    expect(await house.decide(order)).toEqual({ outcome: "accept" });
    expect(keys.filter((key) => key === `wanda:${messageId}`)).toHaveLength(2);
    const next = { ...order, messageId: crypto.randomUUID() };
    expect(await house.decide(next)).toMatchObject({ outcome: "refuse" });
  });
});

function textOf({ text }: Seen): string {
  return text;
}
