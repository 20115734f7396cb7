import { describe, expect, it } from "vitest";
import { fromCloudFormation } from "../../src/cdk/from-cloudformation.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { properties } from "./fake-base.ts";

describe("fromCloudFormation", () => {
  it("names everything as the API does, and stands in for what only the deployment knows", () => {
    expect(fromCloudFormation({ ...properties, Tags: [{ Key: "team", Value: { Ref: "Team" } }] })).toStrictEqual({
      containerDefinitions: [
        {
          name: "openclaw",
          image: "openclaw:1.4.0",
          essential: true,
          environment: [{ name: "API_TOKEN", value: "hush" }],
          mountPoints: [{ containerPath: "/home/node", readOnly: false, sourceVolume: "home" }],
        },
      ],
      cpu: "256",
      memory: "512",
      family: "isol8-dev-openclaw",
      executionRoleArn: "(known when deployed)",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "(known when deployed)" } }],
    });
  });

  it("keeps the names that are the user's own", () => {
    const DockerLabels = { "Taskdef-cloner": "yes", Team: { Ref: "Team" } };
    const LogConfiguration = { LogDriver: "awslogs", Options: { "awslogs-group": "/ecs/web" } };

    const { containerDefinitions } = fromCloudFormation({
      Family: "web",
      ContainerDefinitions: [{ DockerLabels, LogConfiguration }],
    });

    expect(containerDefinitions).toStrictEqual([
      { dockerLabels: DockerLabels, logConfiguration: { logDriver: "awslogs", options: LogConfiguration.Options } },
    ]);
  });

  it.each([
    ["EFSVolumeConfiguration", { AuthorizationConfig: { IAM: "ENABLED", AccessPointId: { Ref: "Point" } } }],
    ["FSxWindowsFileServerVolumeConfiguration", { RootDirectory: "data" }],
    ["S3FilesVolumeConfiguration", { FileSystemArn: "arn:aws:s3files:…" }],
  ])("names %s as the API does", (name, configuration) => {
    const { volumes } = fromCloudFormation({ Family: "web", Volumes: [{ [name]: configuration }] });

    expect(volumes).toStrictEqual(
      {
        EFSVolumeConfiguration: [
          {
            efsVolumeConfiguration: {
              authorizationConfig: { iam: "ENABLED", accessPointId: "(known when deployed)" },
            },
          },
        ],
        FSxWindowsFileServerVolumeConfiguration: [
          { fsxWindowsFileServerVolumeConfiguration: { rootDirectory: "data" } },
        ],
        S3FilesVolumeConfiguration: [{ s3filesVolumeConfiguration: { fileSystemArn: "arn:aws:s3files:…" } }],
      }[name],
    );
  });

  it("reads containers' sizes that are texts, and leaves out the sizes that only the deployment knows", () => {
    const size = { Ref: "Size" };

    expect(
      fromCloudFormation({
        Family: "web",
        Cpu: size,
        Memory: { "Fn::If": ["large", "1024", "512"] },
        ContainerDefinitions: [
          { Cpu: "128", Memory: 512, MemoryReservation: "256" },
          { Cpu: size, Memory: size },
        ],
      }),
    ).toStrictEqual({
      family: "web",
      containerDefinitions: [{ cpu: 128, memory: 512, memoryReservation: 256 }, {}],
    });
  });

  it("takes no property with several members for a function", () => {
    const { volumes } = fromCloudFormation({ Family: "web", Volumes: [{ Name: "home", Ref: "x" }] });

    expect(volumes).toStrictEqual([{ name: "home", ref: "x" }]);
  });

  it.each([undefined, "text", { Family: "web", ContainerDefinitions: { Ref: "Containers" } }])(
    "refuses %o",
    (value) => {
      expect(() => fromCloudFormation(value)).toThrow(InvalidInputError);
    },
  );
});
