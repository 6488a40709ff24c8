import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { checkWritable, makeFolder } from "./output-folder.js";
import { writeFault } from "./platform-fault.js";

const folder = mkdtempSync(join(tmpdir(), "latido-output-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function faultOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return writeFault(error);
  }
  return "none";
}

describe("a folder to write to", () => {
  it("is made with every folder above it, or taken as it is", () => {
    const deep = join(folder, "a", "b");
    makeFolder(deep);
    makeFolder(deep);
    expect(readdirSync(deep)).toEqual([]);
  });

  it("is not made, and nothing is left, where it is only looked at", () => {
    checkWritable(join(folder, "c", "d"));
    checkWritable(folder);
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("cannot be a file, nor lie below one", () => {
    const file = join(folder, "a", "notes.md");
    writeFileSync(file, "");
    expect(
      faultOf(() => {
        makeFolder(file);
      }),
    ).toBe("a file of this name is there");
    expect(
      faultOf(() => {
        makeFolder(join(file, "x", "y"));
      }),
    ).toBe("a part of the path is no folder");
  });

  // Node.js never comes back from making /proc/x/y with the folders above it.
  it.skipIf(!existsSync("/proc/self"))(
    "is refused at once where the platform makes no folders",
    () => {
      for (const path of ["/proc", "/proc/latido", "/proc/latido/x/y"]) {
        expect(
          faultOf(() => {
            makeFolder(path);
          }),
          path,
        ).toMatch(/^(?:nothing can be written there|permission is missing)$/u);
      }
    },
  );
});
