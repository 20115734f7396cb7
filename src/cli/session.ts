import type { ECSClient } from "@aws-sdk/client-ecs";
import type { DescribedRevision } from "../ecs/revisions.ts";
import type { ClonerEvent } from "../events.ts";
import type { TaskDefClonerOptions } from "../options.ts";
import type { TaskDefCloner } from "../task-def-cloner.ts";
import type { CliConfig } from "./define-config.ts";
import { CannotBeginError } from "./exit.ts";
import type { Host } from "./host.ts";
import type { Output } from "./output.ts";

/** The options of every command. */
export interface GlobalOptions {
  readonly config?: string;
  readonly env?: string;
  readonly baseFamily?: string;
  readonly cloneFamily?: string;
  readonly container?: string;
  readonly volume?: string | false;
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly timeout?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
  readonly input: boolean;
}

/** What a command sums up at its end, however it ends. */
export interface Report {
  counts(): Readonly<Record<string, unknown>>;
  text(): string;
  /** What remains after an interruption, and how to go on. */
  rest?(): string;
}

/** A cloner, and what is known of its fleet. */
export interface Fleet {
  readonly client: ECSClient;
  readonly cloner: TaskDefCloner;
  readonly config: CliConfig;
  /** The name to type before something is changed: the clones' family, or the base's if every user has a family. */
  readonly family: string;
}

/** An account and region, and the newest base there. */
export interface BasePlace {
  readonly base: DescribedRevision;
  readonly accountId: string;
  readonly region: string;
}

/** One run of a command. */
export class Session {
  readonly host: Host;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly #options: GlobalOptions;
  #fleet: Promise<Fleet> | undefined;
  #report: Report | undefined;

  constructor(host: Host, output: Output, signal: AbortSignal, options: GlobalOptions) {
    this.host = host;
    this.output = output;
    this.signal = signal;
    this.#options = options;
  }

  /** Whether questions may be asked. */
  get mayAsk(): boolean {
    return this.#options.input;
  }

  /** Names what the command sums up. */
  sumUp(report: Report): void {
    this.#report = report;
  }

  get report(): Report | undefined {
    return this.#report;
  }

  /** Reads the config, makes the client and the cloner, and refuses another account than the config's. */
  fleet(): Promise<Fleet> {
    this.#fleet ??= this.#toFleet();
    return this.#fleet;
  }

  /** Finds the newest base, and with it the account and region. @throws UnfitBaseError if there is none */
  async findBase(): Promise<BasePlace> {
    const { cloner } = await this.fleet();
    const { internalsOf, findBase } = await import("./library.ts");
    const { ecs, search } = internalsOf(cloner, this.signal);
    const base = await findBase(ecs, search, performance.now());
    const [, , , region = "", accountId = ""] = base.arn.split(":");
    return { base, accountId, region };
  }

  async #toFleet(): Promise<Fleet> {
    const { env, cwd } = this.host;
    const { config: file = env.TASKDEF_CLONER_CONFIG, env: stage = env.TASKDEF_CLONER_ENV } = this.#options;
    const { loadConfig } = await import("./config-file.ts");
    const config = this.#toConfig(await loadConfig({ cwd, file, env: stage }));
    const { newClient, refuseOtherAccount } = await import("./aws.ts");
    const client = await newClient(toClientSettings(config, this.#options, env), this.output);
    if (config.account !== undefined) await refuseOtherAccount(client, config.account);
    const { TaskDefCloner } = await import("./library.ts");
    const cloner = new TaskDefCloner({ ...config.cloner, client, onEvent: this.#toListener(config.cloner) });
    const { baseFamily, cloneFamily = `${baseFamily}-user` } = config.cloner;
    return { client, cloner, config, family: typeof cloneFamily === "string" ? cloneFamily : baseFamily };
  }

  /** Flags win over the config. */
  #toConfig(config: CliConfig | undefined): CliConfig {
    const { baseFamily = config?.cloner.baseFamily, cloneFamily, container, volume, timeout } = this.#options;
    if (baseFamily === undefined) {
      throw new CannotBeginError(
        "No base family is named. Pass --base-family, or write a taskdef-cloner.config.ts in this directory.",
      );
    }
    const cloner = {
      ...config?.cloner,
      baseFamily,
      ...(cloneFamily !== undefined && { cloneFamily }),
      ...(container !== undefined && { container }),
      ...(volume !== undefined && { volume }),
      ...(timeout !== undefined && { requestTimeoutMs: timeout * 1000 }),
    };
    return { ...config, cloner };
  }

  #toListener({ onEvent }: Omit<TaskDefClonerOptions, "client">): (event: ClonerEvent) => void {
    return (event) => {
      const { type, ...members } = event;
      if (urgent.has(type)) this.output.warn(`${type} ${JSON.stringify(members)}`);
      else this.output.detail(`${type} ${JSON.stringify(members)}`);
      onEvent?.(event);
    };
  }
}

/** Events that somebody has to know of without asking. */
const urgent: ReadonlySet<ClonerEvent["type"]> = new Set(["family-nearly-full", "undo-failed", "kept"]);

/** How the client is made. What is absent is the SDK's own business, which reads the environment and the profile. */
export interface ClientSettings {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** A flag wins over the environment, and that over the config. */
export function toClientSettings(
  config: Pick<CliConfig, "profile" | "region" | "endpoint">,
  flags: Pick<GlobalOptions, "profile" | "region" | "endpoint">,
  env: Host["env"],
): ClientSettings {
  const isInEnvironment = {
    profile: ["AWS_PROFILE"],
    region: ["AWS_REGION"],
    endpoint: ["AWS_ENDPOINT_URL_ECS", "AWS_ENDPOINT_URL"],
  };
  const choose = (name: keyof ClientSettings): string | undefined =>
    flags[name] ?? (isInEnvironment[name].some((variable) => env[variable]) ? undefined : config[name]);
  return { profile: choose("profile"), region: choose("region"), endpoint: choose("endpoint") };
}
