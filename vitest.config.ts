import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const source = (path: string): string => file(`./src/${path}`);

export default defineConfig({
  resolve: {
    alias: [
      { find: "taskdef-cloner/bullmq", replacement: source("bullmq/index.ts") },
      { find: "taskdef-cloner/cdk", replacement: source("cdk/index.ts") },
      { find: "taskdef-cloner/cli", replacement: source("cli/index.ts") },
      { find: "taskdef-cloner/fleet", replacement: source("fleet/index.ts") },
      { find: "taskdef-cloner/testing", replacement: source("testing/index.ts") },
      { find: "taskdef-cloner/verify", replacement: source("verify/index.ts") },
      // The real one is not installed here: it is 186 MB. test-cdk/ has it.
      { find: /^aws-cdk-lib(?:\/aws-iam)?$/, replacement: file("./test/cdk/fake-cdk.ts") },
      { find: "taskdef-cloner", replacement: source("index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    // Machines are shared, and properties take their time.
    testTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/**/index.ts"],
      thresholds: { lines: 100, functions: 100, branches: 100, statements: 100 },
    },
  },
});
