import { defineConfig } from "vitest/config";
import { ClosingLine } from "./vitest.closing-line.js";

export default defineConfig({
  test: {
    include: [
      "{bench,bin,cli,codegen,conformance,docs,endurance,server,site,toolchains,world,generated,examples}/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "dist/**"],
    reporters: ["default", new ClosingLine()],
    globalSetup: ["vitest.temporary.ts"],
    setupFiles: ["vitest.setup.ts"],
    // They only end what hangs for ever: a busy machine may be ten times slower than this one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
});
