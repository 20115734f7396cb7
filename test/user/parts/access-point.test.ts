import { describe, expect, it } from "vitest";
import { UnfitBaseError } from "../../../src/errors.ts";
import { withAccessPoint } from "../../../src/user/parts/access-point.ts";
import { deepFreeze, named, target, typicalBase } from "../../cast.ts";
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
        'Volume workspace of base isol8-dev-openclaw:42 has the root directory /users. Beside an access point it must be "/" or absent: ' +
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
