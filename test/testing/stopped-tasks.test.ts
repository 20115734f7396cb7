import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs } from "../../src/testing/index.ts";

const web = { family: "web", containerDefinitions: [{ name: "app", image: "nginx", memory: 512 }] };

describe("FakeEcs.stoppedTask", () => {
  it("adds a task that has stopped, with what it says of its end", async () => {
    const ecs = new FakeEcs();
    const arn = ecs.register(web);
    ecs.deregister(arn);
    const containers = [{ name: "app", exitCode: 137, reason: "OutOfMemoryError" }];

    const own = ecs.stoppedTask({
      taskDefinition: "web:1",
      reason: "gone",
      code: "EssentialContainerExited",
      containers,
    });
    const ofService = ecs.stoppedTask({ cluster: "users", service: "api", taskDefinition: arn, reason: "gone" });

    const client = ecs.client();
    expect(await client.send(new ListTasksCommand({ desiredStatus: "STOPPED", family: "web" }))).toMatchObject({
      taskArns: [own],
    });
    expect(await client.send(new DescribeTasksCommand({ tasks: [own] }))).toMatchObject({
      tasks: [
        {
          taskDefinitionArn: arn,
          group: "family:web",
          lastStatus: "STOPPED",
          stoppedReason: "gone",
          stopCode: "EssentialContainerExited",
          containers,
        },
      ],
    });
    expect(await client.send(new DescribeTasksCommand({ cluster: "users", tasks: [ofService] }))).toMatchObject({
      tasks: [{ group: "service:api", stoppedReason: "gone", containers: [] }],
    });
  });

  it("refuses a task definition that is not there", () => {
    expect(() => new FakeEcs().stoppedTask({ taskDefinition: "web:1", reason: "gone" })).toThrow(
      "TaskDefinition not found.",
    );
  });
});
