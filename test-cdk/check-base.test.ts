import { Annotations, type Stack, Token } from "aws-cdk-lib";
import { Annotations as Found, Match } from "aws-cdk-lib/assertions";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { checkBase } from "taskdef-cloner/cdk";
import { describe, expect, it } from "vitest";
import { type Changes, newBase, newStack } from "./base.ts";

/** What the CDK says of a stack at synthesis. */
function saidOf(stack: Stack): unknown[] {
  const found = Found.fromStack(stack);
  const anything = Match.anyValue();
  return [...found.findError("*", anything), ...found.findWarning("*", anything)].map(({ entry }) => entry.data);
}

/** What is said of a base with these changes. */
function check(changes: Changes, rules?: Parameters<typeof checkBase>[1]): unknown[] {
  const stack = newStack();
  checkBase(newBase(stack, changes), rules);
  return saidOf(stack);
}

describe("checkBase", () => {
  it("says nothing of a base that fits", () => {
    expect(check({})).toStrictEqual([]);
  });

  it("says that no volume takes an access point, unless users have none", () => {
    const volumes = [{ name: "home" }];

    expect(check({ volumes })).toStrictEqual([
      "Base isol8-dev-openclaw has no EFS volume and no S3 Files volume, so the user's access point cannot be applied. Its volumes: home. If users have no volume of their own, set the option `volume: false`.",
    ]);
    expect(check({ volumes }, { volume: false })).toStrictEqual([]);
  });

  it("says that the user's container is not there", () => {
    expect(check({}, { container: "opneclaw" })).toStrictEqual([
      "Base isol8-dev-openclaw has no container opneclaw. It has openclaw. Set the option `container` to one of them.",
    ]);
  });

  it("warns of a size on the container, of another way into the file system, and of a volume that is not mounted", () => {
    const efsVolumeConfiguration = { fileSystemId: "fs-0123456789abcdef0" };
    const volumes = ["home", "all", "data"].map((name) => ({ name, efsVolumeConfiguration }));

    expect(check({ container: { memoryLimitMiB: 512 } }, { containerLimits: "keep" })).toStrictEqual([
      expect.stringContaining("[ack: taskdef-cloner:container-size]"),
    ]);
    expect(check({ volumes }, { volume: "data" })).toStrictEqual([
      expect.stringContaining("does not mount volume data"),
      expect.stringContaining("Volume home of base isol8-dev-openclaw is of the same file system"),
      expect.stringContaining("Volume all of base isol8-dev-openclaw is of the same file system"),
    ]);
  });

  it("warns of an access point that is there already, whose warning can be acknowledged", () => {
    const authorizationConfig = { accessPointId: "fsap-0123456789abcdef0" };
    const efsVolumeConfiguration = { fileSystemId: "fs-0123456789abcdef0", authorizationConfig };
    const stack = newStack();
    const base = newBase(stack, { volumes: [{ name: "home", efsVolumeConfiguration }] });
    checkBase(base);
    expect(check({ volumes: [{ name: "home", efsVolumeConfiguration }] })).toStrictEqual([
      expect.stringContaining("Volume home of base isol8-dev-openclaw already has an access point."),
    ]);

    Annotations.of(base).acknowledgeWarning("taskdef-cloner:access-point", "the cloner sets isBase");

    expect(saidOf(stack)).toStrictEqual([]);
  });

  it("sees what is added after it, and what is overridden on the resource", () => {
    const stack = newStack();
    const base = newBase(stack);
    checkBase(base);
    base.addContainer("log", { image: ecs.ContainerImage.fromRegistry("log:1") });
    expect(saidOf(stack)).toStrictEqual([expect.stringContaining("has 2 containers: openclaw, log.")]);

    const other = newStack();
    const overridden = newBase(other);
    checkBase(overridden);
    const resource = overridden.node.defaultChild;
    if (!(resource instanceof ecs.CfnTaskDefinition)) throw new Error("expected a resource");
    resource.addPropertyOverride("Volumes.0.EFSVolumeConfiguration.RootDirectory", "/users");
    expect(saidOf(other)).toStrictEqual([expect.stringContaining("has the root directory /users")]);
  });

  it("says nothing of what only the deployment knows, and no value of an environment variable", () => {
    const [fileSystemId, cpu] = [Token.asString({ Ref: "Files" }), Token.asNumber({ Ref: "Cpu" })];
    const volumes = [{ name: "home", efsVolumeConfiguration: { fileSystemId } }];

    const said = check({ volumes, container: { cpu, memoryLimitMiB: 512 } }, { containerLimits: "keep" });

    expect(said).toStrictEqual([expect.stringContaining("has a memory of its own, 512")]);
    expect(JSON.stringify(said)).not.toContain("hush");
  });
});
