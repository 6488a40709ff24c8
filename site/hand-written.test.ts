import { expect, it } from "vitest";

import { packageRoot } from "../codegen/package-root.js";
import { addressOf, rewritten } from "./hand-written.js";

/** Put together so that no search for citations finds it. */
const NOWHERE = ["SYNC", "400"].join("-");
const IDS = new Set(["SYNC-4", "CONN-1"]);

/** A text of a guide whose links all lead to `/there`, save those to code. */
function inGuide(text: string): string {
  const rewrite = (target: string): string | undefined =>
    target === "../cli" ? undefined : "/there";
  return rewritten("docs/guide.md", text, rewrite, IDS);
}

it.each([
  ["a link", "see [the spec](../spec/protocol.md)", "see [the spec](/there)"],
  ["a link whose text is code", "[`cli`](x.md)", "[`cli`](/there)"],
  ["a link to what the site does not show", "in [cli/](../cli), where", "in cli/, where"],
  ["a requirement", "by SYNC-4, at once", "by [SYNC-4](/protocol#sync-4), at once"],
  ["an id that is no requirement", `UTF-8 and ${NOWHERE}`, `UTF-8 and ${NOWHERE}`],
  ["an id in code", "`SYNC-4`", "`SYNC-4`"],
  ["an id in the text of a link", "[SYNC-4](x.md)", "[SYNC-4](/there)"],
  ["a heading", "## About SYNC-4", "## About SYNC-4"],
  ["code between fences", "```md\n[a](b) SYNC-4\n```", "```md\n[a](b) SYNC-4\n```"],
])("%s", (_what, text, expected) => {
  expect(inGuide(text)).toBe(expected);
});

it("the definition of a requirement is an anchor that leads to its evidence", () => {
  const text = rewritten("spec/protocol.md", "- **CONN-1** Both, as SYNC-4.", () => "/", IDS);
  expect(text).toBe(
    "- [**CONN-1**](/requirements/conn#conn-1){#conn-1} Both, as [SYNC-4](/protocol#sync-4).",
  );
});

it.each([
  ["docs/security.md", "/security"],
  ["docs/operations/README.md", "/operations/index"],
  ["spec/protocol.md", "/protocol"],
  ["CONTRIBUTING.md", "/contributing"],
  ["examples/plain-client/README.md", "/examples/plain-client/index"],
  ["schemas/connect.json", "/files/schemas/connect.json"],
  [".spectral.yaml", "/files/spectral.yaml"],
])("%s stands at %s", (file, address) => {
  expect(addressOf(packageRoot(), file)).toBe(address);
});
