import { describe, expect, it } from "vitest";
import { toDraft } from "../../src/clone/draft.ts";
import {
  deriveClone,
  InvalidInputError,
  toCloneFamily,
  toRegisterInput,
  toSizeWarnings,
  toTarget,
  UnfitBaseError,
  withAccessPoint,
  withAccessPoints,
  withContainers,
  withEnvironment,
  withFamily,
  withImage,
  withoutVariables,
  withSecrets,
  withSize,
  withTags,
} from "../../src/index.ts";
import { plainUser, target, typicalBase, typicalTags, typicalUser } from "../cast.ts";

const names = { container: "openclaw", volume: "workspace" };
const size = { cpu: 256, memory: 512 };
const [container] = typicalBase.containerDefinitions;
const inContainer = (members: object) => ({ ...typicalBase, containerDefinitions: [{ ...container, ...members }] });

/** Each step with an input and a target of any kind. The casts here and below: what callers without types may pass. */
const steps: Readonly<Record<string, (input: never, place: never) => unknown>> = {
  withAccessPoint: (input, place) => withAccessPoint(input, place, plainUser.accessPointId),
  withAccessPoints: (input, place) => withAccessPoints(input, place, { workspace: plainUser.accessPointId }),
  withSecrets: (input, place) => withSecrets(input, place, { KEY: "/key" }),
  withEnvironment: (input, place) => withEnvironment(input, place, { KEY: "x" }),
  withoutVariables: (input, place) => withoutVariables(input, place, ["KEY"]),
  withImage: (input, place) => withImage(input, place, "web:1"),
  withContainers: (input, place) => withContainers(input, place, { "otel-collector": { image: "otel:1" } }),
  withSize: (input, place) => withSize(input, place, size),
  toSizeWarnings: (input, place) => toSizeWarnings(input, place, size),
};

const wholeInputs: Readonly<Record<string, (input: never) => unknown>> = {
  ...Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [name, (input: never) => step(input, target as never)]),
  ),
  withTags: (input) => withTags(input, []),
  withFamily: (input) => withFamily(input, "tenants"),
  toTarget: (input) => toTarget(input, "app:7", {}),
};

const noInputs: readonly (readonly [string, unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a text", "app:7"],
  ["a list", [typicalBase]],
  ["a base in place of its task definition", { taskDefinition: typicalBase }],
  ["an empty family", { ...typicalBase, family: "" }],
  ["containers that are no list", { ...typicalBase, containerDefinitions: {} }],
  ["a container that is undefined", { ...typicalBase, containerDefinitions: [container, undefined] }],
  ["a container that is a text", { ...typicalBase, containerDefinitions: ["openclaw"] }],
  ["variables that are no list", inContainer({ environment: { NODE_ENV: "production" } })],
  ["a variable that is undefined", inContainer({ environment: [undefined] })],
  ["secrets that are no list", inContainer({ secrets: "TOKEN" })],
  ["a command with a hole", inContainer({ command: ["node", undefined] })],
  ["a memory that is NaN", inContainer({ memory: Number.NaN })],
  ["volumes that are no list", { ...typicalBase, volumes: "workspace" }],
  ["a volume that is undefined", { ...typicalBase, volumes: [undefined] }],
  ["an S3 Files configuration that is a text", { ...typicalBase, volumes: [{ s3filesVolumeConfiguration: "arn" }] }],
  ["an EFS configuration that is a text", { ...typicalBase, volumes: [{ efsVolumeConfiguration: "fs-1" }] }],
  ["compatibilities that are a text", { ...typicalBase, requiresCompatibilities: "FARGATE" }],
  ["a tag that is undefined", { ...typicalBase, tags: [undefined] }],
];

describe.each(Object.entries(wholeInputs))("%s", (_, call) => {
  it.each(noInputs)("refuses an input that is or has %s", (_, input) => {
    expect(() => call(input as never)).toThrow(InvalidInputError);
  });
});

describe.each(Object.entries(steps))("%s", (_, step) => {
  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a text", "openclaw"],
    ["without a container", { baseName: "app:7", volumes: ["workspace"] }],
    ["with an empty container", { ...target, container: "" }],
    ["with a container that is null", { ...target, container: null }],
    ["without the base's name", { container: "openclaw", volumes: ["workspace"] }],
    ["without volumes", { baseName: "app:7", container: "openclaw" }],
    ["with one volume as a text", { ...target, volumes: "workspace" }],
  ])("refuses a target that is %s", (_, place) => {
    expect(() => step(typicalBase as never, place as never)).toThrow(InvalidInputError);
  });
});

const noRecords = [undefined, null, "KEY", ["KEY"], { KEY: 7 }, { KEY: null }, { KEY: undefined }, { "": "/key" }];
const noTexts = [undefined, null, "", " ", 7, {}, []];

describe("a step", () => {
  it.each([...noTexts, "fs-0123456789abcdef0", "fsap-xyz"])("withAccessPoint refuses the access point %j", (value) => {
    expect(() => withAccessPoint(typicalBase, target, value as never)).toThrow(InvalidInputError);
  });

  it.each([...noRecords, { KEY: "my-secret" }, { "A=B": "/key" }])("withSecrets refuses the secrets %j", (value) => {
    expect(() => withSecrets(typicalBase, target, value as never)).toThrow(InvalidInputError);
  });

  it.each([...noRecords, { "A=B": "x" }])("withEnvironment refuses the variables %j", (value) => {
    expect(() => withEnvironment(typicalBase, target, value as never)).toThrow(InvalidInputError);
  });

  it.each([undefined, null, "KEY", { KEY: null }, [7], [""], ["A=B"], [null], [undefined]])(
    "withoutVariables refuses the names %j",
    (value) => {
      expect(() => withoutVariables(typicalBase, target, value as never)).toThrow(InvalidInputError);
    },
  );

  it.each([
    ...[undefined, null, "otel", ["otel"], [{ name: "otel-collector" }], { otel: null }, { otel: "otel:1" }],
    ...[{ "": { image: "otel:1" } }, { otel: { size: { cpu: 256, memory: 512 } } }, { otel: { image: "" } }],
    ...[{ otel: { secrets: { KEY: "my-secret" } } }, { otel: { environment: { KEY: 7 } } }, { otel: { unset: "KEY" } }],
    ...[{ otel: { secrets: { KEY: "/key" }, environment: { KEY: "x" } } }],
    ...[{ otel: { environment: { KEY: "x" }, unset: ["KEY"] } }],
  ])("withContainers refuses the containers %j", (value) => {
    expect(() => withContainers(typicalBase, target, value as never)).toThrow(InvalidInputError);
  });

  it.each([null, "KEY", [7], [""]])("withoutVariables and withContainers refuse the reserved names %j", (reserved) => {
    expect(() => withoutVariables(typicalBase, target, ["KEY"], reserved as never)).toThrow(InvalidInputError);
    const containers = { "otel-collector": { image: "otel:1" } };
    expect(() => withContainers(typicalBase, target, containers, reserved as never)).toThrow(InvalidInputError);
  });

  it.each([null, "KEY", [7], [""]])("withSecrets and withEnvironment refuse the reserved names %j", (reserved) => {
    expect(() => withSecrets(typicalBase, target, { KEY: "/key" }, reserved as never)).toThrow(InvalidInputError);
    expect(() => withEnvironment(typicalBase, target, { KEY: "x" }, reserved as never)).toThrow(InvalidInputError);
  });

  it.each([...noTexts, "web latest"])("withImage refuses the image %j", (value) => {
    expect(() => withImage(typicalBase, target, value as never)).toThrow(InvalidInputError);
  });

  it.each([
    ...[undefined, null, 512, {}, { cpu: 256 }, { cpu: Number.NaN, memory: 512 }, { cpu: 256, memory: Number.NaN }],
    ...[
      { cpu: "256", memory: "512" },
      { cpu: 0, memory: 512 },
      { cpu: 256, memory: 0.5 },
    ],
  ])("withSize and toSizeWarnings refuse the size %j", (value) => {
    expect(() => withSize(typicalBase, target, value as never)).toThrow(InvalidInputError);
    expect(() => toSizeWarnings(typicalBase, target, value as never)).toThrow(InvalidInputError);
  });

  it.each([null, 7, { 256: 512 }, { small: [512] }])("withSize refuses the table %j", (table) => {
    expect(() => withSize(typicalBase, target, size, table as never)).toThrow(InvalidInputError);
  });

  it.each([undefined, null, "stage", [undefined], ["stage"], [{ key: 7 }]])(
    "withTags refuses the base's tags %j",
    (value) => {
      expect(() => withTags(typicalBase, value as never)).toThrow(InvalidInputError);
    },
  );

  it.each(noRecords.slice(1))("withTags refuses the user's tags %j", (value) => {
    expect(() => withTags(typicalBase, typicalTags, value as never)).toThrow(InvalidInputError);
  });

  it.each([...noTexts, "app:7", "x".repeat(256)])("withFamily refuses the family %j", (value) => {
    expect(() => withFamily(typicalBase, value as never)).toThrow(InvalidInputError);
  });

  it.each(noTexts)("toCloneFamily refuses the base family %j", (value) => {
    expect(() => toCloneFamily(value as never, "user_2x9")).toThrow(InvalidInputError);
  });

  it.each([undefined, null, 7, "app:7", [typicalBase]])("toRegisterInput refuses %j", (value) => {
    expect(() => toRegisterInput(value as never)).toThrow(InvalidInputError);
  });

  it.each([null, 7, { container: 7 }, { volume: "" }])("toTarget refuses the names %j", (value) => {
    expect(() => toTarget(typicalBase, "app:7", value as never)).toThrow(InvalidInputError);
  });

  it("says where the hole is, and what to do about it", () => {
    const input = { ...typicalBase, volumes: [...typicalBase.volumes, undefined] };
    expect(() => withSize(input as never, target, size)).toThrow(
      new InvalidInputError(
        "Invalid input for the register input: volumes.2 is a hole in a list (undefined). Leave the entry out.",
      ),
    );
  });

  it("never repeats the value of a variable", () => {
    const input = inContainer({ environment: [{ name: 7, value: "hunter2" }, "hunter2"] });
    for (const call of Object.values(wholeInputs)) {
      expect(() => call(input as never)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining("hunter2") }),
      );
    }
  });
});

describe("deriveClone", () => {
  const derive = (base: unknown, user: unknown = plainUser, rules: unknown = names) =>
    deriveClone(base as never, user as never, rules as never);
  const base = { taskDefinition: typicalBase, tags: typicalTags };

  it.each(noInputs.filter(([what]) => !["an empty family", "a base in place of its task definition"].includes(what)))(
    "refuses a task definition that is or has %s",
    (_, taskDefinition) => {
      expect(() => derive({ taskDefinition })).toThrow(InvalidInputError);
    },
  );

  it.each([undefined, null, "app:7", typicalBase, [base]])("refuses a value that is not a base", (value) => {
    expect(() => derive(value)).toThrow(InvalidInputError);
  });

  it.each(["stage", [undefined], ["stage"]])("refuses the tags %j", (tags) => {
    expect(() => derive({ ...base, tags })).toThrow(InvalidInputError);
  });

  it("refuses a base that is a clone, as the class does", () => {
    const { content, input } = toDraft(
      { ...base, arn: typicalBase.taskDefinitionArn, unknownMembers: [] },
      { user: typicalUser, family: "isol8-dev-openclaw-user" },
      names,
      "token",
    );
    expect(() => deriveClone({ taskDefinition: input }, plainUser, names)).toThrow(
      new UnfitBaseError(
        "The base of family isol8-dev-openclaw-user carries the record of a clone, so it is not a base.",
      ),
    );
    expect(deriveClone({ taskDefinition: content }, plainUser, names).family).toBe("isol8-dev-openclaw-user-user");
  });

  it.each(["", null, undefined])("refuses a base whose family is %j", (family) => {
    expect(() => derive({ taskDefinition: { ...typicalBase, family } })).toThrow(
      new UnfitBaseError("The base has no family, so neither have its clones."),
    );
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a text", "user_2x9"],
    ["without an access point", { userId: "user_2x9" }],
    ["with an access point that is null", { ...plainUser, accessPointId: null }],
    ["with an empty access point", { ...plainUser, accessPointId: "" }],
    ["with a malformed access point", { ...plainUser, accessPointId: "fs-01234567" }],
    ["without an id", { accessPointId: plainUser.accessPointId }],
    ["with a size that is NaN", { ...plainUser, size: { cpu: Number.NaN, memory: 512 } }],
    ["with a secret that is no reference", { ...plainUser, secrets: { KEY: "my-secret" } }],
    ["with a variable that is undefined", { ...plainUser, environment: { KEY: undefined } }],
    ["with a name that is set and left out", { ...plainUser, secrets: { KEY: "/key" }, unset: ["KEY"] }],
    ["with a part of a container that nobody knows", { ...plainUser, containers: { log: { size } } }],
    ["with a name in both maps", { ...plainUser, secrets: { KEY: "/key" }, environment: { KEY: "x" } }],
    ["with members that nobody knows", { ...typicalUser, plan: "pro" }],
  ])("refuses a user that is %s", (_, user) => {
    expect(() => deriveClone(base, user as never, names)).toThrow(InvalidInputError);
  });

  it.each([
    ["null", null],
    ["a text", "openclaw"],
    ["with a typo", { ...names, reserve: [] }],
    ["with a size that is NaN", { ...names, size: { cpu: 256, memory: Number.NaN } }],
    ["with half a size", { ...names, size: { cpu: 256 } }],
    ["with an empty container", { ...names, container: "" }],
    ["with an empty family", { ...names, cloneFamily: "" }],
    ["with a family that is a number", { ...names, cloneFamily: 7 }],
    ["with reserved names that are no list", { ...names, reserved: "KEY" }],
    ["with a customize that is no function", { ...names, customize: {} }],
    ["with a copyTags that is a text", { ...names, copyTags: "no" }],
  ])("refuses rules that are %s", (_, rules) => {
    expect(() => deriveClone(base, plainUser, rules as never)).toThrow(InvalidInputError);
  });
});

describe("a member that is null", () => {
  it("counts as absent: an EFS configuration", () => {
    const volumes = [...typicalBase.volumes, { name: "late", efsVolumeConfiguration: null }];
    const input = { ...typicalBase, volumes } as never;
    expect(toTarget(input, "app:7", { container: "openclaw" }).volumes).toStrictEqual(["workspace"]);
    expect(() => withAccessPoint(input, { ...target, volumes: ["late"] }, plainUser.accessPointId)).toThrow(
      new UnfitBaseError("Base isol8-dev-openclaw:42 has no EFS volume late for the user's access point."),
    );
  });

  it("counts as absent: an execution role", () => {
    const input = { ...typicalBase, executionRoleArn: null } as never;
    expect(() => withSecrets(input, target, { KEY: "/key" })).toThrow(UnfitBaseError);
    expect(() => withImage(input, target, typicalUser.image)).toThrow(UnfitBaseError);
  });

  it("counts as absent in what a step gives, and so does an entry that is null", () => {
    const input = { ...typicalBase, taskRoleArn: null, volumes: [null, ...typicalBase.volumes] } as never;
    const { taskRoleArn, ...rest } = typicalBase;
    expect(withSize(input, target, size)).toStrictEqual({ ...rest, cpu: "256", memory: "512" });
  });
});
