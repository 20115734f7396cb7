import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandOutput,
} from "@aws-sdk/client-ecs";
import type { UserSpec } from "../src/user/user.ts";
import { baseFamily, container } from "./bases.ts";

/**
 * What somebody writes who has no library for it: describe, spread, register. It sets what the library sets for the user, and checks, records,
 * retries and serialises nothing.
 */
export async function cloneByHand(client: ECSClient, user: UserSpec): Promise<RegisterTaskDefinitionCommandOutput> {
  const { taskDefinition, tags = [] } = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: baseFamily, include: ["TAGS"] }),
  );
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _requiresAttributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    ...base
  } = taskDefinition ?? {};
  const { secrets = {}, environment = {}, tags: userTags = {} } = user;
  return await client.send(
    new RegisterTaskDefinitionCommand({
      ...base,
      family: `${baseFamily}-user`,
      volumes: base.volumes?.map((volume) =>
        volume.name === "home" && volume.efsVolumeConfiguration
          ? {
              ...volume,
              efsVolumeConfiguration: {
                ...volume.efsVolumeConfiguration,
                transitEncryption: "ENABLED",
                authorizationConfig: {
                  ...volume.efsVolumeConfiguration.authorizationConfig,
                  accessPointId: user.accessPointId,
                },
              },
            }
          : volume,
      ),
      containerDefinitions: base.containerDefinitions?.map((definition) =>
        definition.name === container
          ? {
              ...definition,
              secrets: [
                ...(definition.secrets ?? []),
                ...Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
              ],
              environment: [
                ...(definition.environment ?? []),
                ...Object.entries(environment).map(([name, value]) => ({ name, value })),
              ],
            }
          : definition,
      ),
      tags: [...tags, ...Object.entries(userTags).map(([key, value]) => ({ key, value }))],
    }),
  );
}
