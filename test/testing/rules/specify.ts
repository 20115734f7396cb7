import {
  type ContainerDefinition,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs } from "../../../src/testing/index.ts";
import { app, smallest } from "../inputs.ts";

export type Input = RegisterTaskDefinitionCommandInput;

const client = new FakeEcs().client();
const register = (input: Input) => client.send(new RegisterTaskDefinitionCommand(input));

export const executionRoleArn = "arn:aws:iam::111122223333:role/ecs-execution";
export const withContainer = (container: Partial<ContainerDefinition>): Input => ({
  ...smallest,
  containerDefinitions: [{ ...app, memory: 512, ...container }],
});

/** The input with one more container and one more tag, which are right. */
const withMore = (input: Input): Input => {
  const { containerDefinitions = [], tags = [] } = input;
  const container = { ...app, name: "more", memory: 128, essential: false };
  return {
    ...input,
    ...(containerDefinitions.length > 0 && { containerDefinitions: [...containerDefinitions, container] }),
    ...(tags.length > 0 && { tags: [...tags, { key: "more", value: "" }] }),
  };
};

interface Accepted {
  readonly what: string;
  readonly input: Input;
}

interface Refused extends Accepted {
  readonly message: string;
  /** Whether the message counts the whole input. */
  readonly countsAll?: boolean;
}

/** Tests what a group of rules refuses, with which message, and what it accepts. */
export function specify(
  subject: string,
  { refused, accepted }: { refused: readonly Refused[]; accepted: readonly Accepted[] },
) {
  describe(subject, () => {
    it.each(refused.map((row) => [row.what, row] as const))("reject %s", async (_what, { input, message }) => {
      await expect(register(input)).rejects.toMatchObject({
        name: "ClientException",
        message,
        $metadata: { httpStatusCode: 400, attempts: 1 },
      });
    });

    it.each(refused.filter(({ countsAll }) => !countsAll).map((row) => [row.what, row] as const))(
      "reject %s next to valid ones",
      async (_what, { input, message }) => {
        await expect(register(withMore(input))).rejects.toMatchObject({ message });
      },
    );

    it.each(accepted.map((row) => [row.what, row] as const))("accept %s", async (_what, { input }) => {
      const { taskDefinition } = await register(input);
      expect(taskDefinition?.status).toBe("ACTIVE");
    });
  });
}
