import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { type ClonerEvent, TaskDefCloner } from "../../../src/index.ts";
import { plainUser, typicalBase, typicalTags } from "../../cast.ts";

const family = "isol8-dev-openclaw-user";

/** The events of a clone that ECS registers as this revision. */
async function eventsOf(revision: number): Promise<readonly ClonerEvent[]> {
  const events: ClonerEvent[] = [];
  const client = new ECSClient({ region: "us-east-1" });
  const mock = mockClient(client);
  mock.on(DescribeTaskDefinitionCommand).resolves(structuredClone({ taskDefinition: typicalBase, tags: typicalTags }));
  const taskDefinitionArn = `arn:aws:ecs:us-east-1:111122223333:task-definition/${family}:${revision}`;
  mock.on(RegisterTaskDefinitionCommand).resolves({ taskDefinition: { taskDefinitionArn } });
  const cloner = new TaskDefCloner({
    client,
    baseFamily: "isol8-dev-openclaw",
    container: "openclaw",
    onEvent: (event) => events.push(event),
  });
  await cloner.clone(plainUser);
  return events.filter(({ type }) => type === "family-nearly-full");
}

describe("a family that has used nine tenths of its revisions", () => {
  it("is reported with each clone that is registered into it", async () => {
    expect(await eventsOf(900_000)).toStrictEqual([
      { type: "family-nearly-full", family, revision: 900_000, left: 100_000 },
    ]);
    expect(await eventsOf(999_999)).toMatchObject([{ left: 1 }]);
  });

  it("is not reported before", async () => {
    expect(await eventsOf(899_999)).toStrictEqual([]);
  });
});
