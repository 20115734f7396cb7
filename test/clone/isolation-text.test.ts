import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { toIsolationText } from "../../src/clone/isolation-text.ts";
import { deepFreeze } from "../cast.ts";

const volume = (name: string, accessPointId?: string) => ({
  name,
  efsVolumeConfiguration: {
    fileSystemId: "fs-1",
    ...(accessPointId !== undefined && { authorizationConfig: { accessPointId } }),
  },
});

const app = {
  name: "app",
  image: "app:1",
  secrets: [
    { name: "KEY", valueFrom: "/key" },
    { name: "TOKEN", valueFrom: "/token" },
  ],
  environment: [{ name: "HOME", value: "/home" }],
};
const log = { name: "log", image: "log:1" };
const data = volume("data", "fsap-1");
const shared = volume("shared");
const scratch = { name: "scratch", host: {} };

const definition: TaskDefinition = deepFreeze({ containerDefinitions: [app, log], volumes: [data, shared, scratch] });
const text = toIsolationText(definition);

describe("toIsolationText", () => {
  it.each<[string, TaskDefinition]>([
    ["an image", { ...definition, containerDefinitions: [app, { ...log, image: "log:2" }] }],
    ["a container's name", { ...definition, containerDefinitions: [app, { ...log, name: "logs" }] }],
    ["a container", { ...definition, containerDefinitions: [app] }],
    [
      "a secret's name",
      { ...definition, containerDefinitions: [{ ...app, secrets: [{ name: "KEY", valueFrom: "/key" }] }, log] },
    ],
    ["a variable's name", { ...definition, containerDefinitions: [app, { ...log, environment: [{ name: "HOME" }] }] }],
    ["an access point", { ...definition, volumes: [volume("data", "fsap-2"), shared, scratch] }],
    ["an access point removed", { ...definition, volumes: [volume("data"), shared, scratch] }],
    [
      "an access point of S3 Files",
      {
        ...definition,
        volumes: [
          data,
          shared,
          { name: "scratch", s3filesVolumeConfiguration: { fileSystemArn: "a", accessPointArn: "b" } },
        ],
      },
    ],
    ["a task role", { ...definition, taskRoleArn: "arn:aws:iam::111122223333:role/other" }],
    ["a volume", { ...definition, volumes: [data, shared] }],
  ])("differs by %s", (_, other) => {
    expect(toIsolationText(other)).not.toBe(text);
  });

  it("does not differ by order, repetitions, empty lists or what stands nowhere in it", () => {
    const other = {
      cpu: "512",
      taskRoleArn: "",
      containerDefinitions: [
        { ...log, environment: [], secrets: [], cpu: 0 },
        {
          ...app,
          secrets: app.secrets.toReversed(),
          environment: [
            { name: "HOME", value: "/" },
            { name: "HOME", value: "/root" },
          ],
          command: ["run"],
        },
      ],
      volumes: [scratch, volume("shared", ""), data],
    };
    expect(toIsolationText(other)).toBe(text);
  });

  it("is the same for nothing and for empty lists", () => {
    expect(toIsolationText({})).toBe(toIsolationText({ containerDefinitions: [], volumes: [] }));
  });
});
