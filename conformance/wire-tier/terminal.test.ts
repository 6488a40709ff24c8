import { expect, it } from "vitest";

import { loadCases } from "../cases/load.js";
import { Board } from "./board.js";
import { wireCases } from "./eligible.js";
import { printable, showChecklist } from "./terminal.js";

const cases = wireCases(loadCases()).slice(0, 2);

function shown(moving: boolean): { board: Board; out: () => string; moves: () => string } {
  const board = new Board(cases);
  let out = "";
  let moves = "";
  showChecklist(board, {
    out: (text) => (out += text),
    ...(moving ? { moving: { write: (text) => (moves += text), columns: 60 } } : {}),
  });
  return { board, out: () => out, moves: () => moves };
}

it("in a pipe each finished check is one plain line, told once", () => {
  const { board, out } = shown(false);
  const [first] = cases;
  if (!first) throw new Error("no cases");
  board.running(first);
  board.broken(first, "too\nlate");
  board.broken(first, "again");
  board.hint("try this");
  board.hint("try this");
  expect(out().split("\n")).toEqual([
    expect.stringMatching(/^fail {9}.*: too\ufffdlate$/u),
    "note: try this",
    "",
  ]);
});

it("on a terminal one line moves and is no wider than the terminal", () => {
  const { board, moves } = shown(true);
  board.phase(`waiting ${"for a very long time ".repeat(20)}`);
  const last = moves().split("\r\u001b[K").at(-1) ?? "";
  expect(last).toMatch(/^0\/2 waiting/u);
  expect(last.length).toBeLessThan(60);
});

it("what a client said does not steer a terminal", () => {
  expect(printable("\u001b[2J\u0007a\u009b31m")).toBe("\ufffd[2J\ufffda\ufffd31m");
});
