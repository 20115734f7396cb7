import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { functionOf, parseInput, toFound } from "../parse-input.ts";
import { membersOf } from "../unknown-value.ts";
import type { CliConfig, ConfigContext } from "./define-config.ts";
import { CannotBeginError, toErrorText } from "./exit.ts";

/** Where to look for a config. */
export interface ConfigPlace {
  readonly cwd: string;
  /** A file that is named. It must be there. */
  readonly file: string | undefined;
  readonly env: string | undefined;
}

/** How modules are loaded. */
export interface ModuleLoader {
  readonly load: (url: string) => Promise<object>;
  /** Loads TypeScript where Node.js does not: by jiti, if that is installed. */
  readonly loadJiti: () => Promise<{
    createJiti(from: string): { import(url: string): Promise<unknown> };
  }>;
}

/** The ways of Node.js. */
export const nodeModules: ModuleLoader = {
  load: (url) => import(url),
  loadJiti: () => import("jiti"),
};

const names = ["ts", "mts", "mjs", "js"].map((extension) => `taskdef-cloner.config.${extension}`);

/**
 * Loads the config of the working directory, or the named one. A folder above is not searched: a config found by chance may be another account's.
 *
 * @returns `undefined` if there is none and none is named
 * @throws {@link CannotBeginError} if it cannot be loaded, or is no config.
 */
export async function loadConfig(place: ConfigPlace, modules = nodeModules): Promise<CliConfig | undefined> {
  const name = place.file ?? names.find((one) => existsSync(resolve(place.cwd, one)));
  if (name === undefined) return undefined;
  const file = resolve(place.cwd, name);
  if (!existsSync(file)) throw new CannotBeginError(`There is no config ${file}.`);
  try {
    return parseConfig(await toConfig(await importFile(file, modules), { env: place.env }));
  } catch (error) {
    throw new CannotBeginError(`The config ${file} cannot be used. ${toErrorText(error)}`, { cause: error });
  }
}

async function importFile(file: string, { load, loadJiti }: ModuleLoader): Promise<unknown> {
  const url = pathToFileURL(file).href;
  try {
    return await load(url);
  } catch (error) {
    if (membersOf(error).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
  }
  const jiti = await loadJiti().catch(() => undefined);
  if (jiti !== undefined) return await jiti.createJiti(import.meta.url).import(url);
  throw new CannotBeginError(
    `Node.js ${process.versions.node} cannot read TypeScript. Name the config .mjs, install jiti, or use Node.js 22.18.`,
  );
}

async function toConfig(module: unknown, context: ConfigContext): Promise<unknown> {
  const { default: exported } = membersOf(module);
  if (exported === undefined) throw new CannotBeginError("It has no default export.");
  return await (typeof exported === "function" ? exported(context) : exported);
}

const text = z.string().min(1).optional();

const schema = z.strictObject({
  cloner: z.custom<CliConfig["cloner"]>(
    (value) => typeof value === "object" && value !== null,
    "expected the options of TaskDefCloner without `client`",
  ),
  region: text,
  account: z
    .string()
    .regex(/^\d{12}$/, "expected the 12 digits of an AWS account, as a string")
    .optional(),
  profile: text,
  endpoint: text,
  cluster: z.union([z.string().min(1), z.array(z.string().min(1)).readonly()]).optional(),
  findUser: functionOf<NonNullable<CliConfig["findUser"]>>().optional(),
  currentArn: functionOf<NonNullable<CliConfig["currentArn"]>>().optional(),
  currentArns: functionOf<NonNullable<CliConfig["currentArns"]>>().optional(),
  deploy: functionOf<NonNullable<CliConfig["deploy"]>>().optional(),
}) satisfies z.ZodType<CliConfig>;

function parseConfig(value: unknown): CliConfig {
  if (typeof value !== "object" || value === null) {
    throw new CannotBeginError(`Its default export should be a config, and is ${toFound(value)}.`);
  }
  return parseInput(schema, value, "config");
}
