import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readExposition, type Family } from "./testing/exposition.js";
import { localServer } from "./testing/local-server.js";
import { anchorsOf, faultsOf, type AlertRule, type Panel } from "./testing/operations.js";

const FOLDER = new URL("../docs/operations/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");
const GUIDE = read("README.md");
const ALERTS = (parse(read("alerts.yaml")) as { groups: { rules: AlertRule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const DASHBOARD = JSON.parse(read("dashboard.json")) as { panels: Panel[]; schemaVersion: number };
const PANELS = DASHBOARD.panels.filter(({ type }) => type !== "row");
const QUERIES = PANELS.flatMap(({ title, targets = [] }) =>
  targets.map((one) => ({ title, ...one })),
);

let families: ReadonlyMap<string, Family>;

beforeAll(async () => {
  const { transport } = await localServer({ webhook: { url: "http://127.0.0.1:9/" } });
  families = readExposition((await transport.http({ path: "/metrics" })).body);
});

describe("docs/operations", () => {
  test.each(ALERTS)("alert $alert asks for metrics and labels that exist", ({ expr }) => {
    expect(faultsOf(expr, families)).toEqual([]);
  });

  test.each(ALERTS)("alert $alert says what it means and what to do", (rule) => {
    const { summary = "", description = "", runbook_url = "" } = rule.annotations;
    expect(rule.labels.severity).toMatch(/^(critical|warning)$/);
    expect([summary.length > 20, description.length > 40]).toEqual([true, true]);
    const [file, anchor = ""] = runbook_url.split("#");
    expect(file).toBe("README.md");
    expect(anchorsOf(GUIDE)).toContain(anchor);
    expect(GUIDE).toContain(`\`${rule.alert}\``);
  });

  test("every alert has a name of its own, and what an operator must hear of has one", () => {
    const names = ALERTS.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    for (const about of [
      "Down",
      "Draining",
      "Slow",
      "Error",
      "Breaker",
      "RateLimit",
      "Reconnect",
      "Store",
    ]) {
      expect(names.join(" ")).toContain(about);
    }
  });

  test.each(QUERIES)(
    "dashboard $title: $legendFormat reads what exists",
    ({ expr, legendFormat }) => {
      expect(faultsOf(expr, families)).toEqual([]);
      const wanted = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      for (const label of wanted) expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
    },
  );

  test("the dashboard can be imported and shows every metric of the server", () => {
    expect(DASHBOARD.schemaVersion).toBeGreaterThan(30);
    const rows = DASHBOARD.panels.filter(({ type }) => type === "row").map(({ title }) => title);
    expect(rows).toEqual([
      "Connections",
      "Messages",
      "Latency",
      "Catching up",
      "Errors",
      "Upstream",
      "Process",
    ]);
    const all = QUERIES.map(({ expr }) => expr).join("\n");
    const missing = [...families.keys()].filter(
      (name) => name.startsWith("ws_") && !new RegExp(`\\b${name}(_bucket)?\\b`).test(all),
    );
    expect(missing).toEqual([]);
  });

  test("the guide lists every metric, and no other", () => {
    const listed = [...GUIDE.matchAll(/^\| `([a-z0-9_]+)`/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...families.keys()].toSorted());
  });

  test.each([
    ["a metric that was renamed", "sum(rate(ws_conections_total[5m]))", /no metric ws_conections/],
    ["a label that is not there", "sum by (kind) (rate(ws_errors_total[5m]))", /no label kind/],
    ["a value that never comes", 'rate(ws_errors_total{code="oops"}[5m])', /no code="oops"/],
    ["one wrong value of two", 'rate(ws_closes_total{code=~"4001|9"}[5m])', /no code="9"/],
    ["a counter as it is", "sum(ws_errors_total) > 5", /not rated/],
    ["a rate of a gauge", "rate(ws_draining[5m])", /no counter/],
    [
      "a quantile without buckets",
      "histogram_quantile(0.9, rate(ws_latency_seconds_sum[5m]))",
      /no label le/,
    ],
    ["a parenthesis too few", "sum(rate(ws_errors_total[5m])", /unexpected end/],
    ["an unknown function", "ratio(ws_draining)", /ratio/],
    ["two values side by side", "ws_draining ws_draining", /unexpected/],
    ["a range that is none", "rate(ws_errors_total[often])", /cannot read/],
  ])("the check is red for %s", (_what, expr, says) => {
    expect(faultsOf(expr, families).join("\n")).toMatch(says);
  });

  test("the check is red where the server renames a metric", () => {
    const renamed = new Map(families);
    renamed.delete("ws_upstream_state");
    const red = ALERTS.filter(({ expr }) => faultsOf(expr, renamed).length > 0);
    expect(red.map(({ alert }) => alert)).toEqual(["LatidoBreakerOpen"]);
  });
});
