import { run } from "./program.js";

/** How a shell shows a command that wrote to a reader who had left (SIGPIPE). */
const EXIT_READER_GONE = 141;

for (const stream of [process.stdout, process.stderr]) {
  // `latido … | head` is no fault of this program: it ends, and its children with it.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_READER_GONE);
    throw error;
  });
}

process.exitCode = await run(process.argv.slice(2));
