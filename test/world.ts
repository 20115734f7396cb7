import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { toRegisterInput } from "../src/derivation/register-input.ts";
import type { ClonerEvent } from "../src/events.ts";
import type { TaskDefClonerOptions } from "../src/options.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { FakeEcs, type FakeEcsOptions, systemClock } from "../src/testing/index.ts";
import type { UserSpec } from "../src/user/user.ts";
import { accountId, deepFreeze, typicalBase, typicalTags } from "./fixtures.ts";

export const baseFamily = "isol8-dev-openclaw";
export const cloneFamily = "isol8-dev-openclaw-user";

/** The typical base as infrastructure code registers it: without the encryption that an access point needs, and that a clone is to get. */
export const baseInput = deepFreeze({
  ...toRegisterInput(typicalBase),
  family: baseFamily,
  volumes: [
    {
      name: "workspace",
      efsVolumeConfiguration: {
        fileSystemId: "fs-0a1b2c3d4e5f60718",
        rootDirectory: "/",
        transitEncryption: "DISABLED",
        authorizationConfig: { iam: "DISABLED" },
      },
    },
    { name: "scratch", host: {} },
  ],
  tags: [...typicalTags],
} satisfies RegisterTaskDefinitionCommandInput);

export const toArn = (family: string, revision: number): string =>
  `arn:aws:ecs:us-east-1:${accountId}:task-definition/${family}:${revision}`;

export const toSecretArn = (name: string): string =>
  `arn:aws:secretsmanager:us-east-1:${accountId}:secret:user-keys/${name}-AbCdEf`;

/** The user of this number: nothing of theirs but the size is anybody else's. */
export function toUser(number: number): UserSpec & { readonly userId: string } {
  return {
    userId: `user_${number}`,
    accessPointId: `fsap-${number.toString(16).padStart(17, "0")}`,
    secrets: { OPENAI_API_KEY: toSecretArn(`user_${number}`) },
    environment: { CODEX_HOME: `/home/hunter2-${number}/.codex` },
  };
}

/** An ECS with a base, and a cloner over it whose events are kept. */
export interface World {
  readonly ecs: FakeEcs;
  readonly cloner: TaskDefCloner;
  readonly events: ClonerEvent[];
  /** Another cloner over the same ECS, with the same events. */
  newCloner(options?: Partial<TaskDefClonerOptions>): TaskDefCloner;
  /** The ARNs of the ACTIVE revisions of the clone family, oldest first. */
  active(family?: string): readonly string[];
  /** What the newest revision of the clone family was registered with. */
  registered(family?: string): RegisterTaskDefinitionCommandInput;
  /** The operations that were called, in order. */
  operations(): readonly string[];
  /** How often an operation was called. */
  count(operation: string): number;
}

export function newWorld(ecsOptions: FakeEcsOptions = {}, clonerOptions: Partial<TaskDefClonerOptions> = {}): World {
  const ecs = new FakeEcs(ecsOptions);
  const events: ClonerEvent[] = [];
  const newCloner = (options: Partial<TaskDefClonerOptions> = {}): TaskDefCloner =>
    new TaskDefCloner({
      client: ecs.client(),
      baseFamily,
      container: "openclaw",
      onEvent: (event) => events.push(event),
      ...clonerOptions,
      ...options,
    });
  ecs.register(baseInput);
  return {
    ecs,
    events,
    newCloner,
    cloner: newCloner(),
    active: (family = cloneFamily) =>
      ecs
        .revisions(family)
        .filter(({ status }) => status === "ACTIVE")
        .map(({ arn }) => arn),
    registered: (family = cloneFamily) => {
      const newest = ecs.revisions(family).at(-1);
      if (newest === undefined) throw new Error(`expected a clone in ${family}`);
      return newest.registered;
    },
    operations: () => ecs.calls.map(({ operation }) => operation),
    count: (operation) => ecs.calls.filter((call) => call.operation === operation).length,
  };
}

/** A world whose time passes with the (fake) timers, and in which every request takes a moment. */
export const newTimedWorld = (latencyMs = 100, clonerOptions: Partial<TaskDefClonerOptions> = {}): World =>
  newWorld({ clock: systemClock, latencyMs }, clonerOptions);

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("expected a rejection");
}
