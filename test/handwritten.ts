import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import type { UserSpec } from "../src/user/user.ts";
import { baseFamily } from "./cast.ts";

/** What is written in place of this library: describe, spread, register, with the SDK's own retries. */
export async function cloneByHand(client: ECSClient, user: UserSpec): Promise<string | undefined> {
  const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: baseFamily }));
  const input = {
    ...taskDefinition,
    family: `${baseFamily}-user`,
    containerDefinitions: taskDefinition?.containerDefinitions?.map((container) => ({
      ...container,
      dockerLabels: { ...container.dockerLabels, user: user.userId },
    })),
  } satisfies RegisterTaskDefinitionCommandInput;
  const output = await client.send(new RegisterTaskDefinitionCommand(input));
  return output.taskDefinition?.taskDefinitionArn;
}
