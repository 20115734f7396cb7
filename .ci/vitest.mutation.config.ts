import { defineConfig, mergeConfig } from "vitest/config";
import config from "../vitest.config.ts";

/** Only the tests of the room whose mutants are run, all in one process, which spares each mutant from loading the SDK again. */
export default mergeConfig(
  { ...config, test: { ...config.test, include: process.env.MUTATION_TESTS?.split(",") } },
  defineConfig({ test: { isolate: false } }),
);
