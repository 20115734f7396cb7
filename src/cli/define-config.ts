import type { ECSClient } from "@aws-sdk/client-ecs";
import type { TaskDefClonerOptions } from "../options.ts";
import type { Clone } from "../results.ts";
import type { UserSpec } from "../user/user.ts";

/** What `deploy` is given next to the clone. */
export interface DeployContext {
  /** The client that the command line uses: the same account, region and endpoint. */
  readonly client: ECSClient;
  /** Aborts when the command is interrupted. Pass it on to your own requests. */
  readonly signal: AbortSignal | undefined;
}

/** What the command line knows of your fleet. Only `cloner.baseFamily` has no default. */
export interface CliConfig {
  /** The options of your cloner, without its client. */
  readonly cloner: Omit<TaskDefClonerOptions, "client">;
  /** The AWS region. @default `AWS_REGION`, or the profile's */
  readonly region?: string | undefined;
  /** The AWS account, 12 digits. Credentials of another account are refused before anything is asked of ECS. */
  readonly account?: string | undefined;
  /** The AWS profile. @default `AWS_PROFILE` */
  readonly profile?: string | undefined;
  /** Another ECS, such as a `FakeEcs`. @default `AWS_ENDPOINT_URL_ECS`, or AWS's own */
  readonly endpoint?: string | undefined;
  /** The clusters that run clones, by name or ARN. */
  readonly cluster?: string | readonly string[] | undefined;
  /** Gives a user as you would provision them, for `plan` and `verify`. */
  readonly findUser?: ((userId: string) => UserSpec | Promise<UserSpec>) | undefined;
  /** Gives the ARN of a user's current clone. @default the user's newest clone, by listing */
  readonly currentArn?: ((userId: string) => string | undefined | Promise<string | undefined>) | undefined;
  /** Gives the ARNs of all users' current clones, for `--all`. @default each user's newest clone */
  readonly currentArns?:
    | (() => Iterable<string> | AsyncIterable<string> | Promise<Iterable<string> | AsyncIterable<string>>)
    | undefined;
  /** Puts a clone to use: updates the user's service, and stores the ARN. Without it, changes need `--no-deploy`. */
  readonly deploy?: ((clone: Clone, context: DeployContext) => unknown) | undefined;
}

/** What a config that is a function is given. */
export interface ConfigContext {
  /** What `--env` or `TASKDEF_CLONER_ENV` says. */
  readonly env: string | undefined;
}

/** A config, or a function of the environment that gives one. */
export type DefinedConfig = CliConfig | ((context: ConfigContext) => CliConfig | Promise<CliConfig>);

/** Types a config: `export default defineConfig({ … })` in `taskdef-cloner.config.ts`. */
export function defineConfig(config: DefinedConfig): DefinedConfig {
  return config;
}
