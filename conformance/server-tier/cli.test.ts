// `latido conformance server` as a user runs it: by address in a profile, by a command in all, exit codes.

import { readFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

import { bundledCommand, latido } from "../command.test-support.js";
import { buildReference } from "../mutants/build.js";
import { packageRoot } from "../package-root.js";
import { startServer } from "./target.js";

const SECRET = "planted-secret-of-more-than-thirty-two-bytes";
const KEY = "planted-key-of-the-publisher";
const folder = mkdtempSync(join(tmpdir(), "latido-server-cli-"));
let bundle = "";

beforeAll(async () => {
  await bundledCommand();
  bundle = await buildReference("server");
});

async function server(...args: readonly string[]): ReturnType<typeof latido> {
  return await latido(["conformance", "server", ...args]);
}

describe("latido conformance server", () => {
  it("judges one profile by address with a given secret and key, and shows neither anywhere", async () => {
    const { out: printed } = await server("--print-profile", "jwt");
    const settings = JSON.parse(printed) as { auth: { secret: string }; apiKey: string };
    settings.auth.secret = SECRET;
    settings.apiKey = KEY;
    const config = join(folder, "settings.json");
    writeFileSync(config, JSON.stringify(settings));
    const started = await startServer([process.execPath, bundle, "--config", config], {
      event: "x",
    });
    const { url, publish = "" } = started.target;
    try {
      const reports = join(folder, "reports");
      const flags = ["--token-secret", SECRET, "--api-key", KEY, "--out", reports];
      const ended = await server(url, "--publish", publish, "--profile", "jwt", ...flags);
      const files = ["results.json", "junit.xml"].map((name) =>
        readFileSync(join(reports, name), "utf8"),
      );
      expect(ended.code, ended.out).toBe(0);
      expect(ended.out).toMatch(/judged in the profile jwt; not judged in this run: \d+ MUSTs/u);
      for (const text of [ended.out, ended.err, ...files]) {
        expect(text).not.toMatch(/planted|eyJ/u);
      }
    } finally {
      await started.stop();
    }
  });

  it.each([
    [
      "a profile that does not exist",
      ["ws://h", "--profile", "none"],
      /no profile none; the profiles are open/u,
    ],
    [
      "an address to publish at where nobody listens",
      ["ws://h", "--publish", "http://127.0.0.1:1/v1/events"],
      /cannot reach --publish http:\/\/127\.0\.0\.1:1\/v1\/events: nothing listens there/u,
    ],
    ["an address without ws://", ["h:3000"], /no such program; an address begins with ws:\/\//u],
    [
      "a secret and a command",
      ["ws://h", "--token-secret", "a", "--token-command", "b"],
      /not both/u,
    ],
    [
      "settings for a server that runs already",
      ["ws://h", "--settings", "x.yaml"],
      /cannot read --settings x\.yaml/u,
    ],
    [
      "settings for a server that takes none",
      ["--settings", join(packageRoot(), "package.json"), "--", "true"],
      /--settings needs \{settings\} in the server's command/u,
    ],
    ["another mode", ["ws://h", "--auth", "none"], /--auth.* allowed choices are jwt/u],
    [
      "a case of another profile",
      ["ws://h", "--case", "auth/no-token"],
      /belong to the profile jwt; add --profile, or \{settings\} to the command/u,
    ],
  ])("%s is a mistake, told in one line: exit 2", async (_what, args, says) => {
    const ended = await server(...args);
    expect(ended.err).toMatch(says);
    expect(ended.err.trimEnd().split("\n")).toHaveLength(1);
    expect(ended.code).toBe(2);
  });
});
