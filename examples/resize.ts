import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { Clone, Size, TaskDefCloner } from "taskdef-cloner";
import { toServiceName } from "./provision.ts";

/**
 * Gives a user's container another size: a new clone with the user's own secrets and environment on the newest base, and the service moved
 * to it. If the service cannot be updated the new clone is deregistered, and the service goes on with the old one.
 */
export async function resizeContainer(
  cloner: TaskDefCloner,
  client: ECSClient,
  cluster: string,
  currentArn: string,
  size: Size,
): Promise<Clone> {
  return await cloner.resize(currentArn, size, {
    deploy: async (clone, { signal }) => {
      const command = new UpdateServiceCommand({
        cluster,
        service: toServiceName(clone.userId),
        taskDefinition: clone.arn,
      });
      await client.send(command, signal ? { abortSignal: signal } : {});
    },
  });
}
