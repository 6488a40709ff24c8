import { afterEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server } from "../server.js";
import { availableTransports } from "../testing/available-transports.js";
import { holds } from "../testing/network-peer.js";
import { loadUws } from "./uws-native.js";
import { shortAddress } from "./transport.js";

const running: Server[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

describe("choice of transport", () => {
  const options = { port: 0, auth: { mode: "none", scopes: [], modules: [] } } as const;
  const missing = (): { reason: string } => ({ reason: "no binary for this platform" });

  test("where the native module does not load, ws serves and one line says so", async () => {
    const server = await createServer({ ...options, loadUws: missing });
    running.push(server);
    expect(server.transport).toBe("ws");
    expect(server.hint).toContain("no binary for this platform");
    expect(server.hint).not.toContain("\n");
  });

  test("asking for it by name is then a mistake that says what to do", async () => {
    const asked = createServer({ ...options, transport: "uws", loadUws: missing });
    await expect(asked).rejects.toThrow(/use ws or auto/);
  });

  test.each([
    ["cannot open\nstack", "cannot open"],
    [
      "This version supports only some platforms\n\nError: libc 2.38 not found",
      "libc 2.38 not found",
    ],
    ["", "it cannot be loaded"],
  ])("a module that throws %j on loading gives one line: %s", (message, reason) => {
    const loaded = loadUws(() => {
      throw new Error(message);
    });
    expect(loaded).toEqual({ reason });
  });

  test.each([
    ["0000:0000:0000:0000:0000:0000:0000:0001", "::1"],
    ["0000:0000:0000:0000:0000:ffff:7f00:0001", "127.0.0.1"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["fe80::1%eth0", "fe80::1"],
    ["10.0.0.1", "10.0.0.1"],
  ])("LIMIT-7 the address %s is %s", (long, short) => {
    expect(shortAddress(long)).toBe(short);
  });

  test("where the native transport does not load, ws is tried alone, but not in CI", () => {
    const said = vi.spyOn(console, "warn").mockReturnValue();
    expect(availableTransports({ reason: "no binary" }, false)).toEqual(["ws"]);
    expect(said.mock.calls).toEqual([[expect.stringContaining("no binary")]]);
    said.mockRestore();
    expect(availableTransports({ reason: "no binary" }, true)).toEqual(["uws", "ws"]);
  });

  test("a fixture's star stands for any string", () => {
    expect(holds({ a: "x", b: { c: 1 } }, { a: "*", b: { c: 1 } })).toBe(true);
    expect(holds({ a: 1 }, { a: "*" })).toBe(false);
  });
});
