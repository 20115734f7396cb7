/**
 * The config of the command `taskdef-cloner`.
 *
 * @module taskdef-cloner/cli
 */

export {
  type CliConfig,
  type ConfigContext,
  type DefinedConfig,
  type DeployContext,
  defineConfig,
} from "./define-config.ts";
