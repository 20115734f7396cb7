import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigContext, defineConfig } from "taskdef-cloner/cli";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { loadConfig, type ModuleLoader } from "../../src/cli/config-file.ts";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "taskdef-cloner-config-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const cloner = { baseFamily: "web" };

/** A loader that gives this module, whatever the file. */
const giving = (module: object): ModuleLoader => ({
  load: async () => module,
  loadJiti: () => Promise.reject(new Error()),
});

const load = (module: object, env?: string) =>
  loadConfig({ cwd, file: write("taskdef-cloner.config.mjs"), env }, giving(module));

function write(name: string, content = ""): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

describe("loadConfig", () => {
  it("loads the config of the working directory, of whatever extension", async () => {
    for (const extension of ["js", "mjs", "mts", "ts"]) {
      write(`taskdef-cloner.config.${extension}`, `export default { cloner: { baseFamily: "${extension}" } };`);

      expect(await loadConfig({ cwd, file: undefined, env: undefined })).toMatchObject({
        cloner: { baseFamily: extension },
      });
    }
  });

  it("finds none where there is none, and does not look in the folder above", async () => {
    write("taskdef-cloner.config.mjs", "export default { cloner: {} };");
    const below = join(cwd, "below");
    mkdirSync(below);

    expect(await loadConfig({ cwd: below, file: undefined, env: undefined })).toBeUndefined();
  });

  it("refuses a file that is named and not there", async () => {
    await expect(loadConfig({ cwd, file: "other.mjs", env: undefined })).rejects.toThrow(
      `There is no config ${join(cwd, "other.mjs")}.`,
    );
  });

  it("calls a function with the environment, and waits for a promise", async () => {
    const config = ({ env }: { readonly env: string | undefined }) =>
      Promise.resolve({ cloner: { baseFamily: `web-${env}` } });

    expect(await load({ default: config }, "prod")).toMatchObject({ cloner: { baseFamily: "web-prod" } });
  });

  it.each([
    { name: "a member that is not known", module: { default: { cloner, acount: "1" } }, says: "acount" },
    { name: "an account that is no string", module: { default: { cloner, account: 111122223333 } }, says: "account" },
    { name: "an account of other digits", module: { default: { cloner, account: "1" } }, says: "12 digits" },
    { name: "options that are none", module: { default: { cloner: "web" } }, says: "without `client`" },
    { name: "a cluster that is none", module: { default: { cloner, cluster: 1 } }, says: "cluster" },
    { name: "no default export", module: {}, says: "It has no default export." },
    { name: "an export that is no config", module: { default: 1 }, says: "should be a config, and is a number" },
    { name: "an export that is null", module: { default: null }, says: "should be a config, and is null" },
  ])("refuses $name", async ({ module, says }) => {
    const error = await load(module).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name: "CannotBeginError" });
    expect(String(error)).toContain("taskdef-cloner.config.mjs cannot be used. ");
    expect(String(error)).toContain(says);
  });

  it("has jiti load TypeScript where Node.js does not, and says what to do without it", async () => {
    const file = write("taskdef-cloner.config.ts");
    const unknownExtension = Object.assign(new Error("Unknown file extension"), { code: "ERR_UNKNOWN_FILE_EXTENSION" });
    const refusing = () => Promise.reject(unknownExtension);
    const createJiti = () => ({ import: () => Promise.resolve({ default: { cloner } }) });

    expect(
      await loadConfig(
        { cwd, file, env: undefined },
        { load: refusing, loadJiti: () => Promise.resolve({ createJiti }) },
      ),
    ).toStrictEqual({ cloner });
    await expect(
      loadConfig({ cwd, file, env: undefined }, { load: refusing, loadJiti: () => Promise.reject(new Error("none")) }),
    ).rejects.toThrow("cannot read TypeScript. Name the config .mjs, install jiti, or use Node.js 22.18.");
    await expect(
      loadConfig({ cwd, file, env: undefined }, { ...giving({}), load: () => Promise.reject(new SyntaxError("oh")) }),
    ).rejects.toThrow("SyntaxError: oh");
  });

  it("knows jiti, and gives it a file", async () => {
    const file = write(
      "taskdef-cloner.config.ts",
      'const baseFamily: string = "typed";\nexport default { cloner: { baseFamily } };',
    );
    const { loadJiti } = await import("../../src/cli/config-file.ts").then(({ nodeModules }) => nodeModules);
    const load = () => Promise.reject(Object.assign(new Error(), { code: "ERR_UNKNOWN_FILE_EXTENSION" }));

    expect(await loadConfig({ cwd, file, env: undefined }, { load, loadJiti })).toStrictEqual({
      cloner: { baseFamily: "typed" },
    });
  });
});

describe("defineConfig", () => {
  it("gives back what it was given, and types it", () => {
    const config = { cloner, cluster: "users" };

    expect(defineConfig(config)).toBe(config);
    const toConfig = ({ env }: ConfigContext) => ({ cloner: { baseFamily: String(env) } });
    expect(defineConfig(toConfig)).toBe(toConfig);
    defineConfig(({ env }) => {
      expectTypeOf(env).toEqualTypeOf<string | undefined>();
      return { cloner };
    });
    // @ts-expect-error: the client is the command line's own.
    defineConfig({ cloner: { ...cloner, client: {} } });
  });
});
