// `latido serve` as a process of its own: signals, exit codes, TLS. Runs what `npm run build` made.
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { availableTransports } from "../server/testing/available-transports.js";
import { http, NetworkPeer } from "../server/testing/network-peer.js";

const PROGRAM = fileURLToPath(new URL("../bin/latido.js", import.meta.url));
const TLS = fileURLToPath(new URL("../server/fixtures/tls/", import.meta.url));
const CERT = `${TLS}cert.pem`;
/** Longer than any test waits for an exit: who exits, exits for another reason. */
const FOR_EVER_MS = "600000";
const children: ChildProcess[] = [];

interface Program {
  readonly child: ChildProcess;
  readonly url: string;
  readonly httpUrl: string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Pick<Program, "child" | "ended"> & { line: Promise<string> } {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  const line = new Promise<string>((resolve) => {
    child.stdout.once("data", (data: Buffer) => {
      resolve(data.toString());
    });
  });
  return { child, ended, line };
}

async function serve(env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const { child, ended, line } = start(["serve", "--json", "--port", "0"], env);
  const ready = JSON.parse(await line) as { readonly url: string; readonly publish: string };
  return { child, ended, url: ready.url, httpUrl: ready.publish.replace("/v1/events", "") };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

test("the unit of docs/operations is a server that its signal ends with 0", async () => {
  const page = readFileSync(new URL("../docs/operations/README.md", import.meta.url), "utf8");
  const unit = (name: string): string => new RegExp(`^${name}=(.*)$`, "mu").exec(page)?.[1] ?? "";
  const [node, program, ...args] = unit("ExecStart").split(" ");
  expect([node, program]).toEqual(["/usr/bin/node", "bin/latido.js"]);
  const { child, ended, line } = start([...args, "--port", "0"], {});
  expect(JSON.parse(await line)).toMatchObject({ ready: true });
  child.kill(unit("KillSignal") as NodeJS.Signals);
  expect(await ended).toBe(0);
  const wrong = start([...args, "--port", "-1"], {});
  expect(String(await wrong.ended)).toBe(unit("RestartPreventExitStatus"));
});

describe.each(availableTransports())("a signal to stop, on the transport %s", (transport) => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s ends an idle server with 0, from its first line on",
    async (signal) => {
      const { child, ended } = await serve({
        LATIDO_TRANSPORT: transport,
        LATIDO_CLOSE_WAIT_MS: FOR_EVER_MS,
      });
      child.kill(signal);
      expect(await ended).toBe(0);
    },
  );

  test("RECON-32 it tells every client to come back within a spread, closes with 4002 and ends with 0", async () => {
    const { child, ended, url } = await serve({
      LATIDO_TRANSPORT: transport,
      LATIDO_CLOSE_WAIT_MS: FOR_EVER_MS,
    });
    const peers = ["a", "b"].map((userId) => new NetworkPeer(`${url}/?userId=${userId}`));
    for (const peer of peers) await peer.expect({ type: "CONNECT" });
    child.kill("SIGTERM");
    for (const peer of peers) {
      await peer.expect({ type: "DISCONNECT", code: 4002, reconnect: true, spreadMs: 5_000 });
      expect(await peer.closed).toBe(4002);
    }
    expect(await ended).toBe(0);
  });
});

describe("a client that does not let go", () => {
  // On ws a peer that reads nothing never answers the close frame.
  async function held(closeWaitMs: string): Promise<Program & { readonly peer: NetworkPeer }> {
    const program = await serve({ LATIDO_TRANSPORT: "ws", LATIDO_CLOSE_WAIT_MS: closeWaitMs });
    const peer = new NetworkPeer(`${program.url}/?userId=a`);
    await peer.expect({ type: "CONNECT" });
    peer.socket.pause();
    return { ...program, peer };
  }

  test("it is dropped after closeWaitMs", async () => {
    const { child, ended } = await held("100");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)(
    "HTTP-13 meanwhile /health says DRAINING, and a second %s ends at once with %i",
    async (signal, code) => {
      const { child, ended, httpUrl } = await held(FOR_EVER_MS);
      child.kill("SIGTERM");
      for (;;) {
        const health = await http(`${httpUrl}/health`); // until the signal has arrived
        if (health.status === 200) continue;
        expect(health.status).toBe(503);
        expect(JSON.parse(health.body)).toMatchObject({ status: "DRAINING" });
        break;
      }
      child.kill(signal);
      expect(await ended).toBe(code);
    },
  );

  test("an application that does not answer holds nothing up", async () => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const application = createHttpServer(() => {
      isAsked();
    });
    await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
    const { port } = application.address() as AddressInfo;
    const { child, ended, url } = await serve({
      LATIDO_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
      LATIDO_WEBHOOK_TIMEOUT_MS: "60000",
    });
    const peer = new NetworkPeer(`${url}/?userId=a`);
    await peer.expect({ type: "CONNECT" });
    peer.send({
      type: "MESSAGE",
      messageId: "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10",
      event: "chat_message",
      scope: { place: "demo" },
      payload: 1,
    });
    await asked;
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    application.closeAllConnections();
    application.close();
  });
});

describe("TLS from the settings", () => {
  const tls = { LATIDO_TLS_CERT_FILE: CERT, LATIDO_TLS_KEY_FILE: `${TLS}key.pem` };

  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s ends latido watch with 0 before any server answers",
    async (signal) => {
      const silent = createHttpServer();
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as AddressInfo;
      const watch = start(["watch", `ws://127.0.0.1:${port}`], {});
      expect(await watch.line).toContain("connecting");
      watch.child.kill(signal);
      expect(await watch.ended).toBe(0);
      silent.closeAllConnections();
      silent.close();
    },
  );

  test("latido watch says once why no session came about, and goes on", async () => {
    const pages = createHttpServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    const { port } = pages.address() as AddressInfo;
    const told = async (address: string): Promise<string> => {
      const child = spawn(process.execPath, [PROGRAM, "watch", "--json", address], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      children.push(child);
      return await new Promise((resolve) => {
        child.stderr.once("data", (data: Buffer) => {
          resolve(data.toString());
        });
      });
    };
    const tail = "; trying on until Ctrl+C. `latido serve` starts a server\n";
    expect(await told(`ws://127.0.0.1:${port}`)).toBe(
      `latido: no session at ws://127.0.0.1:${port}: the server there refuses WebSockets with HTTP 404${tail}`,
    );
    pages.close();
    expect(await told("ws://127.0.0.1:1")).toBe(
      `latido: no session at ws://127.0.0.1:1: nothing listens there${tail}`,
    );
  });

  test("latido watch trusts the certificate that NODE_EXTRA_CA_CERTS names", async () => {
    const { url } = await serve(tls);
    expect(url).toMatch(/^wss:/);
    const watch = start(["watch", url, "--json"], { NODE_EXTRA_CA_CERTS: CERT });
    let text = await watch.line;
    await new Promise<void>((resolve) => {
      const look = (data: Buffer | string): void => {
        text += data.toString();
        if (text.includes('"connected"')) resolve();
      };
      watch.child.stdout?.on("data", look);
      look("");
    });
    watch.child.kill("SIGTERM");
    expect(await watch.ended).toBe(0);
  });

  test("a wrong file ends with 2", async () => {
    const { ended } = start(["serve", "--port", "0"], { ...tls, LATIDO_TLS_KEY_FILE: CERT });
    expect(await ended).toBe(2);
  });
});
