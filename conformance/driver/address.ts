// How a person names a testee on the command line.

import { UsageError } from "../usage-error.js";
import type { TesteeAddress } from "./channel.js";

export interface TesteeFlags {
  readonly driver?: string;
  readonly attach?: string;
}

function attachAddress(text: string): TesteeAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "tcp:" || url.port === "") {
    throw new UsageError(`--attach takes tcp://host:port, not ${text}`);
  }
  return { kind: "attach", host: url.hostname, port: Number(url.port) };
}

/** @throws UsageError where command and flags name no testee, or two */
export function testeeAddress(
  subcommand: "client" | "doctor",
  command: readonly string[],
  { driver = "stdio", attach }: TesteeFlags,
): TesteeAddress {
  if (attach === undefined && command.length === 0) {
    throw new UsageError(
      `give the adapter's command after --, for example: latido conformance ${subcommand} -- ./adapter`,
    );
  }
  if (attach !== undefined && command.length > 0) {
    throw new UsageError("give either --attach or a command after --, not both");
  }
  if (driver !== "stdio" && driver !== "fd:3") {
    throw new UsageError(`--driver takes stdio or fd:3, not ${driver}`);
  }
  return attach === undefined
    ? { kind: "command", command, driver: driver === "fd:3" ? "fd3" : "stdio" }
    : attachAddress(attach);
}
