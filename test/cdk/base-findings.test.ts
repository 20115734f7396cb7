import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { type BaseRules, toFindings } from "../../src/cdk/base-findings.ts";
import { deepFreeze } from "../cast.ts";

const mountPoints = [{ sourceVolume: "home", containerPath: "/home/node" }];
const efsVolumeConfiguration = { fileSystemId: "fs-0123456789abcdef0" };

const base: RegisterTaskDefinitionCommandInput = deepFreeze({
  family: "web",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "app", image: "app:1", mountPoints }],
  volumes: [{ name: "home", efsVolumeConfiguration }],
});

const findingsOf = (changes: Partial<RegisterTaskDefinitionCommandInput>, rules?: BaseRules) =>
  toFindings({ ...base, ...changes }, rules).map(({ kind, message }) => `${kind}: ${message}`);

describe("toFindings", () => {
  it("finds nothing in a base that fits", () => {
    expect(toFindings(base)).toStrictEqual([]);
    expect(toFindings(base, { container: "app", volume: "home", size: { cpu: 512, memory: 1024 } })).toStrictEqual([]);
  });

  it("finds that no volume takes an access point, unless users have none of their own", () => {
    const changes = { volumes: [{ name: "scratch" }] };

    expect(findingsOf(changes)).toStrictEqual([
      "unfit: Base web has no EFS volume and no S3 Files volume, so the user's access point cannot be applied. Its volumes: scratch. If users have no volume of their own, set the option `volume: false`.",
    ]);
    expect(findingsOf(changes, { volume: false })).toStrictEqual([]);
    expect(findingsOf({ volumes: undefined }, { volume: false })).toStrictEqual([]);
  });

  it("finds that the user's container is not there, or one of several, whether or not users have a volume", () => {
    const two = { containerDefinitions: [{ name: "app", mountPoints }, { name: "log" }] };
    const unnamed = "unfit: Base web has 2 containers: app, log. Name the user's in the option `container`.";

    expect(findingsOf(two)).toStrictEqual([unnamed]);
    expect(findingsOf(two, { volume: false })).toStrictEqual([unnamed]);
    expect(findingsOf(two, { container: "app" })).toStrictEqual([]);
    expect(findingsOf({ containerDefinitions: undefined }, { volume: false })).toStrictEqual([
      "unfit: Base web has no containers, so there is none to give to the user.",
    ]);
  });

  it("finds a root directory, which no access point goes with", () => {
    const volumes = [{ name: "home", efsVolumeConfiguration: { ...efsVolumeConfiguration, rootDirectory: "/users" } }];

    expect(findingsOf({ volumes })).toStrictEqual([
      expect.stringContaining("unfit: Volume home of base web has the root directory /users."),
    ]);
  });

  it("finds an access point that is there already", () => {
    const authorizationConfig = { accessPointId: "fsap-0123456789abcdef0" };
    const volumes = [
      { name: "home", efsVolumeConfiguration: { ...efsVolumeConfiguration, authorizationConfig } },
      { name: "shared", efsVolumeConfiguration: { ...efsVolumeConfiguration, authorizationConfig } },
    ];
    const found = "access-point: Volume home of base web already has an access point.";

    expect(findingsOf({ volumes: volumes.slice(0, 1) })).toStrictEqual([expect.stringContaining(found)]);
    expect(findingsOf({ volumes }, { volume: "home" })).toStrictEqual([expect.stringContaining(found)]);
    expect(findingsOf({ volumes }, { volume: false })).toStrictEqual([]);
  });

  it("finds a limit that keeps a larger size from the user's container", () => {
    const containerDefinitions = [{ name: "app", image: "app:1", mountPoints, cpu: 0, memory: 512 }];

    const rules = { containerLimits: "keep" } as const;

    expect(findingsOf({ containerDefinitions })).toStrictEqual([]);
    expect(findingsOf({ containerDefinitions }, rules)).toStrictEqual([
      "container-size: For a user with 512 CPU units and 1024 MiB: Container app of base web has a memory of its own, 512, which keeps it below the task's " +
        "1024. Remove the container's memory from the base so that the task's reaches the user.",
    ]);
    expect(findingsOf({ containerDefinitions }, { ...rules, volume: false })).toHaveLength(1);
    expect(findingsOf({ containerDefinitions, cpu: undefined, memory: undefined }, rules)).toStrictEqual([]);
    expect(findingsOf({ containerDefinitions, cpu: "0", memory: "0" }, rules)).toStrictEqual([]);
    expect(findingsOf({ containerDefinitions, cpu: "256", memory: "0" }, rules)).toStrictEqual([]);
  });

  it("finds that the cloner's size does not exist, by the sizes that the cloner knows", () => {
    const size = { cpu: 512, memory: 512 };

    expect(findingsOf({}, { size })).toStrictEqual([
      expect.stringContaining("unfit: Fargate doesn't support 512 CPU units with 512 MiB."),
    ]);
    expect(findingsOf({}, { size, fargateMemory: { 512: [512] } })).toStrictEqual([]);
  });

  it("takes an S3 Files volume for the user's", () => {
    const fileSystemArn = "arn:aws:s3files:us-east-1:111122223333:file-system/fs-0123456789abcdef0";
    const volumes = [{ name: "home", s3filesVolumeConfiguration: { fileSystemArn } }];

    expect(findingsOf({ volumes, taskRoleArn: "arn:aws:iam::111122223333:role/task" })).toStrictEqual([]);
    expect(findingsOf({ volumes })).toStrictEqual([expect.stringContaining("unfit: ")]);
  });

  it("finds another way into the user's file system", () => {
    const volumes = [
      { name: "home", efsVolumeConfiguration },
      { name: "all", efsVolumeConfiguration },
    ];

    expect(findingsOf({ volumes }, { volume: "home" })).toStrictEqual([
      expect.stringContaining("volume: Volume all of base web is of the same file system as the user's volume home"),
    ]);
  });

  it("lets errors through that are not about the base", () => {
    const fargateMemory = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new RangeError("a proxy's own");
        },
      },
    );

    expect(() => toFindings(base, { fargateMemory })).toThrow(RangeError);
  });
});
