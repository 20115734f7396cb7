import { CreateServiceCommand, type ECSClient } from "@aws-sdk/client-ecs";
import type { Clone, TaskDefCloner, UserSpec } from "taskdef-cloner";

/** Where the users' services run. */
export interface Cluster {
  readonly name: string;
  readonly subnets: string[];
  readonly securityGroups: string[];
}

/**
 * Gives a user a container of their own: a clone, and a service that runs it. If the service cannot be created the clone is deregistered, and
 * the caller gets CreateService's error. Store `clone.arn` with the user: the next resize starts from it.
 */
export async function provision(
  cloner: TaskDefCloner,
  client: ECSClient,
  cluster: Cluster,
  user: UserSpec,
): Promise<Clone> {
  return await cloner.clone(user, {
    deploy: async (clone, { signal }) => {
      const command = new CreateServiceCommand({
        cluster: cluster.name,
        serviceName: toServiceName(user.userId),
        taskDefinition: clone.arn,
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: { subnets: cluster.subnets, securityGroups: cluster.securityGroups },
        },
      });
      await client.send(command, signal ? { abortSignal: signal } : {});
    },
  });
}

/** Service names take letters, digits, `_` and `-`; user ids take anything. */
export function toServiceName(userId: string): string {
  return `user-${Buffer.from(userId).toString("base64url")}`;
}
