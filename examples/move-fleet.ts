import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { TaskDefCloner } from "taskdef-cloner";
import { collectArnsInUse, prune, recloneAll } from "taskdef-cloner/fleet";
import { toServiceName } from "./provision.ts";

/** What your database does here: it knows each user's present clone. */
export interface CloneStore {
  currentArns(): AsyncIterable<string>;
  store(userId: string, arn: string): Promise<void>;
}

/**
 * Moves every user onto the newest base, after a deploy of it, and then deregisters the clones that are no longer needed. Running it again
 * after a crash goes on where it stopped.
 *
 * @returns the ARNs of the clones that could not be replaced, with the reason of each.
 */
export async function moveFleet(
  cloner: TaskDefCloner,
  client: ECSClient,
  cluster: string,
  store: CloneStore,
): Promise<ReadonlyMap<string, unknown>> {
  const failures = new Map<string, unknown>();
  const outcomes = recloneAll(cloner, store.currentArns(), {
    deploy: async (clone, { signal }) => {
      if (!clone.reused) {
        const service = toServiceName(clone.userId);
        const command = new UpdateServiceCommand({ cluster, service, taskDefinition: clone.arn });
        await client.send(command, signal ? { abortSignal: signal } : {});
      }
      await store.store(clone.userId, clone.arn);
    },
  });
  for await (const outcome of outcomes) {
    if (outcome.status === "rejected") failures.set(outcome.arn, outcome.reason);
  }
  const inUse = await collectArnsInUse(client, cluster);
  for await (const { arn, error } of prune(cloner, { inUse, dryRun: false })) {
    if (error !== undefined) failures.set(arn, error);
  }
  return failures;
}
