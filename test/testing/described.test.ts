import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs, type FakeEcsOptions, ManualClock } from "../../src/testing/index.ts";
import { toSecretArn } from "../cast.ts";
import { app, onFargate, smallest } from "./inputs.ts";

const names = (things: readonly { name?: string | undefined }[] | undefined) => things?.map(({ name }) => name);

async function describeRegistered(input: object, options?: FakeEcsOptions) {
  const ecs = new FakeEcs(options);
  const arn = ecs.register({ ...input });
  return await ecs.client().send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ["TAGS"] }));
}

const letters = [..."abcdefgh"];
const shuffled = {
  ...smallest,
  executionRoleArn: "execution",
  tags: letters.map((key) => ({ key, value: "" })),
  containerDefinitions: letters.map((name) => ({
    ...smallest.containerDefinitions[0],
    name,
    environment: letters.map((letter) => ({ name: letter, value: letter })),
    secrets: letters.map((letter) => ({ name: `SECRET_${letter}`, valueFrom: `/${letter}` })),
  })),
};

describe("a described task definition", () => {
  it("has the defaults that ECS fills in", async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 31));
    const { taskDefinition, tags } = await describeRegistered(smallest, { clock });
    expect(tags).toStrictEqual([]);
    expect(taskDefinition).toStrictEqual({
      taskDefinitionArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/web:1",
      family: "web",
      revision: 1,
      status: "ACTIVE",
      registeredAt: new Date(Date.UTC(2026, 0, 31)),
      registeredBy: "arn:aws:sts::111122223333:assumed-role/provisioner/session",
      requiresAttributes: [{ name: "com.amazonaws.ecs.capability.docker-remote-api.1.18" }],
      compatibilities: ["EC2", "EXTERNAL"],
      volumes: [],
      placementConstraints: [],
      containerDefinitions: [
        {
          name: "app",
          image: "nginx",
          memory: 512,
          cpu: 0,
          essential: true,
          portMappings: [],
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
        },
      ],
    });
  });

  it("keeps values that were sent where ECS would fill in defaults", async () => {
    const sent = {
      ...onFargate,
      placementConstraints: [],
      containerDefinitions: [
        {
          ...app,
          cpu: 64,
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: "udp" }],
          environment: [{ name: "EMPTY", value: "" }],
          volumesFrom: [],
          systemControls: [{ namespace: "net.core.somaxconn", value: "1024" }],
          mountPoints: [{ sourceVolume: "home", containerPath: "/home" }],
        },
        { ...app, name: "sidecar", essential: false },
      ],
      volumes: [
        { name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0", rootDirectory: "/a" } },
      ],
    };
    const { taskDefinition } = await describeRegistered(sent);
    expect(taskDefinition?.volumes).toStrictEqual(sent.volumes);
    expect(taskDefinition?.containerDefinitions?.find(({ name }) => name === "app")).toMatchObject(
      sent.containerDefinitions[0] ?? {},
    );
    expect(taskDefinition?.containerDefinitions?.find(({ name }) => name === "sidecar")?.essential).toBe(false);
  });

  it.each([
    { networkMode: "awsvpc", hostPort: 80 },
    { networkMode: "host", hostPort: 80 },
    { networkMode: "bridge", hostPort: 0 },
  ])("has the host port $hostPort for container port 80 in network mode $networkMode", async (expected) => {
    const { networkMode, hostPort } = expected;
    const containerDefinitions = [{ ...app, memory: 512, portMappings: [{ containerPort: 80 }] }];
    const { taskDefinition } = await describeRegistered({ ...smallest, networkMode, containerDefinitions });
    expect(taskDefinition?.containerDefinitions?.[0]?.portMappings).toStrictEqual([
      { containerPort: 80, hostPort, protocol: "tcp" },
    ]);
  });

  it("has the defaults of a health check, next to what was sent of it", async () => {
    const command = ["CMD", "/healthy"];
    const sent = [
      { command },
      { command, interval: null, retries: null, timeout: null },
      { command, interval: 60, retries: 5, timeout: 10, startPeriod: 15 },
    ];
    const described = await Promise.all(
      sent.map(async (healthCheck) => {
        const containerDefinitions = [{ ...app, memory: 512, healthCheck }];
        const { taskDefinition } = await describeRegistered({ ...smallest, containerDefinitions });
        return taskDefinition?.containerDefinitions?.[0]?.healthCheck;
      }),
    );
    expect(described).toStrictEqual([
      { command, interval: 30, retries: 3, timeout: 5 },
      { command, interval: 30, retries: 3, timeout: 5 },
      { command, interval: 60, retries: 5, timeout: 10, startPeriod: 15 },
    ]);
  });

  it("has the default root directory of an EFS volume", async () => {
    const { taskDefinition } = await describeRegistered({
      ...smallest,
      containerDefinitions: [{ ...app, memory: 512, mountPoints: [{ sourceVolume: "home" }, { sourceVolume: "tmp" }] }],
      volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }, { name: "tmp" }],
    });
    expect(taskDefinition?.volumes).toStrictEqual([
      { name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0", rootDirectory: "/" } },
      { name: "tmp" },
    ]);
  });

  it("has its size in CPU units and MiB", async () => {
    const { taskDefinition } = await describeRegistered({ ...smallest, cpu: "1 vCPU", memory: "2GB" });
    expect(taskDefinition).toMatchObject({ cpu: "1024", memory: "2048" });
  });

  it("names what a container instance needs, and what can run it", async () => {
    const { taskDefinition } = await describeRegistered({
      ...onFargate,
      taskRoleArn: "task",
      executionRoleArn: "execution",
      containerDefinitions: [
        {
          ...app,
          logConfiguration: { logDriver: "awslogs" },
          mountPoints: [{ sourceVolume: "home" }],
          secrets: [
            { name: "A", valueFrom: toSecretArn("a-AbCdEf") },
            { name: "B", valueFrom: "/b" },
          ],
        },
      ],
      volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
    });
    expect(taskDefinition?.compatibilities).toStrictEqual(["EC2", "FARGATE"]);
    expect(taskDefinition?.requiresAttributes?.map(({ name }) => name)).toStrictEqual([
      "com.amazonaws.ecs.capability.docker-remote-api.1.18",
      "com.amazonaws.ecs.capability.task-iam-role",
      "ecs.capability.task-eni",
      "ecs.capability.efsAuth",
      "ecs.capability.secrets.asm.environment-variables",
      "ecs.capability.secrets.ssm.environment-variables",
      "ecs.capability.execution-role-awslogs",
      "com.amazonaws.ecs.capability.logging-driver.awslogs",
    ]);
  });

  it("requires nothing for absent features", async () => {
    const { taskDefinition } = await describeRegistered({
      ...onFargate,
      executionRoleArn: "execution",
      containerDefinitions: [
        {
          ...app,
          secrets: [{ name: "A", valueFrom: toSecretArn("a-AbCdEf") }],
        },
      ],
    });
    expect(taskDefinition?.requiresAttributes?.map(({ name }) => name)).toStrictEqual([
      "com.amazonaws.ecs.capability.docker-remote-api.1.18",
      "ecs.capability.task-eni",
      "ecs.capability.secrets.asm.environment-variables",
    ]);
  });

  it("has containers, environment, secrets and tags in another order than sent", async () => {
    const { taskDefinition, tags } = await describeRegistered(shuffled);
    const container = taskDefinition?.containerDefinitions?.[0];
    const orders = [
      names(taskDefinition?.containerDefinitions),
      names(container?.environment),
      names(container?.secrets)?.map((name) => name?.replace("SECRET_", "")),
      tags?.map(({ key }) => key),
    ];
    for (const order of orders) {
      expect(order).not.toStrictEqual(letters);
      expect(order?.toSorted()).toStrictEqual(letters);
    }
  });

  it("always swaps lists of two", async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const environment = [
        { name: "A", value: "" },
        { name: "B", value: "" },
      ];
      const { taskDefinition } = await describeRegistered(
        { ...smallest, containerDefinitions: [{ ...app, memory: 512, environment }] },
        { seed },
      );
      expect(names(taskDefinition?.containerDefinitions?.[0]?.environment)).toStrictEqual(["B", "A"]);
    }
  });

  it("has the same order for the same seed, and a different order for another", async () => {
    const { taskDefinition: one } = await describeRegistered(shuffled, { seed: 7 });
    const { taskDefinition: same } = await describeRegistered(shuffled, { seed: 7 });
    const { taskDefinition: other } = await describeRegistered(shuffled, { seed: 8 });
    expect(names(same?.containerDefinitions)).toStrictEqual(names(one?.containerDefinitions));
    expect(names(other?.containerDefinitions)).not.toStrictEqual(names(one?.containerDefinitions));
  });

  it("keeps the order of an environment variable's two values", async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const environment = [
        { name: "A", value: "first" },
        { name: "B", value: "" },
        { name: "A", value: "second" },
      ];
      const { taskDefinition } = await describeRegistered(
        { ...smallest, containerDefinitions: [{ ...app, memory: 512, environment }] },
        { seed },
      );
      const described = taskDefinition?.containerDefinitions?.[0]?.environment;
      expect(names(described)).not.toStrictEqual(["A", "B", "A"]);
      expect(described?.filter(({ name }) => name === "A").map(({ value }) => value)).toStrictEqual([
        "first",
        "second",
      ]);
    }
  });

  it("is what a RegisterTaskDefinition call returns, with the tags if there are any", async () => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    const { $metadata: _, ...registered } = await client.send(
      new RegisterTaskDefinitionCommand({ ...smallest, tags: [{ key: "team", value: "web" }] }),
    );
    const { $metadata: __, ...described } = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] }),
    );
    expect(registered).toStrictEqual(described);
    const untagged = await client.send(new RegisterTaskDefinitionCommand(smallest));
    expect(untagged.tags).toBeUndefined();
  });
});
