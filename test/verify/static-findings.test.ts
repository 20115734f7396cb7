import { describe, expect, it } from "vitest";
import type { RegisterInput } from "../../src/task-definition.ts";
import { toChecks } from "../../src/verify/to-checks.ts";
import { toWantedPlatform } from "../../src/verify/wanted-platform.ts";
import { baseInput } from "../cast.ts";

const place = { region: "us-east-1", accountId: "111122223333" };

/** What a definition shows by itself: `status where: detail`. */
const findings = (input: object): readonly string[] =>
  // The cast: only what matters is given.
  toChecks(input as RegisterInput, place).flatMap((check) =>
    check.kind === "shape" ? [`${check.status} ${check.where.join(" ")}: ${check.detail}`] : [],
  );

const fargate = { requiresCompatibilities: ["FARGATE"] };
const linux = { executionRoleArn: "execution", taskRoleArn: "task" };
const efs = (efsVolumeConfiguration: object) => ({ volumes: [{ name: "data", efsVolumeConfiguration }] });
const fileSystemArn = "arn:aws:s3files:us-east-1:111122223333:file-system/fs-0a1b2c3d4e5f60718";
const accessPointArn = `${fileSystemArn}/access-point/fsap-0123456789abcdef0`;
const s3files = (configuration: object) => ({
  volumes: [{ name: "data", s3filesVolumeConfiguration: { fileSystemArn, ...configuration } }],
});

describe("what a definition shows by itself", () => {
  it("is nothing where nothing is wrong", () => {
    expect(findings(baseInput)).toStrictEqual([]);
    expect(findings({ ...linux, ...s3files({ accessPointArn, rootDirectory: "/" }) })).toStrictEqual([]);
  });

  it.each([
    ["a private ECR image", { image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1" }, "image"],
    ["a secret", { secrets: [{ name: "A", valueFrom: "/a" }] }, "secrets[A]"],
    [
      "registry credentials",
      { repositoryCredentials: { credentialsParameter: "hub" } },
      "repositoryCredentials.credentialsParameter",
    ],
    ["an environment file", { environmentFiles: [{ value: "arn:aws:s3:::b-1/k" }] }, "environmentFiles[0]"],
    [
      "awslogs",
      { logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "g" } } },
      "logConfiguration.options.awslogs-group",
    ],
  ])("is the missing execution role for %s on Fargate", (_, container, where) => {
    const containerDefinitions = [{ name: "app", ...container }];
    expect(findings({ ...fargate, containerDefinitions })).toStrictEqual([
      expect.stringMatching(`^failed containerDefinitions.app..${where.replace(/[[\]]/g, ".")}: On Fargate, `),
    ]);
    expect(findings({ ...fargate, containerDefinitions, executionRoleArn: "" })).toHaveLength(1);
    expect(findings({ ...fargate, containerDefinitions, executionRoleArn: "execution" })).toStrictEqual([]);
    expect(findings({ requiresCompatibilities: ["EC2"], containerDefinitions })).toStrictEqual([]);
    expect(findings({ ...fargate, containerDefinitions: [{ name: "app", image: "nginx" }] })).toStrictEqual([]);
  });

  it("is a missing task role", () => {
    const withIam = { fileSystemId: "fs-1", transitEncryption: "ENABLED", authorizationConfig: { iam: "ENABLED" } };
    const where = "volumes[data].efsVolumeConfiguration.authorizationConfig.iam";
    expect(findings(efs(withIam))).toStrictEqual([
      `failed ${where}: IAM authorization mounts the volume with the task role, and there is none.`,
    ]);
    expect(findings({ ...linux, ...efs(withIam) })).toStrictEqual([]);
    expect(findings(s3files({}))).toStrictEqual([
      "failed volumes[data].s3filesVolumeConfiguration.fileSystemArn: S3 Files are mounted with the task role, and there is none.",
    ]);
  });

  it("is an access point without encryption in transit, or with a root directory", () => {
    const authorizationConfig = { accessPointId: "fsap-1" };
    expect(findings(efs({ fileSystemId: "fs-1", rootDirectory: "/home", authorizationConfig }))).toStrictEqual([
      "failed volumes[data].efsVolumeConfiguration.rootDirectory: An access point brings its own root directory.",
      "failed volumes[data].efsVolumeConfiguration.transitEncryption: An access point, and IAM authorization, need encryption in transit.",
    ]);
    expect(findings(efs({ fileSystemId: "fs-1", rootDirectory: "/home" }))).toStrictEqual([]);
    expect(findings({ ...linux, ...s3files({ accessPointArn, rootDirectory: "/home" }) })).toStrictEqual([
      "failed volumes[data].s3filesVolumeConfiguration.rootDirectory: An access point brings its own root directory.",
    ]);
  });

  it("is an access point of another file system of S3 Files", () => {
    const foreign = accessPointArn.replace("fs-0", "fs-1");
    expect(findings({ ...linux, ...s3files({ accessPointArn: foreign }) })).toStrictEqual([
      expect.stringContaining("it may be another tenant's"),
    ]);
  });

  it("is S3 Files for EC2 alone, which is not certain", () => {
    const on = (requiresCompatibilities: readonly string[]) =>
      findings({ ...linux, ...s3files({}), requiresCompatibilities });
    expect(on(["EC2"])).toStrictEqual([expect.stringMatching(/^unknown .*on EC2 the definition registers/)]);
    expect(on(["EC2", "FARGATE"])).toStrictEqual([]);
    expect(on(["MANAGED_INSTANCES"])).toStrictEqual([]);
  });

  it("is Windows on ARM, and Windows with EFS or S3 Files", () => {
    const runtimePlatform = { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE", cpuArchitecture: "ARM64" };
    expect(findings({ runtimePlatform })).toStrictEqual([
      "failed runtimePlatform: ECS runs Windows containers on X86_64 alone.",
    ]);
    const windows = { runtimePlatform: { ...runtimePlatform, cpuArchitecture: "X86_64" }, ...linux };
    expect(findings(windows)).toStrictEqual([]);
    expect(findings({ ...windows, ...efs({ fileSystemId: "fs-1" }) })).toStrictEqual([
      "failed volumes[data].efsVolumeConfiguration.fileSystemId: Windows containers cannot mount EFS.",
    ]);
    expect(findings({ ...windows, ...s3files({}) })).toStrictEqual([
      "failed volumes[data].s3filesVolumeConfiguration.fileSystemArn: Windows containers cannot mount S3 Files.",
    ]);
  });

  it("is a role of another account, which cannot be passed", () => {
    const executionRoleArn = "arn:aws:iam::444455556666:role/execution";
    expect(findings({ executionRoleArn })).toStrictEqual([
      "failed executionRoleArn: The role is one of account 444455556666, the task runs in 111122223333, and a role cannot be passed to another account.",
    ]);
  });
});

describe("toWantedPlatform", () => {
  it.each([
    [fargate, { os: "linux", architecture: "amd64" }],
    [
      { ...fargate, runtimePlatform: { cpuArchitecture: "ARM64" } },
      { os: "linux", architecture: "arm64" },
    ],
    [{}, {}],
    [{ runtimePlatform: { cpuArchitecture: "X86_64" } }, { architecture: "amd64" }],
    [{ runtimePlatform: { operatingSystemFamily: "LINUX" } }, { os: "linux" }],
    [{ runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } }, { os: "windows" }],
    [{ runtimePlatform: { cpuArchitecture: "RISCV" } }, { isUnclear: true }],
    [{ runtimePlatform: { operatingSystemFamily: "BOTTLEROCKET" } }, { isUnclear: true }],
    [{ requiresCompatibilities: ["EC2", "FARGATE"] }, {}],
  ])("reads %j", (definition, platform) => {
    expect(toWantedPlatform(definition)).toStrictEqual(platform);
  });
});
