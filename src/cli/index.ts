export {
  type CliConfig,
  type ConfigContext,
  type DefinedConfig,
  type DeployContext,
  defineConfig,
} from "./define-config.ts";
