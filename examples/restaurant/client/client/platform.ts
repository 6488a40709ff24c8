import type { ClientOptions } from "./client-options.js";
import { UsageError } from "./errors.js";
import type { Dial } from "./socket.js";
import { type WebSocketClass, webSocketDial } from "./web-socket.js";

/** What opens sockets here: what the options say, `ws` in Node, else the platform's WebSocket. */
export async function platformDial({ dial, webSocket }: ClientOptions): Promise<Dial> {
  if (dial !== undefined) return dial;
  if (webSocket !== undefined) return webSocketDial(webSocket);
  const { process, WebSocket } = globalThis as {
    readonly process?: { readonly versions?: { readonly node?: string } };
    readonly WebSocket?: WebSocketClass;
  };
  if (process?.versions?.node !== undefined) return (await import("./node-socket.js")).nodeDial;
  if (WebSocket !== undefined) return webSocketDial(WebSocket);
  throw new UsageError("There is no WebSocket here: pass a class as the option webSocket");
}

/**
 * Listen to the browser's signals that the network or the page is back (RECON-14).
 * @returns how to stop; does nothing where there is no page.
 */
export function platformSignals(signal: (signal: "online" | "visible") => void): () => void {
  const { document, addEventListener, removeEventListener } = globalThis as {
    readonly document?: Document;
    readonly addEventListener?: typeof globalThis.addEventListener;
    readonly removeEventListener?: typeof globalThis.removeEventListener;
  };
  if (document === undefined || addEventListener === undefined) return () => undefined;
  const online = (): void => {
    signal("online");
  };
  const visible = (): void => {
    if (document.visibilityState === "visible") signal("visible");
  };
  addEventListener("online", online);
  document.addEventListener("visibilitychange", visible);
  return () => {
    removeEventListener?.("online", online);
    document.removeEventListener("visibilitychange", visible);
  };
}

/** A random UUID, also where `crypto.randomUUID` is missing (pages without TLS). */
export function randomUuid(): string {
  const crypto = globalThis.crypto as Partial<Crypto> & Pick<Crypto, "getRandomValues">;
  if (crypto.randomUUID !== undefined) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5");
}
