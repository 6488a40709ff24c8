// The scripted client: dials a server under test with whatever handshake a case wants.

import type { Socket } from "node:net";

import { WebSocket } from "ws";

import { addressFault } from "../platform-fault.js";

export interface DialOptions {
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  readonly autoPong: boolean;
  readonly limitMs: number;
}

export type DialOutcome =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "failed"; readonly problem: string };

/** Dials. `onSocket` gets the socket before anything can arrive on it. */
export async function dial(
  options: DialOptions,
  onSocket: (socket: WebSocket, raw: () => Socket | undefined) => void,
): Promise<DialOutcome> {
  const url = new URL(options.url);
  for (const [name, value] of Object.entries(options.query)) url.searchParams.set(name, value);
  let raw: Socket | undefined;
  const socket = new WebSocket(url, [...options.protocols], {
    perMessageDeflate: false,
    autoPong: options.autoPong,
    headers: { ...options.headers },
    maxPayload: 16 * 1024 * 1024,
  });
  socket.once("upgrade", (response) => {
    raw = response.socket;
  });
  onSocket(socket, () => raw);
  return await new Promise<DialOutcome>((resolve) => {
    const timer = setTimeout(() => {
      resolve({ kind: "failed", problem: `no answer to the upgrade within ${options.limitMs} ms` });
      socket.terminate();
    }, options.limitMs);
    const settle = (outcome: DialOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    socket.once("open", () => {
      settle({ kind: "opened" });
    });
    socket.once("unexpected-response", (_request, response) => {
      settle({ kind: "refused", status: response.statusCode ?? 0 });
      response.resume();
      socket.terminate();
    });
    socket.once("error", (error) => {
      settle({ kind: "failed", problem: addressFault(error) });
    });
  });
}
