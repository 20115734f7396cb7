import { ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import type { EcsClient } from "../../src/ecs/connection.ts";
import type { ClonerEvent } from "../../src/events.ts";
import { TaskDefCloner, type TaskDefClonerOptions } from "../../src/index.ts";
import { FakeEcs, type FakeEcsOptions } from "../../src/testing/index.ts";
import { smallBase, toOldClone } from "../cast.ts";

const backend = "arn:aws:sts::111122223333:assumed-role/backend/session";
export const deployer = "arn:aws:sts::111122223333:assumed-role/deployer/session";

/** An ECS without a base in its family `web` as yet, and cloners for that family whose events are kept. */
export function newWebFamily(ecsOptions: FakeEcsOptions = {}) {
  const ecs = new FakeEcs(ecsOptions);
  const events: ClonerEvent[] = [];
  return {
    ecs,
    events,
    eventsOf: (type: ClonerEvent["type"]): ClonerEvent[] => events.filter((event) => event.type === type),
    newCloner: (options: Partial<TaskDefClonerOptions> = {}): TaskDefCloner =>
      new TaskDefCloner({
        client: ecs.client(),
        baseFamily: "web",
        onEvent: (event) => events.push(event),
        ...options,
      }),
    registerBase: (): string => ecs.register(smallBase, { registeredBy: deployer }),
    /** Registers users' clones from before this library into the base's own family. */
    registerOldClones: (count: number): string[] =>
      Array.from({ length: count }, (_, index) => ecs.register(toOldClone(index), { registeredBy: backend })),
    /** What was described, in order. */
    described: (): unknown[] =>
      ecs.calls
        .filter(({ operation }) => operation === "DescribeTaskDefinition")
        .map(({ input }) => input.taskDefinition),
  };
}

/** The client of an endpoint that lists in its own way: whatever it is asked for, these ARNs, page by page. */
export function listing(client: EcsClient, toPages: () => readonly (readonly string[])[]): EcsClient {
  return {
    send: async (command, options) => {
      const given: object = command;
      if (!(given instanceof ListTaskDefinitionsCommand)) return await client.send(command, options);
      const pages = toPages();
      const page = Number(given.input.nextToken ?? 0);
      return { taskDefinitionArns: pages[page] ?? [], nextToken: page + 1 < pages.length ? String(page + 1) : null };
    },
  };
}
