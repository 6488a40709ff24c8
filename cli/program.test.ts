import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "latido-cli-"));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function latido(...args: string[]): Promise<Outcome> {
  let out = "";
  let err = "";
  process.exitCode = 0;
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

afterEach(() => {
  process.exitCode = 0;
});

describe("latido --help", () => {
  it.each([
    [[]],
    [["serve"]],
    [["watch"]],
    [["generate"]],
    [["conformance"]],
    [["conformance", "client"]],
    [["conformance", "server"]],
    [["conformance", "replay"]],
    [["conformance", "compare"]],
  ])("latido %s --help explains itself and ends 0", async (command: string[]) => {
    const { code, out, err } = await latido(...command, "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: ${["latido", ...command].join(" ")}`);
    expect(err).toBe("");
  });

  it("--version prints the version of the package", async () => {
    const { code, out } = await latido("--version");
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("a user's mistake is told in one line and ends 2", () => {
  const mistakes: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
    ["an unknown command", ["serv"], /serv/],
    ["an unknown flag", ["--speed"], /--speed/],
    ["an unknown flag of serve", ["serve", "--prot", "1"], /--prot/],
    ["a port that is none", ["serve", "--port", "http"], /0 to 65535/],
    ["a port out of range", ["serve", "--port", "70000"], /0 to 65535/],
    [
      "a transport that is none",
      ["serve", "--transport", "tcp"],
      /'--transport <name>' is 'tcp'; allowed choices are auto, uws, ws; see/,
    ],
    [
      "settings that do not exist",
      ["serve", "--config", "none.yaml"],
      /settings in none\.yaml: there is no such file$/m,
    ],
    [
      "settings that are no mapping",
      ["serve", "--config", file("list.yaml", "- 1\n")],
      /list\.yaml.*mapping/,
    ],
    [
      "settings that are no YAML",
      ["serve", "--config", file("broken.yaml", "a: [1\n")],
      /broken\.yaml/,
    ],
    [
      "a setting out of range",
      [
        "serve",
        "--config",
        file("range.yaml", "auth: {mode: none, scopes: [], modules: []}\nlimits: {pages: 0}\n"),
      ],
      /limits\.pages.*1 to 10000/,
    ],
    [
      "a host that is none of this machine's",
      ["serve", "--port", "0", "--host", "host.invalid"],
      /host host\.invalid is no address of this machine/,
    ],
    [
      "a contract that is a folder",
      ["serve", "--contract", folder],
      /contract is not a file: .*; name an AsyncAPI document/,
    ],
    ["a watch without address", ["watch"], /address/],
    [
      "a watch of a web page",
      ["watch", "http://localhost"],
      /address is 'http:\/\/localhost'; an address begins with ws:\/\/ or wss:\/\/; see/,
    ],
    ["a generation without output", ["generate"], /--output/],
    [
      "a contract that does not exist",
      ["generate", "--contract", "no.yaml", "--output", join(folder, "a")],
      /no\.yaml/,
    ],
    [
      "a contract that cannot be read",
      [
        "generate",
        "--contract",
        file("garbage.yaml", "\u0000\u0001: ["),
        "--output",
        join(folder, "b"),
      ],
      /garbage\.yaml/,
    ],
    [
      "a language that does not exist",
      ["generate", "--language", "cobol", "--output", join(folder, "c")],
      /cobol.*typescript/,
    ],
    ["a client run without a command", ["conformance", "client"], /command/i],
    ["a server run without a target", ["conformance", "server"], /ws:\/\//],
    [
      "a server that is not there",
      ["conformance", "server", "ws://127.0.0.1:9"],
      /cannot connect to ws:\/\/127\.0\.0\.1:9: nothing listens there/,
    ],
    [
      "a package below a file",
      ["generate", "--output", join(file("notes.md", ""), "a")],
      /cannot write to .*notes\.md.a: a part of the path is no folder/,
    ],
    [
      "an adapter that is not there",
      ["conformance", "client", "--", "no-such-adapter"],
      /no-such-adapter/,
    ],
    [
      "a list of known failures that is not there",
      ["conformance", "client", "--known-failing", "none.yaml", "--", "true"],
      /none\.yaml/,
    ],
    [
      "a pattern of cases that matches nothing",
      ["conformance", "client", "--case", "nothing-*", "--", "true"],
      /nothing-\*/,
    ],
    [
      "more processes than a machine bears",
      ["conformance", "client", "--jobs", "1000", "--", "true"],
      /'--jobs <number>' is '1000'; it must be a whole number from 1 to 64;/,
    ],
    [
      "an adapter beside a port to listen on",
      ["conformance", "client", "--listen", "0", "--attach", "tcp://127.0.0.1:1"],
      /leave --attach out/,
    ],
    ["an unknown flag of conformance", ["conformance", "client", "--sped", "--", "true"], /--sped/],
  ];

  it.each(mistakes)("%s", async (_what, args, says) => {
    const { code, err } = await latido(...args);
    expect(err).toMatch(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  it("a port that is in use", async () => {
    const other = createTcpServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    for (const transport of ["ws", "auto"]) {
      const { code, err } = await latido("serve", "--port", String(port), "--transport", transport);
      expect(err).toMatch(new RegExp(`^latido: .*${port}.*in use.*\\n$`));
      expect(code).toBe(2);
    }
    other.close();
  });
});
