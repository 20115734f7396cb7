import { toRegisterInput } from "../src/derivation/register-input.ts";
import type { ClonerEvent } from "../src/events.ts";
import type { TaskDefClonerOptions } from "../src/options.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { FakeEcs, type FakeEcsOptions } from "../src/testing/fake-ecs.ts";
import type { UserSpec } from "../src/user/user.ts";
import { accountId, typicalBase, typicalTags } from "./fixtures.ts";

export const baseFamily = "isol8-dev-openclaw";
export const cloneFamily = "isol8-dev-openclaw-user";

/** The typical base as infrastructure code sends it. ECS takes IAM only with transit encryption. */
export const baseInput = {
  ...toRegisterInput(typicalBase),
  family: baseFamily,
  volumes: typicalBase.volumes.map((volume) =>
    "efsVolumeConfiguration" in volume
      ? {
          ...volume,
          efsVolumeConfiguration: { ...volume.efsVolumeConfiguration, transitEncryption: "ENABLED" as const },
        }
      : volume,
  ),
  tags: [...typicalTags],
};

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
    count: (operation) => ecs.calls.filter((call) => call.operation === operation).length,
  };
}

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("expected a rejection");
}
