#!/usr/bin/env node
// Starts the built command. A checkout that was never built says so in one line.
import { existsSync } from "node:fs";

const built = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  console.error("latido: not built yet; run `npm run build` in the checkout first");
  process.exitCode = 2;
}
