import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { parseSize, parseUser, parseUserPatch } from "../../src/user/parse-user.ts";
import { parts } from "../../src/user/user.ts";
import { plainUser, typicalUser } from "../cast.ts";

const secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:user-keys/user_2x9-AbCdEf";

const forms =
  "must say where ECS finds the secret: arn:aws:secretsmanager:<region>:<account>:secret:<name>-AbCdEf for a secret, " +
  "arn:aws:ssm:<region>:<account>:parameter/<name> or /<name> for an SSM parameter. ECS would look up a bare name as an SSM parameter";

const colons =
  "has some of the parts after the secret's name, so all three of their colons are needed: " +
  "arn:aws:secretsmanager:<region>:<account>:secret:<name>-AbCdEf:<json-key>:<version-stage>:<version-id>, each of them empty or not";

const wrongUser = (complaints: string): InvalidInputError => new InvalidInputError(`Invalid user: ${complaints}.`);

const wrongPatch = (complaints: string): InvalidInputError => new InvalidInputError(`Invalid changes: ${complaints}.`);

/** What JSON can hold and an object literal cannot: a member of its own that is named `__proto__`. */
const withPrototypeName = (value: unknown): unknown => JSON.parse(`{"__proto__": ${JSON.stringify(value)}}`);

const validValuesFrom = [
  secret,
  `${secret}:api-key::`,
  `${secret}:api-key:AWSCURRENT:`,
  `${secret}::AWSPREVIOUS:`,
  `${secret}:::9d4cb84b-ad69-40c0-a0ab-cead3EXAMPLE`,
  secret.replace("arn:aws:", "arn:aws-cn:"),
  secret.replace("arn:aws:", "arn:aws-us-gov:"),
  "arn:aws:ssm:us-east-1:111122223333:parameter/isol8/dev/key",
  "arn:aws-iso-b:ssm:us-isob-east-1:111122223333:parameter/key",
  "/isol8/dev/key_1.a-b",
];

const invalidValuesFrom = [
  "",
  "user-keys/user_2x9",
  "user-keys",
  `${secret}:`,
  `${secret}:api-key`,
  `${secret}:api-key:`,
  `${secret}:api-key:::`,
  `${secret} `,
  ` ${secret}`,
  "arn:aws:secretsmanager:us-east-1:11112222333:secret:name",
  "arn:aws:secretsmanager:us-east-1:111122223333:name",
  "arn:gcp:secretsmanager:us-east-1:111122223333:secret:name",
  "arn:aws:s3:us-east-1:111122223333:parameter/key",
  "arn:aws:ssm:us-east-1:111122223333:parameter/",
  "arn:aws:ssm:us-east-1:111122223333:key",
  "/",
  "/a b",
  "sk-proj-hunter2",
];

describe("parseUser", () => {
  it("takes a user with everything, and one with only what every user has", () => {
    expect(parseUser(typicalUser)).toStrictEqual(typicalUser);
    expect(parseUser(plainUser)).toStrictEqual(plainUser);
  });

  it("takes what is undefined for absent", () => {
    const absent = { secrets: undefined, environment: undefined, size: undefined, image: undefined, tags: undefined };
    expect(parseUser({ ...plainUser, ...absent })).toEqual(plainUser);
  });

  it.each([
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "jane.doe+test@example.com",
    "6f1c2c3e-7a54-4c7e-9a53-0d9f3f6f5b1a",
    "google-oauth2|1234",
    "Zoë Ångström",
    "用户-🦀",
    "a/b:c d",
    '"; DROP',
    " ",
  ])("takes the user id %s as it is", (userId) => {
    expect(parseUser({ ...plainUser, userId }).userId).toBe(userId);
  });

  it("refuses an empty user id", () => {
    expect(() => parseUser({ ...plainUser, userId: "" })).toThrow(wrongUser("userId must not be empty"));
  });

  it.each(["fsap-01234567", "fsap-0123456789abcdef0", `fsap-${"a".repeat(40)}`])("takes the access point %s", (id) => {
    expect(parseUser({ ...plainUser, accessPointId: id }).accessPointId).toBe(id);
  });

  it.each([
    "",
    "fsap-0123456",
    `fsap-${"a".repeat(41)}`,
    "fsap-0123456G",
    "fsap-0123456A",
    "fs-0123456789abcdef0",
    " fsap-0123456789abcdef0",
    "fsap-0123456789abcdef0\n",
    "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0",
  ])("refuses the access point %j", (id) => {
    expect(() => parseUser({ ...plainUser, accessPointId: id })).toThrow(
      wrongUser(
        "accessPointId: expected the id of an EFS access point: `fsap-` and 8 to 40 hexadecimal digits" +
          (id.startsWith("arn:") ? ". You passed an ARN; ECS wants the id at its end: fsap-…" : ""),
      ),
    );
  });

  it.each(validValuesFrom)("takes a secret from %s", (valueFrom) => {
    expect(parseUser({ ...plainUser, secrets: { KEY: valueFrom } }).secrets).toStrictEqual({ KEY: valueFrom });
  });

  it.each(invalidValuesFrom)("refuses a secret from %j, without repeating it", (valueFrom) => {
    expect(() => parseUser({ ...plainUser, secrets: { KEY: valueFrom } })).toThrow(
      wrongUser(`secrets.KEY ${/:secret:.*:/.test(valueFrom) ? colons : forms}`),
    );
  });

  it("takes any text for the value of a variable", () => {
    const environment = { EMPTY: "", LONG: "x\n=\u0000🦀", "with-dash.and space": "1" };
    expect(parseUser({ ...plainUser, environment }).environment).toStrictEqual(environment);
  });

  it.each([1, true, null, { value: "x" }, ["x"]])("refuses %j for the value of a variable or a tag", (value) => {
    for (const member of ["environment", "tags"]) {
      expect(() => parseUser({ ...plainUser, [member]: { KEY: value } })).toThrow(InvalidInputError);
    }
  });

  it.each(["secrets", "environment"])("refuses names in %s that no environment can hold", (member) => {
    for (const name of ["A=B", "=", "A\0"]) {
      expect(() => parseUser({ ...plainUser, [member]: { [name]: "/x" } })).toThrow(
        wrongUser(`${member}.${name}: the name of a variable may hold neither \`=\` nor NUL`),
      );
    }
  });

  it.each(["secrets", "environment", "tags"])("refuses an empty name in %s", (member) => {
    expect(() => parseUser({ ...plainUser, [member]: { "": "/x" } })).toThrow(InvalidInputError);
  });

  it.each(["secrets", "environment", "tags"])("refuses __proto__ in %s instead of losing it", (member) => {
    expect(() => parseUser({ ...plainUser, [member]: withPrototypeName("/x") })).toThrow(
      wrongUser(`${member}: \`__proto__\` cannot be a name here`),
    );
  });

  it.each(["constructor", "toString", "hasOwnProperty", "prototype"])("takes %s for a name like any other", (name) => {
    const user = parseUser({ ...plainUser, environment: { [name]: "v" }, tags: { [name]: "t" } });
    expect([Object.entries(user.environment ?? {}), Object.entries(user.tags ?? {})]).toStrictEqual([
      [[name, "v"]],
      [[name, "t"]],
    ]);
    expect(() => parseUser({ ...plainUser, environment: { [name]: "v" }, secrets: {} })).not.toThrow();
  });

  it("refuses a name that is in both of the user's maps, and names each", () => {
    const user = {
      ...plainUser,
      secrets: { A: "/a", B: "/b", C: "/c" },
      environment: { A: "hunter2", C: "hunter2", D: "" },
    };
    const complaint = "the name is among the user's secrets too; ECS takes a name once per container";
    expect(() => parseUser(user)).toThrow(wrongUser(`environment.A: ${complaint}. environment.C: ${complaint}`));
  });

  it.each([
    { cpu: 256 },
    { memory: 512 },
    { cpu: 0, memory: 512 },
    { cpu: 256, memory: 512.5 },
    { cpu: "256", memory: 512 },
  ])("refuses the size %j", (size) => {
    expect(() => parseUser({ ...plainUser, size })).toThrow(InvalidInputError);
  });

  it.each(["", " ", "web latest", "web\n"])("refuses the image %j", (image) => {
    expect(() => parseUser({ ...plainUser, image })).toThrow(
      wrongUser(
        image === ""
          ? "image must not be empty; leave it out to use the base's"
          : "image: expected an image reference without spaces",
      ),
    );
  });

  it("refuses a member that it does not know, and names it", () => {
    expect(() => parseUser({ ...plainUser, accesPointId: "x" })).toThrow(
      /^Invalid user: unknown field "accesPointId"\. Allowed: userId, accessPointId, /,
    );
  });

  it("names every member that is wrong, and repeats no value", () => {
    const user = { userId: 7, secrets: { KEY: "hunter2" }, environment: { A: 8 }, size: { cpu: "hunter2" } };
    expect(() => parseUser(user)).toThrow(
      wrongUser(
        "userId must be a string, got a number: pass String(id). accessPointId is missing. If users have no volume of their own, set the option `volume: false`. " +
          `secrets.KEY ${forms}. environment.A must be a string, got a number. ` +
          'size.cpu must be a number of CPU units (512, not "512"). size.memory is missing: a size has both, { cpu, memory }',
      ),
    );
  });

  it.each(["secrets", "environment", "tags"])("refuses null, a text and a number as %s", (member) => {
    for (const value of [null, "A=1", 7]) {
      expect(() => parseUser({ ...plainUser, [member]: value })).toThrow(InvalidInputError);
    }
  });

  it.each([undefined, null, "user_2x9", 7, [], [typicalUser], () => typicalUser])("refuses %s", (value) => {
    expect(() => parseUser(value)).toThrow(InvalidInputError);
  });
});

describe("parseUserPatch", () => {
  it("takes changes to everything but the user's id", () => {
    const { userId, ...changes } = typicalUser;
    expect(parseUserPatch(changes)).toStrictEqual(changes);
    expect(parseUserPatch({})).toStrictEqual({});
  });

  it("takes null for what is to be removed", () => {
    const all = { secrets: null, environment: null, size: null, image: null, tags: null };
    expect(parseUserPatch(all)).toStrictEqual(all);
    const some = { secrets: { A: null, B: secret }, environment: { A: null, B: "" }, tags: { A: null, B: "" } };
    expect(parseUserPatch(some)).toStrictEqual(some);
  });

  it("takes half a size", () => {
    expect(parseUserPatch({ size: { cpu: 1024 } })).toStrictEqual({ size: { cpu: 1024 } });
    expect(parseUserPatch({ size: { memory: 1024 } })).toStrictEqual({ size: { memory: 1024 } });
  });

  it.each([
    [
      { userId: "user_1" },
      `unknown field "userId". Allowed: ${Object.keys(parts).join(", ")}. Pass only what changes: a clone keeps its user`,
    ],
    [{ accessPointId: null }, "accessPointId is null; leave it out (or use undefined) to keep the clone's"],
    [{ secrets: { KEY: "hunter2" } }, `secrets.KEY ${forms}`],
    [{ size: { cpu: null } }, "size.cpu must be a number of CPU units, got null"],
    [{ image: "" }, "image must not be empty; pass null to use the base's"],
    [{ environment: { "A=B": null } }, "environment.A=B: the name of a variable may hold neither `=` nor NUL"],
    [{ tags: withPrototypeName("x") }, "tags: `__proto__` cannot be a name here"],
  ])("refuses %j", (patch, complaint) => {
    expect(() => parseUserPatch(patch)).toThrow(wrongPatch(complaint));
  });

  it.each([null, undefined, "x", []])("refuses %j", (patch) => {
    expect(() => parseUserPatch(patch)).toThrow(InvalidInputError);
  });
});

describe("parseSize", () => {
  it("takes both numbers", () => {
    expect(parseSize({ cpu: 256, memory: 512 })).toStrictEqual({ cpu: 256, memory: 512 });
  });

  it.each([
    [{ cpu: 256 }, "size.memory is missing: a size has both, { cpu, memory }"],
    [{ memory: 512 }, "size.cpu is missing: a size has both, { cpu, memory }"],
    [{ cpu: "256", memory: 512 }, 'size.cpu must be a number of CPU units (512, not "512")'],
    [{ cpu: 256, memory: 512, disk: 1 }, 'size: unknown field "disk". Allowed: cpu, memory'],
    [null, "size must be an object { cpu, memory }, got null"],
  ])("refuses %j", (size, complaint) => {
    expect(() => parseSize(size)).toThrow(new InvalidInputError(`Invalid size: ${complaint}.`));
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("refuses %d", (number) => {
    expect(() => parseSize({ cpu: number, memory: 512 })).toThrow(InvalidInputError);
    expect(() => parseSize({ cpu: 256, memory: number })).toThrow(InvalidInputError);
  });
});
