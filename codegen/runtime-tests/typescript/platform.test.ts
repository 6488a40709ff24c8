import { afterEach, describe, expect, test, vi } from "vitest";

import { systemClock } from "../../../generated/typescript/client/index.js";
import {
  platformDial,
  platformSignals,
  randomUuid,
} from "../../../generated/typescript/client/platform.js";
import { nodeDial } from "../../../generated/typescript/client/node-socket.js";
import { bearerSubprotocol, closeReason } from "../../../generated/typescript/client/socket.js";

const OPTIONS = { url: "ws://example.test/", userId: "user123" };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the platform", () => {
  test("LIB-10: sockets come from what the options say, from ws in Node, else from the page", async () => {
    const dial = vi.fn();
    expect(await platformDial({ ...OPTIONS, dial })).toBe(dial);
    expect(await platformDial(OPTIONS)).toBe(nodeDial);
    vi.stubGlobal("process", undefined);
    const made = vi.fn();
    vi.stubGlobal("WebSocket", made);
    const listener = { opened: vi.fn(), text: vi.fn(), ended: vi.fn() };
    const fromPage = await platformDial(OPTIONS);
    fromPage({ url: OPTIONS.url, subprotocols: ["latido.v1"], token: "t" }, listener);
    expect(made).toHaveBeenCalledWith(OPTIONS.url, ["latido.v1", "latido.bearer.dA"]);
    vi.stubGlobal("WebSocket", undefined);
    await expect(platformDial(OPTIONS)).rejects.toThrow(/webSocket/u);
  });

  test("RECON-14: a page tells when the network and itself are back, until told to stop", () => {
    const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
    const target = new EventTarget();
    vi.stubGlobal("document", page);
    vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
    vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
    const signals: string[] = [];
    const stop = platformSignals((signal) => signals.push(signal));
    page.dispatchEvent(new Event("visibilitychange"));
    target.dispatchEvent(new Event("online"));
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    stop();
    target.dispatchEvent(new Event("online"));
    page.dispatchEvent(new Event("visibilitychange"));
    expect(signals).toEqual(["online", "visible"]);
  });

  test("FRAME-13: ids are UUIDs of version 4, also where randomUUID is missing", () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;
    expect(randomUuid()).toMatch(uuid);
    const { crypto } = globalThis;
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const made = new Set(Array.from({ length: 50 }, randomUuid));
    expect(made.size).toBe(50);
    for (const id of made) expect(id).toMatch(uuid);
  });

  test("CONN-7: a bearer entry is unpadded base64url of the token's UTF-8", () => {
    for (const token of ["a", "ab", "abc", "ü?>~", "x".repeat(5_000)]) {
      const entry = bearerSubprotocol(token);
      expect(entry).toMatch(/^latido\.bearer\.[A-Za-z0-9_-]+$/u);
      const encoded = entry.slice("latido.bearer.".length);
      expect(Buffer.from(encoded, "base64url").toString("utf8")).toBe(token);
    }
  });

  test("LIB-12: a reason is cut to what a close frame holds, between characters", () => {
    expect(closeReason("bye")).toBe("bye");
    expect(Buffer.byteLength(closeReason("ñ".repeat(256)))).toBe(122);
    expect(closeReason("😀".repeat(99))).toBe("😀".repeat(30));
  });
});

describe("the platform's time", () => {
  test("LIVE-5: a sleep counts, and a wall clock that is set back does not", () => {
    let wall = 1_000_000;
    let monotonic = 50;
    vi.spyOn(Date, "now").mockImplementation(() => wall);
    vi.spyOn(performance, "now").mockImplementation(() => monotonic);
    const clock = systemClock();
    expect(clock.now()).toBe(1_000_000);
    wall += 100;
    monotonic += 100.4;
    expect(clock.now()).toBe(1_000_100);
    wall += 60_000; // the machine slept, its monotonic clock too
    expect(clock.now()).toBe(1_060_100);
    wall -= 3_600_000; // somebody set the clock
    monotonic += 1_000;
    expect(clock.now()).toBe(1_061_100);
    wall += 10;
    monotonic += 10;
    expect(clock.now()).toBe(1_061_110);
    vi.restoreAllMocks();
  });

  test("LIVE-4: time passes at its own speed, however often it is asked", () => {
    let monotonic = 50;
    vi.spyOn(Date, "now").mockImplementation(() => Math.floor(1_000_000 + monotonic));
    vi.spyOn(performance, "now").mockImplementation(() => monotonic);
    const clock = systemClock();
    const begun = clock.now();
    for (let asked = 0; asked < 10_000; asked += 1) {
      monotonic += 0.2;
      clock.now();
    }
    expect(clock.now() - begun).toBeGreaterThanOrEqual(1_999);
    expect(clock.now() - begun).toBeLessThanOrEqual(2_001);
    vi.restoreAllMocks();
  });

  test("LIVE-5: what waits in the event loop comes before a timer that is due", async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock().after(5, () => {
        order.push("timer");
        resolve();
      });
      setTimeout(() => order.push("input"), 5);
      // Busy until both are due, however slow the machine is.
      for (const end = performance.now() + 20; performance.now() < end;);
    });
    expect(order).toEqual(["input", "timer"]);
  });

  test("LIB-12: a timer that is cancelled never fires, not even when it is due already", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
    const callback = vi.fn();
    const early = systemClock().after(10, callback);
    const late = systemClock().after(10, callback);
    early();
    setTimeout(late, 10); // between the timer and its callback
    vi.runAllTimers();
    expect(callback).not.toHaveBeenCalled();
    systemClock().after(10, callback);
    vi.runAllTimers();
    expect(callback).toHaveBeenCalledOnce();
  });

  test("FRAME-6: a wait beyond 2^31-1 is clamped, as platforms fire longer ones at once", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
    const callback = vi.fn();
    systemClock().after(2 ** 40, callback);
    vi.advanceTimersByTime(2 ** 31 - 2);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(callback).toHaveBeenCalledOnce();
  });
});
