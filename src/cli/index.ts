export { type CliConfig, type ConfigContext, type DeployContext, defineConfig } from "./define-config.ts";
