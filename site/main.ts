// `npm run docs`: builds the documentation site, and shows it.

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { packageRoot } from "../codegen/package-root.js";
import { counted } from "../conformance/counted.js";
import { UsageError } from "../conformance/usage-error.js";
import { buildSite } from "./build.js";
import { measure } from "./measure.js";
import { checkReplaceable } from "./replaceable.js";
import { serveFolder, type Shown } from "./serve.js";

const HELP = `Build the documentation site from docs/, spec/ and the contract. It needs no network, then or later.
Open index.html from disk, or put the folder on any server; packed as a zip it reads the same.

Usage: npm run docs -- [flags]

  --serve          show the site on this machine when it is built
  --port NUMBER    port to show it on (default 4173; 0 takes a free one)
  --out FOLDER     where the site goes (default .site/html); a site that is there is replaced
  --measure        judge the clients in every language and the server first (two minutes), for the matrix
  --results FILE   results.json of a conformance run, for the matrix; once for each language
  --json           one JSON object instead of text
  --help           show this

Exit codes: 0 built, 1 a page cannot be rendered or a link leads nowhere, 2 wrong use.
`;

/** Git ignores it. */
const WORK = join(packageRoot(), ".site");
const OWN_OUT = join(WORK, "html");

interface Flags {
  readonly serve: boolean;
  readonly port: number;
  readonly out: string;
  readonly results: readonly string[];
  readonly measure: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws UsageError for a flag that is unknown or has no fit value. */
function readFlags(args: readonly string[]): Flags {
  const port = (text: string): number => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value <= 65_535) return value;
    throw new UsageError(`--port ${text} is no port; write a number from 0 to 65535`);
  };
  const values = parsed(args);
  return {
    serve: values.serve === true,
    port: port(values.port ?? "4173"),
    out: resolve(values.out ?? OWN_OUT),
    results: values.results ?? [],
    measure: values.measure === true,
    json: values.json === true,
    help: values.help === true,
  };
}

const OPTIONS = {
  serve: { type: "boolean" },
  port: { type: "string" },
  out: { type: "string" },
  results: { type: "string", multiple: true },
  measure: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

function parsed(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"] {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${text.split(/[.\n]/u)[0] ?? text}; --help lists the flags`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args);
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (flags.out !== OWN_OUT) checkReplaceable(flags.out);
  // Before the build, which takes a minute: a port in use is a mistake to hear of at once.
  const shown = flags.serve ? await show(flags.out, flags.port) : undefined;
  try {
    const code = await build(flags);
    if (shown) process.stdout.write(`${shown.url} shows the site; Ctrl-C ends it\n`);
    return code;
  } catch (error) {
    await shown?.close();
    throw error;
  }
}

async function show(folder: string, port: number): Promise<Shown> {
  try {
    return await serveFolder(folder, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "is in use" : `cannot be had (${message})`;
    throw new UsageError(`--port ${port} ${why}; take another, or 0 for any`);
  }
}

async function build(flags: Flags): Promise<number> {
  const watched = process.stderr.isTTY && !flags.json;
  const measured = flags.measure
    ? await measure({
        folder: join(WORK, "results"),
        onStart: (name) => {
          if (watched) process.stderr.write(`docs: judging ${name}\n`);
        },
      })
    : { results: [], missing: [] };
  for (const line of measured.missing) process.stderr.write(`docs: ${line}\n`);
  const { html, pages, broken } = await buildSite({
    folder: join(WORK, "work"),
    html: flags.out,
    results: [...measured.results, ...flags.results],
    ...(watched ? { onOutput: (text) => process.stderr.write(text) } : {}),
  });
  for (const { page, link, because } of broken) {
    process.stderr.write(`docs: ${page}: ${link}: ${because}\n`);
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ html, pages, broken })}\n`);
  else process.stdout.write(`${counted(pages, "page")}; open ${join(html, "index.html")}\n`);
  return broken.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`docs: ${text}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
