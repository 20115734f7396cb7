import { defineConfig, mergeConfig } from "vitest/config";
import config from "../vitest.config.ts";

/**
 * Only the tests of the folder whose mutants are run, all in one process, which spares each mutant from loading the SDK again. Tests that
 * replace a module need a process of their own, so they are left out.
 */
export default mergeConfig(
  { ...config, test: { ...config.test, include: process.env.MUTATION_TESTS?.split(",") } },
  defineConfig({
    test: { isolate: false, exclude: ["test/user/invented-part.test.ts", "test/base/bundled-sdk.test.ts"] },
  }),
);
