// `latido serve` where the native module is there and does not load, as on a machine with another libc.

import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

import { bundledCommand } from "../conformance/command.test-support.js";

const BROKEN = `
const Module = require("node:module");
const load = Module._load;
Module._load = function (name, ...more) {
  if (name !== "uWebSockets.js") return load.call(this, name, ...more);
  throw new Error("This version supports some platforms\\n\\nError: libc 2.38 not found");
};`;

it("one line says why, and ws serves", async () => {
  const hook = join(mkdtempSync(join(tmpdir(), "latido-fallback-")), "broken.cjs");
  writeFileSync(hook, BROKEN);
  const args = ["--require", hook, await bundledCommand(), "serve", "--json", "--port", "0"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
      if (out.includes("\n")) resolve();
    });
    child.once("close", () => {
      resolve();
    });
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill();
  await ended;
  expect(JSON.parse(out)).toMatchObject({ ready: true, transport: "ws" });
  expect(err).toBe(
    "latido: uWebSockets.js is not available here (libc 2.38 not found); ws serves instead\n",
  );
});
