import { defineConfig } from "vitest/config";
import { ClosingLine } from "./vitest.closing-line.js";

export default defineConfig({
  test: {
    include: [
      "{bench,bin,cli,codegen,conformance,docs,endurance,server,site,toolchains,world,generated,examples}/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "dist/**"],
    reporters: ["default", new ClosingLine()],
    setupFiles: ["vitest.setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
