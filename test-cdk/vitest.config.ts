import { defineConfig } from "vitest/config";

export default defineConfig({
  // The first synthesis in a process takes seconds, also without validation.
  test: { include: ["*.test.ts"], testTimeout: 60_000, env: { CDK_VALIDATION: "false" } },
});
