import { defineConfig, mergeConfig } from "vitest/config";
import config from "../vitest.config.ts";

/**
 * Only the tests of the folder whose mutants are run, all in one process, which spares each mutant from loading the SDK again. A test that replaces a
 * module needs a process of its own, so it is left out.
 */
export default mergeConfig(
  { ...config, test: { ...config.test, include: process.env.MUTATION_TESTS?.split(",") } },
  defineConfig({ test: { isolate: false, exclude: ["test/user/invented-part.test.ts"] } }),
);
