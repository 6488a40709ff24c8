import { describe, expect, test } from "vitest";

import { OwnContract } from "../codegen/own-contract.test-support.js";
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
});
