import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError, UnfitBaseError } from "../../../src/errors.ts";
import { toRegisterInput } from "../../../src/index.ts";
import { parseUser } from "../../../src/user/parse-user.ts";
import { withAccessPoint } from "../../../src/user/parts/access-point.ts";
import { withAccessPoints } from "../../../src/user/parts/access-points.ts";
import type { Target } from "../../../src/user/target.ts";
import { deepFreeze, typicalBase } from "../../cast.ts";
import {
  efsVolume,
  fileSystemArn,
  s3FilesVolume,
  toAccessPointArn,
  toAccessPointId,
  toVolumeBase,
} from "../../volume-bases.ts";

const id = toAccessPointId(1);
const arn = toAccessPointArn(1);
const both = toVolumeBase(efsVolume("home"), s3FilesVolume("data", { transitEncryptionPort: 2999 }));
const toPlace = (...volumes: readonly string[]): Target => ({ baseName: "web:7", container: "app", volumes });

describe("withAccessPoints", () => {
  it("sets each access point on its volume, and keeps everything else", () => {
    const changed = withAccessPoints(both, toPlace("home", "data"), { data: arn, home: id });
    expect(changed).toStrictEqual({
      ...both,
      volumes: [
        {
          name: "home",
          efsVolumeConfiguration: {
            fileSystemId: "fs-0a1b2c3d4e5f60718",
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: id },
          },
        },
        {
          name: "data",
          s3filesVolumeConfiguration: { fileSystemArn, transitEncryptionPort: 2999, accessPointArn: arn },
        },
      ],
    });
    expect(changed.containerDefinitions).toBe(both.containerDefinitions);
  });

  it("refuses a volume that gets none", () => {
    expect(() => withAccessPoints(both, toPlace("home", "data"), { home: id })).toThrow(
      new InvalidInputError(
        "The user's accessPoints have no entry for data. Every volume of the user's needs an access point.",
      ),
    );
  });

  it("refuses an access point for a volume that is not the user's", () => {
    expect(() => withAccessPoints(both, toPlace("home"), { home: id, data: arn })).toThrow(
      new InvalidInputError(
        "The user's accessPoints name data, and the user's volumes are home. Name only these, or set the option `volume`.",
      ),
    );
  });

  it.each([undefined, null, "fsap-01234567", [id], { home: 7 }, { home: "fs-1" }])("refuses %j", (accessPoints) => {
    expect(() => withAccessPoints(both, toPlace("home"), accessPoints as never)).toThrow(InvalidInputError);
  });
});

describe("withAccessPoint", () => {
  it("sets the ARN on a volume of S3 Files, in place of another", () => {
    const base = toVolumeBase(s3FilesVolume("data", { rootDirectory: "/", accessPointArn: toAccessPointArn(2) }));
    expect(withAccessPoint(base, toPlace("data"), arn).volumes).toStrictEqual([
      s3FilesVolume("data", { rootDirectory: "/", accessPointArn: arn }),
    ]);
  });

  it.each([[[]], [["home", "data"]]])("refuses a target with the volumes %j", (volumes) => {
    expect(() => withAccessPoint(both, toPlace(...volumes), id)).toThrow(
      new InvalidInputError(
        `The target names ${volumes.length} volumes, so there is no telling which one the access point is for. Use \`withAccessPoints\`.`,
      ),
    );
  });

  it.each<[string, string, string, Error]>([
    [
      "an id on a volume of S3 Files",
      "data",
      id,
      new InvalidInputError(
        "Volume data of base web:7 is an S3 Files volume, which takes the ARN of an access point, arn:aws:s3files:<region>:<account>:file-system/fs-…/" +
          "access-point/fsap-…. The user's is an id.",
      ),
    ],
    [
      "an ARN on an EFS volume",
      "home",
      arn,
      new InvalidInputError(
        "Volume home of base web:7 is an EFS volume, which takes the id of an EFS access point, fsap-…. The user's is the ARN of one of S3 Files.",
      ),
    ],
    [
      "an access point of another file system",
      "data",
      arn.replace("fs-0123", "fs-4567"),
      new InvalidInputError(
        `Volume data of base web:7 is of file system ${fileSystemArn}, and the user's access point ${arn.replace("fs-0123", "fs-4567")} belongs to another one. ` +
          "Give one of this file system.",
      ),
    ],
    [
      "an ARN where there is no such volume",
      "log",
      arn,
      new UnfitBaseError("Base web:7 has no S3 Files volume log for the user's access point."),
    ],
  ])("refuses %s", (_, volume, accessPoint, error) => {
    expect(() => withAccessPoint(both, toPlace(volume), accessPoint)).toThrow(error);
  });

  it("refuses a volume of S3 Files with a root directory", () => {
    const base = toVolumeBase(s3FilesVolume("data", { rootDirectory: "/users" }));
    expect(() => withAccessPoint(base, toPlace("data"), arn)).toThrow(
      new UnfitBaseError(
        'Volume data of base web:7 has the root directory /users. With an access point it must be "/" or absent: put the directory into the access point.',
      ),
    );
  });
});

describe("the ARN of an S3 Files access point", () => {
  const parsed = (accessPointId: string) => parseUser({ userId: "u", accessPointId }).accessPointId;

  it.each([arn, arn.replace("arn:aws:", "arn:aws-us-gov:"), arn.replace("fs-", `fs-${"a".repeat(23)}`)])(
    "is taken: %s",
    (value) => {
      expect(parsed(value)).toBe(value);
    },
  );

  it.each([
    fileSystemArn,
    arn.replace(":111122223333:", ":1:"),
    arn.replace(/fsap-.*/, "fsap-0123456789"),
    arn.replace("/fs-0", "/fs-"),
    `${arn}/`,
  ])("is refused if it is not an access point: %s", (value) => {
    expect(() => parsed(value)).toThrow(
      new InvalidInputError(
        "Invalid user: accessPointId: expected the ARN of an S3 Files access point: arn:aws:s3files:<region>:<account>:file-system/fs-…/access-point/fsap-….",
      ),
    );
  });
});

describe("a user's volume of S3 Files", () => {
  const user = { userId: "user_2x9", accessPointId: arn };
  const base = toVolumeBase(s3FilesVolume("data"));
  const derive = (changes: Partial<TaskDefinition>, customize?: CloneRules["customize"]) =>
    deriveClone({ taskDefinition: { ...base, ...changes } }, user, { container: "app", customize });
  const noRole = new UnfitBaseError(
    "Volume data of base web is an S3 Files volume, which ECS mounts with the task's role, and the clone has no taskRoleArn. Give the base one, or the user.",
  );

  it("needs a task role in what is registered, whoever put it there", () => {
    expect(() => derive({ taskRoleArn: undefined })).toThrow(noRole);
    expect(() => derive({ taskRoleArn: "" })).toThrow(noRole);
    const withRole = (input: RegisterTaskDefinitionCommandInput) => ({
      ...input,
      taskRoleArn: String(base.taskRoleArn),
    });
    expect(derive({ taskRoleArn: undefined }, withRole).input.taskRoleArn).toBe(base.taskRoleArn);
    const withoutRole = ({ taskRoleArn: _, ...input }: RegisterTaskDefinitionCommandInput) => input;
    expect(() => derive({}, withoutRole)).toThrow(noRole);
  });

  it.each([[["EC2"]], [["EC2", "EXTERNAL"]]] as const)("does not work on %j", (requiresCompatibilities) => {
    expect(() => derive({ requiresCompatibilities: [...requiresCompatibilities] })).toThrow(
      new UnfitBaseError(
        `Volume data of base web is an S3 Files volume, which works on Fargate and Managed Instances, and the base requires ${requiresCompatibilities.join(", ")} ` +
          "alone. Its tasks would fail when they start.",
      ),
    );
  });

  it.each([[undefined], [[]], [["FARGATE"]], [["EC2", "FARGATE"]], [["MANAGED_INSTANCES"]]] as const)(
    "works on %j",
    (requiresCompatibilities) => {
      const given = requiresCompatibilities && [...requiresCompatibilities];
      expect(derive({ requiresCompatibilities: given }).warnings).toStrictEqual([]);
    },
  );

  it("leaves other volumes to ECS", () => {
    const volumes = [efsVolume("home"), s3FilesVolume("data")];
    const { warnings } = deriveClone(
      { taskDefinition: { ...toVolumeBase(...volumes), taskRoleArn: undefined } },
      { userId: "u", accessPointId: id },
      { container: "app", volume: "home" },
    );
    expect(warnings).toStrictEqual([]);
  });

  it("is judged again after `customize`", () => {
    const change = (more: object) => (input: RegisterTaskDefinitionCommandInput) => ({
      ...input,
      volumes: [s3FilesVolume("data", { accessPointArn: arn, ...more })],
    });
    expect(() => derive({}, change({ rootDirectory: "/users" }))).toThrow(/has the root directory \/users/);
    const another = fileSystemArn.replace("fs-0", "fs-9");
    expect(() => derive({}, change({ fileSystemArn: another }))).toThrow(/belongs to another one/);
    const efs = (input: RegisterTaskDefinitionCommandInput) => ({
      ...input,
      volumes: input.volumes?.map((volume) => ({
        ...volume,
        efsVolumeConfiguration: { ...volume.efsVolumeConfiguration, fileSystemId: "fs-1", rootDirectory: "/users" },
      })),
    });
    const taskDefinition = toVolumeBase(efsVolume("home"));
    const rules = { container: "app", customize: efs };
    expect(() => deriveClone({ taskDefinition }, { userId: "u", accessPointId: id }, rules)).toThrow(UnfitBaseError);
  });
});

describe("warnings about several volumes", () => {
  const derive = (taskDefinition: TaskDefinition, rules: CloneRules, accessPoints: Record<string, string>) =>
    deriveClone({ taskDefinition }, { userId: "u", accessPoints }, { container: "app", ...rules }).warnings;

  it("name each that the user's container does not mount", () => {
    const base = toVolumeBase(efsVolume("home"), s3FilesVolume("data"));
    const [app, log] = base.containerDefinitions;
    const unmounted = { ...base, containerDefinitions: [{ ...app, mountPoints: [] }, { ...log }] };
    expect(derive(unmounted, { volume: ["home", "data"] }, { home: id, data: arn })).toStrictEqual([
      expect.stringContaining("does not mount volume home,"),
      expect.stringContaining("does not mount volume data,"),
    ]);
  });

  it("name another volume of the same S3 file system, unless it is shared or has an access point", () => {
    const base = (more: object) => toVolumeBase(s3FilesVolume("data"), s3FilesVolume("open", more));
    const rules = { volume: ["data"] };
    expect(derive(base({}), rules, { data: arn })).toStrictEqual([
      expect.stringMatching(/^Volume open of base web is of the same file system as the user's volume data \(arn:/),
    ]);
    expect(derive(base({}), { ...rules, shared: ["open"] }, { data: arn })).toStrictEqual([]);
    expect(derive(base({ accessPointArn: toAccessPointArn(9) }), rules, { data: arn })).toStrictEqual([]);
  });

  it("do not name two of the user's on one file system", () => {
    const base = toVolumeBase(efsVolume("home"), efsVolume("cache"));
    const volume = ["home", "cache"];
    expect(derive(base, { volume }, { home: id, cache: toAccessPointId(2) })).toStrictEqual([]);
  });

  it("name a volume without a name", () => {
    const base = toVolumeBase(efsVolume("home"));
    const { efsVolumeConfiguration } = efsVolume("");
    const nameless = { ...base, volumes: [...base.volumes, { efsVolumeConfiguration }] };
    expect(derive(nameless, { volume: "home" }, { home: id })).toStrictEqual([
      expect.stringMatching(/^Volume \(without a name\) of base web/),
    ]);
  });
});

describe("the access points of a user", () => {
  it.each([["fsap-01234567"], [[id]], [7]])("are explained if they are %j", (accessPoints) => {
    for (const volume of [undefined, ["home", "data"]]) {
      expect(() => parseUser({ userId: "u", accessPoints }, { volume })).toThrow(
        /^Invalid user: accessPoints must be an object \{ <volume>: <access point> \}, got an? (string|array|number)\.$/,
      );
    }
  });
});

describe("the access points of a user without volumes", () => {
  it("are none", () => {
    const taskDefinition = deepFreeze({ ...typicalBase, volumes: [] });
    const rules = { container: "openclaw", volume: false } as const;
    expect(deriveClone({ taskDefinition }, { userId: "u" }, rules).input).toStrictEqual({
      ...toRegisterInput(taskDefinition),
      family: "isol8-dev-openclaw-user",
    });
  });

  it.each([null, undefined])("may be %s where users have none", (accessPointId) => {
    const error =
      accessPointId === null ? /accessPointId is null; leave it out \(or use undefined\) if the user/ : /^$/;
    const user: unknown = { userId: "u", accessPointId };
    if (accessPointId === null) expect(() => parseUser(user, { volume: false })).toThrow(error);
    else expect(parseUser(user, { volume: false })).toEqual({ userId: "u" });
    expect(() => parseUser(user)).toThrow(/set the option `volume: false`\.$/);
  });

  it("are spoken of where the user's are empty", () => {
    expect(() => parseUser({ userId: "u", accessPoints: {} })).toThrow(
      new InvalidInputError(
        "Invalid user: accessPoints has no entries. If users have no volume of their own, set the option `volume: false`.",
      ),
    );
  });
});
