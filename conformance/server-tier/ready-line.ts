// The line by which a server that the suite started says where it is.

import type { Child } from "../children.js";
import { LineCutter } from "../driver/lines.js";
import { brief, member } from "../json.js";
import { ServerUnreachable } from "./unreachable.js";

export interface Ready {
  readonly url: string;
  readonly publish?: string;
}

const MOST_LINE_BYTES = 1_048_576;

function isAddress(value: unknown, protocols: readonly string[]): value is string {
  return (
    typeof value === "string" && URL.canParse(value) && protocols.includes(new URL(value).protocol)
  );
}

/** Undefined where the line is another one: servers may print more than this. */
function readyOf(line: string): Ready | string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (member(value, "ready") !== true) return undefined;
  const url = member(value, "url");
  const publish = member(value, "publish");
  if (!isAddress(url, ["ws:", "wss:"])) return "names no url that begins with ws:// or wss://";
  if (publish === undefined) return { url };
  if (isAddress(publish, ["http:", "https:"])) return { url, publish };
  return "names a publish address that does not begin with http:// or https://";
}

/** Waits for {"ready":true,"url":…,"publish":…}. Throws ServerUnreachable. */
export async function readyLine(child: Child, program: string, limitMs: number): Promise<Ready> {
  const output = child.process.stdout;
  if (!output) throw new ServerUnreachable(`${program} has no standard output`);
  return await new Promise((resolve, reject) => {
    let first: string | undefined;
    const refuse = (problem: string): void => {
      clearTimeout(timer);
      const other = first === undefined ? "" : `; its first line was ${brief(first, 80)}`;
      reject(new ServerUnreachable(`${program} ${problem}${other}`));
    };
    const timer = setTimeout(() => {
      refuse(
        `printed no ready line within ${limitMs} ms; it looks like {"ready":true,"url":"ws://…"}`,
      );
    }, limitMs);
    const lines = new LineCutter(
      MOST_LINE_BYTES,
      (line) => {
        const ready = readyOf(line);
        first ??= line;
        if (typeof ready === "string") refuse(`printed a ready line that ${ready}`);
        if (typeof ready !== "object") return;
        clearTimeout(timer);
        resolve(ready);
      },
      () => {
        refuse("printed a line of more than 1 MiB instead of a ready line");
      },
    );
    output.on("data", (chunk: Buffer) => {
      lines.push(chunk);
    });
    void child.ended.then((how) => {
      refuse(`${how} before it was ready`);
    });
  });
}
