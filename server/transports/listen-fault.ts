import { createServer } from "node:net";
import { UsageError } from "../usage-error.js";

/** Why a transport cannot listen, for the person who chose port and host: one line with what to choose instead. */
export function listenFault(
  port: number,
  host: string | undefined,
  cause: NodeJS.ErrnoException | undefined,
): UsageError {
  return new UsageError(`cannot listen: ${reason(port, host, cause)}`, { cause });
}

function reason(
  port: number,
  host: string | undefined,
  cause: NodeJS.ErrnoException | undefined,
): string {
  const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
  switch (cause?.code) {
    case "EADDRINUSE":
      return `${where} is in use; take another port, or 0 for any`;
    case "EACCES":
      return `${where} is not allowed to this user; take a port of 1024 or more, or 0 for any`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `host ${host ?? ""} is no address of this machine; take one of its own, or 0.0.0.0 for all`;
    default:
      return `${where}: ${cause?.message ?? "in use or not allowed; take another port, or 0 for any"}`;
  }
}

/** Asks the system what it has against a port and a host, for a binary that only says no; undefined for nothing. */
export function askedAgain(
  port: number,
  host: string | undefined,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", resolve);
    probe.listen({ port, host, exclusive: true }, () => {
      probe.close(() => {
        resolve(undefined);
      });
    });
  });
}
