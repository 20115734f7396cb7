import { type ECSClient, ListTaskDefinitionsCommand, type ListTaskDefinitionsCommandInput } from "@aws-sdk/client-ecs";
import type { EcsClient } from "../../src/ecs/connection.ts";
import { membersOf } from "../../src/unknown-value.ts";

/** A client whose pages of task definitions come in whatever order `shuffle` makes of them. */
export function toShuffling(client: ECSClient, shuffle: (arns: readonly unknown[]) => unknown[]): EcsClient {
  return {
    config: client.config,
    send: async (command, options) => {
      const output: unknown = await client.send(command, options);
      const { taskDefinitionArns } = membersOf(output);
      if (!Array.isArray(taskDefinitionArns)) return output;
      return { ...membersOf(output), taskDefinitionArns: shuffle(taskDefinitionArns) };
    },
  };
}

/**
 * A client whose pages of task definitions begin at an offset, so that whatever is deregistered between two pages shifts the second.
 */
export function toOffsetPaged(client: ECSClient, pageSize = 100): EcsClient {
  const list = async (input: ListTaskDefinitionsCommandInput): Promise<string[]> => {
    const { taskDefinitionArns = [], nextToken } = await client.send(new ListTaskDefinitionsCommand(input));
    return nextToken === undefined
      ? taskDefinitionArns
      : [...taskDefinitionArns, ...(await list({ ...input, nextToken }))];
  };
  return {
    config: client.config,
    send: async (command, options) => {
      const given: unknown = command;
      if (!(given instanceof ListTaskDefinitionsCommand)) return await client.send(command, options);
      const { nextToken, ...input } = given.input;
      const arns = await list(input);
      const from = Number(nextToken ?? 0);
      const to = from + pageSize;
      return { taskDefinitionArns: arns.slice(from, to), ...(to < arns.length && { nextToken: String(to) }) };
    },
  };
}
