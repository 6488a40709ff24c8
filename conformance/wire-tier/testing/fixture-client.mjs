// A client in the field: does what the lines of a fixture say, and nothing else. Usage:
//   node fixture-client.mjs FILE URL [SPEED]
// SPEED divides the idle times. It prints each step that it has done and never reconnects.

import { readFileSync } from "node:fs";

import { WebSocket } from "ws";

const [file, address, speed = "1"] = process.argv.slice(2);
const steps = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const ANSWER_MS = 2_000;

const received = [];
let look = () => undefined;
let ended;

/** Resolves as soon as `find` finds something, at the latest when the fixture gives up. */
function until(find) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it did not come")), ANSWER_MS);
    look = () => {
      const found = find();
      if (found === undefined) {
        if (ended !== undefined) reject(new Error(`the connection ended with ${ended}`));
        return;
      }
      clearTimeout(timer);
      resolve(found);
    };
    look();
  });
}

function contains(frame, wanted) {
  return Object.entries(wanted).every(([name, value]) =>
    value === "*" ? typeof frame[name] === "string" : frame[name] === value,
  );
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function take(fits) {
  const at = received.findIndex(fits);
  return at < 0 ? undefined : received.splice(at, 1)[0];
}

let socket;

async function perform(step) {
  if (step.open !== undefined) {
    socket = new WebSocket(new URL(step.open, address));
    socket.on("message", (data) => {
      received.push(data.toString());
      look();
    });
    socket.on("error", () => undefined);
    socket.on("close", (code) => {
      ended = code;
      look();
    });
    await new Promise((resolve) => socket.once("open", resolve));
  } else if (step.send !== undefined) {
    socket.send(JSON.stringify(step.send));
  } else if (step.sendText !== undefined) {
    socket.send(step.sendText);
  } else if (step.expect !== undefined) {
    await until(() => take((text) => contains(json(text) ?? {}, step.expect)));
  } else if (step.expectText !== undefined) {
    await until(() => take((text) => text === step.expectText));
  } else if (step.forbid !== undefined) {
    if (received.some((text) => json(text)?.type === step.forbid)) throw new Error("it came");
  } else if (step.idle !== undefined) {
    const quiet = step.idle / Number(speed);
    await new Promise((resolve) => setTimeout(resolve, quiet));
    if (ended !== undefined) throw new Error(`the connection ended with ${ended}`);
  } else if (step.expectClose !== undefined) {
    await until(() => ended);
    if (ended !== step.expectClose) throw new Error(`it was closed with ${ended}`);
  }
}

for (const step of steps) {
  try {
    await perform(step);
    console.log(`done ${JSON.stringify(step)}`);
  } catch (error) {
    console.log(`failed ${JSON.stringify(step)}: ${error.message}`);
    process.exit(1);
  }
}
console.log("all steps done");
