import { createRequire } from "node:module";

// Own types for what is used: those of the package lag its binary.
type Native = string | ArrayBuffer | Uint8Array;

export interface UwsSocket {
  send(message: Native, isBinary: boolean, compress: boolean): number;
  ping(): number;
  end(code: number, reason: string): void;
  close(): void;
  cork(write: () => void): void;
  getBufferedAmount(): number;
}

export interface UwsResponse {
  onAborted(handler: () => void): void;
  onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): void;
  cork(write: () => void): void;
  writeStatus(status: string): UwsResponse;
  writeHeader(name: string, value: string): UwsResponse;
  end(body: string, closeConnection: boolean): void;
  upgrade(
    data: Readonly<Record<string, unknown>>,
    key: string,
    protocol: string,
    extensions: string,
    context: unknown,
  ): void;
  getRemoteAddressAsText(): ArrayBuffer;
}

export interface UwsRequest {
  getUrl(): string;
  getQuery(): string | undefined;
  getMethod(): string;
  getHeader(name: string): string;
  forEach(visit: (name: string, value: string) => void): void;
}

interface UwsApp {
  ws(pattern: string, behavior: Readonly<Record<string, unknown>>): UwsApp;
  any(pattern: string, handler: (response: UwsResponse, request: UwsRequest) => void): UwsApp;
  listen(...given: unknown[]): UwsApp;
  close(): void;
}

/** The part of the native module that is used. */
export interface UwsModule {
  App(): UwsApp;
  SSLApp(options: Readonly<Record<string, string>>): UwsApp;
  us_listen_socket_close(token: unknown): void;
  us_socket_local_port(token: unknown): number;
  readonly DISABLED: number;
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
}

/** Loads the native module; a reason instead where this machine has no binary for it. */
export function loadUws(
  load: () => unknown = () => createRequire(import.meta.url)("uWebSockets.js") as unknown,
): UwsModule | { readonly reason: string } {
  try {
    return load() as UwsModule;
  } catch (error) {
    return { reason: firstCause(error instanceof Error ? error.message : "") };
  }
}

/** In one line. The module lists the platforms that it knows and says last what went wrong on this one. */
function firstCause(message: string): string {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  const cause = lines.findLast((line) => line.startsWith("Error: "))?.slice("Error: ".length);
  return cause ?? lines[0] ?? "it cannot be loaded";
}
