import type { ContainerDefinition, EFSVolumeConfiguration, TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { UnfitBaseError } from "../../../src/errors.ts";
import { withAccessPoint } from "../../../src/user/parts/access-point.ts";
import { deepFreeze, named, plainUser, target, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const accessPointId = "fsap-0123456789abcdef0";

const withEfs = (efsVolumeConfiguration: object) =>
  deepFreeze({
    ...typicalBase,
    volumes: [
      { name: "workspace", efsVolumeConfiguration: { fileSystemId: "fs-0a1b2c3d", ...efsVolumeConfiguration } },
    ],
  });

describe("withAccessPoint", () => {
  it("sets the access point on the user's volume, and encryption in transit, and keeps everything else", () => {
    expect(withAccessPoint(typicalBase, target, accessPointId)).toStrictEqual({
      ...typicalBase,
      volumes: [
        {
          name: "workspace",
          efsVolumeConfiguration: {
            fileSystemId: "fs-0a1b2c3d4e5f60718",
            rootDirectory: "/",
            transitEncryption: "ENABLED",
            transitEncryptionPort: 2999,
            authorizationConfig: { iam: "ENABLED", accessPointId },
          },
        },
        { name: "scratch", host: {} },
      ],
    });
  });

  it("keeps every member of a maximal base", () => {
    const volume = named(maximalBase.volumes, "workspace");
    const expected = {
      ...volume,
      efsVolumeConfiguration: {
        ...volume.efsVolumeConfiguration,
        transitEncryption: "ENABLED",
        authorizationConfig: { ...volume.efsVolumeConfiguration?.authorizationConfig, accessPointId },
      },
    };
    expect(withAccessPoint(maximalBase, target, accessPointId)).toStrictEqual({
      ...maximalBase,
      volumes: [expected, named(maximalBase.volumes, "other"), named(maximalBase.volumes, "empty")],
    });
  });

  it("shares the other volumes, also EFS volumes with an access point of their own", () => {
    const input = withAccessPoint(maximalBase, target, accessPointId);
    for (const name of ["other", "empty"]) expect(named(input.volumes, name)).toBe(named(maximalBase.volumes, name));
    expect(input.containerDefinitions).toBe(maximalBase.containerDefinitions);
  });

  it("adds what the volume has nothing of", () => {
    expect(withAccessPoint(withEfs({}), target, accessPointId).volumes).toStrictEqual([
      {
        name: "workspace",
        efsVolumeConfiguration: {
          fileSystemId: "fs-0a1b2c3d",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId },
        },
      },
    ]);
  });

  it("replaces an access point that the base has", () => {
    const base = withEfs({ authorizationConfig: { accessPointId: "fsap-0fedcba98765", iam: "DISABLED" } });
    expect(withAccessPoint(base, target, accessPointId).volumes?.[0]?.efsVolumeConfiguration).toStrictEqual({
      fileSystemId: "fs-0a1b2c3d",
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId, iam: "DISABLED" },
    });
  });

  it.each(["/", ""])("leaves a root directory %j as it is", (rootDirectory) => {
    const [volume] = withAccessPoint(withEfs({ rootDirectory }), target, accessPointId).volumes ?? [];
    expect(volume?.efsVolumeConfiguration?.rootDirectory).toBe(rootDirectory);
  });

  it.each([
    ["of another kind", [{ name: "workspace", host: {} }]],
    ["missing", []],
    ["missing as all are", undefined],
  ])("refuses a volume that is %s", (_, volumes) => {
    expect(() => withAccessPoint({ ...typicalBase, volumes }, target, accessPointId)).toThrow(
      new UnfitBaseError("Base isol8-dev-openclaw:42 has no EFS volume workspace for the user's access point."),
    );
  });

  it("refuses a root directory of its own", () => {
    expect(() => withAccessPoint(withEfs({ rootDirectory: "/users" }), target, accessPointId)).toThrow(
      new UnfitBaseError(
        'Volume workspace of base isol8-dev-openclaw:42 has the root directory /users. With an access point it must be "/" or absent: ' +
          "put the directory into the access point.",
      ),
    );
  });

  it("takes no notice of another volume's root directory", () => {
    const volumes = [
      ...withEfs({}).volumes,
      { name: "shared", efsVolumeConfiguration: { fileSystemId: "fs-1", rootDirectory: "/shared" } },
    ];
    expect(withAccessPoint({ ...typicalBase, volumes }, target, accessPointId).volumes?.[1]).toBe(volumes[1]);
  });
});

describe("the mount of the user's volume", () => {
  const rules = { container: "openclaw", volume: "workspace" };
  const container: ContainerDefinition = named(typicalBase.containerDefinitions, "openclaw");
  const collector: ContainerDefinition = named(typicalBase.containerDefinitions, "otel-collector");
  const warningsOf = (taskDefinition: TaskDefinition, customize?: CloneRules["customize"]): readonly string[] =>
    deriveClone({ taskDefinition }, plainUser, { ...rules, customize }).warnings;
  const unmounted = { ...typicalBase, containerDefinitions: [{ ...container, mountPoints: [] }, collector] };
  const warning =
    "Container openclaw of base isol8-dev-openclaw:42 does not mount volume workspace, so the user's files never reach it. Add a mount point to the base, " +
    "or name the user's container and volume in the options `container` and `volume`.";

  it("is missed in the user's container, whoever else has it", () => {
    const mountPoints = [{ sourceVolume: "workspace", containerPath: "/x" }];
    expect(warningsOf(typicalBase)).toStrictEqual([]);
    expect(warningsOf(unmounted)).toStrictEqual([warning]);
    const elsewhere = [
      { ...container, mountPoints: [] },
      { ...collector, mountPoints },
    ];
    expect(warningsOf({ ...unmounted, containerDefinitions: elsewhere })).toStrictEqual([warning]);
    expect(warningsOf({ ...unmounted, containerDefinitions: [{ name: "openclaw" }] })).toStrictEqual([warning]);
  });

  it("may come from another container", () => {
    const mountPoints = [{ sourceVolume: "workspace", containerPath: "/x" }];
    const volumesFrom = [{ sourceContainer: "otel-collector" }];
    const containerDefinitions = [
      { ...container, mountPoints: [], volumesFrom },
      { ...collector, mountPoints },
    ];
    expect(warningsOf({ ...typicalBase, containerDefinitions })).toStrictEqual([]);
  });

  it("is searched for once `customize` has had its turn", () => {
    const mount: CloneRules["customize"] = (input) => ({ ...input, containerDefinitions: [container, collector] });
    const unmount: CloneRules["customize"] = (input) => ({
      ...input,
      containerDefinitions: unmounted.containerDefinitions,
    });
    expect(warningsOf(unmounted, mount)).toStrictEqual([]);
    expect(warningsOf(typicalBase, unmount)).toStrictEqual([warning]);
  });
});

describe("another volume of the user's file system", () => {
  const rules = { container: "openclaw", volume: "workspace" };
  const fileSystemId = "fs-0a1b2c3d4e5f60718";
  const warningsOf = (efsVolumeConfiguration: EFSVolumeConfiguration, customize?: CloneRules["customize"]) => {
    const volumes = [...typicalBase.volumes, { name: "shared", efsVolumeConfiguration }];
    return deriveClone({ taskDefinition: { ...typicalBase, volumes } }, plainUser, { ...rules, customize }).warnings;
  };
  const warning =
    "Volume shared of base isol8-dev-openclaw:42 is of the same file system as the user's volume workspace (fs-0a1b2c3d4e5f60718) and has no access point, " +
    "so every user sees the files of every other through it. Give it an access point in the base, or another file system. If all users share it on purpose, " +
    "name it in the option `shared`.";

  it("is warned of if it has no access point", () => {
    expect(warningsOf({ fileSystemId })).toStrictEqual([warning]);
    expect(warningsOf({ fileSystemId, authorizationConfig: { iam: "ENABLED" } })).toStrictEqual([warning]);
  });

  it("is not warned of if it has one, or is of another file system", () => {
    expect(warningsOf({ fileSystemId, authorizationConfig: { accessPointId } })).toStrictEqual([]);
    expect(warningsOf({ fileSystemId: "fs-1" })).toStrictEqual([]);
  });

  it("is judged once `customize` has had its turn", () => {
    const remove: CloneRules["customize"] = (input) => ({ ...input, volumes: input.volumes?.slice(0, 2) });
    expect(warningsOf({ fileSystemId }, remove)).toStrictEqual([]);
  });

  it("is not searched for if the user's volume names no file system", () => {
    const volumes = [
      { name: "workspace", efsVolumeConfiguration: { fileSystemId: undefined } },
      { name: "shared", efsVolumeConfiguration: { fileSystemId: undefined } },
    ];
    expect(deriveClone({ taskDefinition: { ...typicalBase, volumes } }, plainUser, rules).warnings).toStrictEqual([]);
  });
});
