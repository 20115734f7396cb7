import { describe, expect, it } from "vitest";
import { InvalidInputError, UnfitBaseError } from "../../src/errors.ts";
import { toTarget } from "../../src/user/target.ts";
import { accessPointOf, type VolumeNames } from "../../src/user/volumes.ts";
import { efsVolume, s3FilesVolume, toAccessPointArn, toAccessPointId, toVolumeBase } from "../volume-bases.ts";

const base = toVolumeBase(efsVolume("home"), s3FilesVolume("data"), { name: "scratch" });
const volumesOf = (names: VolumeNames, input: ReturnType<typeof toVolumeBase> = base) =>
  toTarget(input, "web:7", { container: "app", ...names }).volumes;

describe("the user's volumes", () => {
  it("are the named ones, of either kind", () => {
    expect(volumesOf({ volume: "data" })).toStrictEqual(["data"]);
    expect(volumesOf({ volume: ["data", "home"] })).toStrictEqual(["data", "home"]);
  });

  it("are none if users have none, whatever the base has", () => {
    expect(volumesOf({ volume: false })).toStrictEqual([]);
    expect(volumesOf({ volume: false }, toVolumeBase())).toStrictEqual([]);
  });

  it("are the only one that is not shared", () => {
    expect(volumesOf({}, toVolumeBase(s3FilesVolume("data")))).toStrictEqual(["data"]);
    expect(volumesOf({ shared: ["home"] })).toStrictEqual(["data"]);
    expect(volumesOf({ shared: ["data", "elsewhere"] })).toStrictEqual(["home"]);
  });

  it.each<[string, VolumeNames, string]>([
    [
      "both kinds are candidates",
      {},
      "Base web:7 has 2 EFS and S3 Files volumes: home, data. Name the user's in the option `volume`.",
    ],
    [
      "all candidates are shared",
      { shared: ["home", "data"] },
      "Base web:7 has no EFS volume and no S3 Files volume other than those in the option `shared`, so the user's access point cannot be applied. " +
        "Its volumes: home, data, scratch. If users have no volume of their own, set the option `volume: false`.",
    ],
    [
      "one of the named ones is missing",
      { volume: ["home", "date"] },
      "Base web:7 has no volume date. Its EFS and S3 Files volumes: home, data. Set the option `volume` to one of them.",
    ],
    [
      "one of the named ones is of another kind",
      { volume: ["home", "scratch"] },
      "Volume scratch of base web:7 is not an EFS volume, nor an S3 Files volume, so it cannot carry an access point. Its EFS and S3 Files volumes: home, data.",
    ],
  ])("are not guessed if %s", (_, names, message) => {
    expect(() => volumesOf(names)).toThrow(new UnfitBaseError(message));
  });

  it("are not shared at once", () => {
    expect(() => volumesOf({ volume: ["home", "data"], shared: ["data"] })).toThrow(
      new InvalidInputError(
        "The options `volume` and `shared` both name data. A volume is either the user's own or shared by all users.",
      ),
    );
  });
});

describe("accessPointOf", () => {
  it("gives the access point of a volume, of either kind", () => {
    const efs = { efsVolumeConfiguration: { fileSystemId: "fs-1", authorizationConfig: { accessPointId: "fsap-1" } } };
    expect(accessPointOf(efs)).toBe("fsap-1");
    expect(accessPointOf(s3FilesVolume("data", { accessPointArn: toAccessPointArn(1) }))).toBe(toAccessPointArn(1));
    expect(toAccessPointId(1)).toBe("fsap-00000000000000001");
  });

  it("gives none where there is none, or an empty text", () => {
    expect(accessPointOf({ name: "scratch" })).toBeUndefined();
    expect(accessPointOf(efsVolume("home"))).toBeUndefined();
    expect(accessPointOf(s3FilesVolume("data", { accessPointArn: "" }))).toBeUndefined();
  });
});
