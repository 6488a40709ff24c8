import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { OwnContract } from "../codegen/own-contract.test-support.js";
import { SERVER_NUMBERS } from "../server/server-numbers.js";
import { loadSettings } from "./settings.js";
import { settingAt } from "./settings-environment.js";
import { serveHints } from "./serve-hints.js";

const SERVER = { url: "ws://here:1", httpUrl: "http://here:1", transport: "ws" } as const;

function hintsWith(contract?: string): string {
  const flags =
    contract === undefined
      ? []
      : [{ setting: settingAt("contract", "--contract"), text: contract, source: "--contract" }];
  return serveHints(SERVER, loadSettings({ file: undefined, environment: [], flags }));
}

test.each([
  "README.md",
  "asyncapi.yaml",
  "docs/faq.md",
  "docs/own-events.md",
  "docs/start/typescript.md",
  "docs/start/python.md",
  "docs/start/go.md",
])("%s names the address that the server prints", (page) => {
  const { options } = loadSettings({ file: undefined, environment: [], flags: [] });
  const address = `${options.host ?? ""}:${String(SERVER_NUMBERS.port.default)}`;
  const text = readFileSync(new URL(`../${page}`, import.meta.url), "utf8");
  const named = text.match(/(?<=\/\/|host: )[a-z0-9.]+:\d+/gu) ?? [];
  expect(named).toContain(address);
  expect(named.filter((each) => each !== address)).toEqual([]);
});

describe("what a server that has started tells to try", () => {
  test("the demo takes its suite and its event", () => {
    const hints = hintsWith();
    expect(hints).toContain(
      "npx latido conformance server ws://here:1 --publish http://here:1/v1/events\n",
    );
    expect(hints).toContain(
      `-d '{"scopes":[{"place":"demo"}],"event":"order_created","payload":{"orderId":"o-17"}}'\n`,
    );
  });

  test("a contract has events of its own, which the suite does not know", () => {
    using own = new OwnContract();
    own.edit(
      "    order_created:\n      summary",
      "    order_created:\n      name: order_paid\n      summary",
    );
    const hints = hintsWith(own.document);
    expect(hints).not.toContain("conformance");
    expect(hints).toContain(
      `-d '{"scopes":[{"place":"demo"}],"event":"order_paid","payload":PAYLOAD}'\n`,
    );
    expect(hints).toContain(`  with a PAYLOAD that ${own.document} allows\n`);
  });

  test("settings of one's own get commands that they take", () => {
    const file = fileURLToPath(new URL("../examples/shops/server.yaml", import.meta.url));
    const loaded = loadSettings({ file, environment: [], flags: [] });
    const hints = serveHints(SERVER, loaded);
    expect(hints).not.toContain("conformance"); // would be closed for the lack of a token
    expect(hints).not.toContain("an-example"); // neither the key nor the secret
    expect(hints).toContain("  LATIDO_TOKEN=TOKEN npx latido watch ws://here:1 --user USER\n");
    expect(hints).toContain(
      `    -H 'authorization: Bearer KEY' -d '{"scopes":[SCOPE],"event":"order_created",`,
    );
    expect(hints).toContain("  with a TOKEN of USER, a SCOPE that it holds, the apiKey as KEY\n");
  });

  test("events and a scope of one's own are named in the place of the demo's", () => {
    const options = { auth: { mode: "none", scopes: [{ shop: "lima" }], modules: ["m"] } } as const;
    const loaded = {
      ...{ base: "shop.yaml", document: undefined },
      options: { ...options, port: 0, events: { price_list_changed: "m" } },
    };
    const hints = serveHints(SERVER, loaded);
    expect(hints).toContain(`{"scopes":[{"shop":"lima"}],"event":"price_list_changed",`);
    expect(hints).not.toContain("conformance");
    expect(hints).not.toMatch(/^ {2}with /mu);
  });
});
