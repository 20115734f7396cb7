import { defineConfig, mergeConfig } from "vitest/config";
import config from "../vitest.config.ts";

/** Without the tests that run for long, or in other processes, where a mutant is not active. */
export default mergeConfig(
  config,
  defineConfig({
    test: {
      exclude: ["test/contention.test.ts", "test/faults.test.ts", "test/examples.test.ts", "test/readme.test.ts"],
    },
  }),
);
