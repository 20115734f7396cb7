import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { ClonerEvent } from "../src/events.ts";
import type { TaskDefClonerOptions } from "../src/options.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { FakeEcs, type FakeEcsOptions, systemClock } from "../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, toUser } from "./cast.ts";

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

/** Makes clones of the users of these numbers, one after the other, and gives their ARNs. */
export async function provision(cloner: TaskDefCloner, ...numbers: readonly number[]): Promise<string[]> {
  const arns: string[] = [];
  for (const number of numbers) arns.push((await cloner.clone(toUser(number))).arn);
  return arns;
}

/** The input that registered a revision. */
export function registeredAs({ ecs }: World, arn: string): RegisterTaskDefinitionCommandInput {
  const revision = ecs.revisions().find((one) => one.arn === arn);
  if (revision === undefined) throw new Error(`there is no ${arn}`);
  return revision.registered;
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
