import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { hasNoAccessPoint, hasTag, isNotRegisteredBy, isRegisteredBy, lacksTag } from "../../src/base/is-base.ts";
import { deepFreeze, typicalBase } from "../cast.ts";

const candidate = (taskDefinition: TaskDefinition, ...tags: { key?: string; value?: string }[]) =>
  deepFreeze({ taskDefinition, tags });

const volume = (name: string, accessPointId?: string) => ({
  name,
  efsVolumeConfiguration: {
    fileSystemId: "fs-1",
    ...(accessPointId !== undefined && { authorizationConfig: { accessPointId } }),
  },
});

describe("hasNoAccessPoint", () => {
  const clone = candidate({
    volumes: [volume("shared"), { name: "scratch", host: {} }, volume("home", "fsap-01234567")],
  });

  it("takes a base, whose volumes have none", () => {
    expect(hasNoAccessPoint()(candidate(typicalBase))).toBe(true);
    expect(hasNoAccessPoint("workspace")(candidate(typicalBase))).toBe(true);
  });

  it("refuses a clone, whose volume has one", () => {
    expect(hasNoAccessPoint()(clone)).toBe(false);
    expect(hasNoAccessPoint("home")(clone)).toBe(false);
  });

  it("looks at the named volume alone", () => {
    expect(hasNoAccessPoint("shared")(clone)).toBe(true);
    expect(hasNoAccessPoint("scratch")(clone)).toBe(true);
  });

  it.each([
    ["EFS configuration", { name: "home", efsVolumeConfiguration: null }],
    ["authorization", { name: "home", efsVolumeConfiguration: { authorizationConfig: null } }],
    ["access point", { name: "home", efsVolumeConfiguration: { authorizationConfig: { accessPointId: null } } }],
    ["access point's text", { name: "home", efsVolumeConfiguration: { authorizationConfig: { accessPointId: "" } } }],
  ])("takes a null or empty %s for absent", (_, member) => {
    // The casts: what a file or a mock may hold.
    expect(hasNoAccessPoint("home")(candidate({ volumes: [member as never] }))).toBe(true);
    expect(hasNoAccessPoint()(candidate({ volumes: null as never }))).toBe(true);
  });

  it("refuses one on a volume of S3 Files, and looks at each of several named ones", () => {
    const s3Files = { fileSystemArn: "arn", accessPointArn: "arn/access-point/fsap-1" };
    const volumes = [volume("home"), { name: "data", s3filesVolumeConfiguration: s3Files }];
    expect(hasNoAccessPoint()(candidate({ volumes }))).toBe(false);
    expect(hasNoAccessPoint(["home", "data"])(candidate({ volumes }))).toBe(false);
    expect(hasNoAccessPoint(["home", "cache"])(candidate({ volumes }))).toBe(true);
    const nameless = { volumes: [{ s3filesVolumeConfiguration: s3Files }] };
    expect(hasNoAccessPoint("home")(candidate(nameless))).toBe(true);
    expect(hasNoAccessPoint()(candidate(nameless))).toBe(false);
  });

  it("takes a task definition without volumes", () => {
    expect(hasNoAccessPoint()(candidate({}))).toBe(true);
  });
});

const account = "111122223333";
const role = `arn:aws:iam::${account}:role/Deploy`;
const session = `arn:aws:sts::${account}:assumed-role/Deploy/AWSCloudFormation`;
const user = `arn:aws:iam::${account}:user/people/jane`;
const root = `arn:aws:iam::${account}:root`;

describe.each([
  ["isRegisteredBy", isRegisteredBy, true],
  ["isNotRegisteredBy", isNotRegisteredBy, false],
] as const)("%s", (_, predicate, whenSame) => {
  const ask = (registeredBy: string | undefined, ...principals: string[]): boolean =>
    predicate(...principals)(candidate(registeredBy === undefined ? {} : { registeredBy }));

  it.each([
    [role, role],
    [role, "Deploy"],
    [session, session],
    [session, role],
    [session, `arn:aws:iam::${account}:role/service-role/Deploy`],
    [session, `arn:aws:sts::${account}:assumed-role/Deploy/another-session`],
    [session, "Deploy"],
    [user, user],
    [user, "jane"],
    [root, root],
    [root, "root"],
    [`arn:aws-cn:sts::${account}:assumed-role/Deploy/x`, `arn:aws-cn:iam::${account}:role/Deploy`],
    [`arn:aws:sts::${account}:assumed-role/Deploy`, role],
    ["somebody", "somebody"],
    ["ecs.amazonaws.com", "ecs.amazonaws.com"],
  ])("says that %s is %s", (registeredBy, principal) => {
    expect(ask(registeredBy, principal)).toBe(whenSame);
    expect(ask(registeredBy, "nobody", principal)).toBe(whenSame);
  });

  it.each([
    [session, "AWSCloudFormation"],
    [session, `arn:aws:iam::444455556666:role/Deploy`],
    [session, `arn:aws-cn:iam::${account}:role/Deploy`],
    [session, `arn:aws:iam::${account}:user/Deploy`],
    [session, `arn:aws:iam::${account}:role/Deployer`],
    [role, "deploy"],
    [user, "people/jane"],
    [user, "people"],
    [root, `arn:aws:iam::444455556666:root`],
    ["somebody", "else"],
    ["somebody", role],
    [undefined, "undefined"],
    [undefined, ""],
  ])("says that %s is not %s", (registeredBy, principal) => {
    expect(ask(registeredBy, principal)).toBe(!whenSame);
  });

  it("matches no principal if none is named", () => {
    expect(ask(role)).toBe(!whenSame);
  });
});

describe("hasTag", () => {
  const tagged = candidate({}, { key: "kind", value: "base" }, { key: "empty", value: "" }, { key: "bare" });

  it("goes by the key, and by the value where one is given", () => {
    expect(hasTag("kind")(tagged)).toBe(true);
    expect(hasTag("kind", "base")(tagged)).toBe(true);
    expect(hasTag("empty", "")(tagged)).toBe(true);
    expect(hasTag("bare")(tagged)).toBe(true);
  });

  it("finds none where a mock gives null", () => {
    // The casts: what a mock may hold.
    const bare = { taskDefinition: { registeredBy: null as never }, tags: null as never };
    expect(hasTag("kind")(bare)).toBe(false);
    expect(lacksTag("kind")(bare)).toBe(true);
    expect(isRegisteredBy("null")(bare)).toBe(false);
  });

  it("refuses another key, and another value", () => {
    expect(hasTag("Kind")(tagged)).toBe(false);
    expect(hasTag("kind", "clone")(tagged)).toBe(false);
    expect(hasTag("kind", "")(tagged)).toBe(false);
    expect(hasTag("empty", "base")(tagged)).toBe(false);
    expect(hasTag("kind")(candidate({}))).toBe(false);
  });
});

describe("lacksTag", () => {
  const tagged = candidate({}, { key: "user", value: "user_2x9" });

  it("returns the opposite of hasTag", () => {
    expect(lacksTag("user")(tagged)).toBe(false);
    expect(lacksTag("user", "user_2x9")(tagged)).toBe(false);
    expect(lacksTag("user", "user_7k1")(tagged)).toBe(true);
    expect(lacksTag("owner")(tagged)).toBe(true);
    expect(lacksTag("user")(candidate({}))).toBe(true);
  });
});
