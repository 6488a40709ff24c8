// Keeps the table of docs/operations/settings.md equal to the schema; `-u` writes it.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../codegen/package-root.js";
import { validateOptions } from "../server/config.js";
import { allSettings, isSecret, type Setting } from "./setting.js";
import { loadSettings } from "./settings.js";
import { allowed } from "./settings-fault.js";

const PAGE = join(packageRoot(), "docs/operations/settings.md");
const BEGIN = /(<!-- settings: .* -->\n)[^]*(<!-- end of settings -->)/;

/** Descriptions of timers and limits stand in the contract. */
const POLICY = parse(readFileSync(join(packageRoot(), "spec/policy.yaml"), "utf8")) as Readonly<
  Record<string, Readonly<Record<string, { readonly description: string } | undefined>>>
>;

function row(setting: Setting): string {
  const { path, variable, schema } = setting;
  const [group = "", name = ""] = path.split(".");
  const what = schema.description ?? POLICY[group]?.[name]?.description ?? "";
  expect(what, `${path} has no description`).not.toBe("");
  const usual = schema.default === undefined ? "" : `\`${schema.default}\``;
  const range = `${allowed(schema)}${isSecret(path) ? ", secret" : ""}`;
  const cells = [`\`${path}\`<br>\`${variable}\``, range, usual, what];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ")).join(" | ")} |`;
}

test("docs/operations/settings.md lists every setting", async () => {
  const head = "| setting, variable | allowed | default | what |\n| --- | --- | --- | --- |";
  const table = [head, ...allSettings().map(row)].join("\n");
  const page = readFileSync(PAGE, "utf8");
  expect(page).toMatch(BEGIN);
  const made = page.replace(BEGIN, (_all, begin: string, end: string) => {
    return `${begin}\n${table}\n\n${end}`;
  });
  const config = await resolveConfig(PAGE);
  const formatted = await format(made, { ...config, parser: "markdown" });
  await expect(formatted).toMatchFileSnapshot(PAGE);
});

test("the example of docs/operations/settings.md is good", () => {
  const example = /```yaml\n([^]*?)```/.exec(readFileSync(PAGE, "utf8"))?.[1] ?? "";
  const file = join(mkdtempSync(join(tmpdir(), "latido-page-")), "shop.yaml");
  writeFileSync(file, example);
  const { options } = loadSettings({ file, environment: [], flags: [] });
  expect(options.messageLimits).toEqual({ chat_message: { perMinute: 30 } });
  const { origins } = validateOptions({ ...options, environment: "production" });
  expect(origins).toEqual(["https://shop.example"]);
});
