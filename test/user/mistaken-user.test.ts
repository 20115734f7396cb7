import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { parseSize, parseUser, parseUserPatch } from "../../src/user/parse-user.ts";
import { parts } from "../../src/user/user.ts";
import { plainUser, toSecretArn } from "../cast.ts";

const owned = Object.keys(parts).join(", ");
const secret = toSecretArn("user-keys/user_2x9-AbCdEf");

const messageOf = (parse: (value: unknown) => unknown, value: unknown): string => {
  try {
    parse(value);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
  }
  throw new Error("expected an InvalidInputError");
};

const ofUser = (members: object): string => messageOf(parseUser, { ...plainUser, ...members });

describe("a mistake about a user", () => {
  it("that passes the whole database row learns what to pass", () => {
    expect(ofUser({ createdAt: new Date(0), plan: "pro" })).toBe(
      `Invalid user: unknown fields "createdAt", "plan". Allowed: userId, ${owned}. ` +
        "Pass only these, not the whole database row.",
    );
  });

  it.each(["secrets", "environment", "size", "image", "tags"])(
    "that passes a row's null for %s is told to leave it out",
    (part) => {
      expect(ofUser({ [part]: null })).toBe(
        `Invalid user: ${part} is null; leave it out (or use undefined) if the user has none.`,
      );
    },
  );

  it.each([
    ["secrets", "{ NAME: valueFrom }, not ECS's array of { name, valueFrom }"],
    ["environment", "{ NAME: value }, not ECS's array of { name, value }"],
    ["tags", "{ key: value }, not ECS's array of { key, value }"],
  ])("that passes ECS's list of %s is shown the object", (part, form) => {
    expect(ofUser({ [part]: [{ name: "A", value: "hunter2" }] })).toBe(
      `Invalid user: ${part} must be an object ${form}.`,
    );
  });

  it.each<[object, string]>([
    [{ cpu: "512", memory: 1024 }, 'size.cpu must be a number of CPU units (512, not "512").'],
    [{ cpu: 512, memory: "1024" }, 'size.memory must be a number of MiB (1024, not "1024").'],
    [
      { cpu: 0.5, memory: 1024 },
      "size.cpu is in CPU units (1 vCPU = 1024) and must be a whole number: 0.5 vCPU is 512.",
    ],
    [{ cpu: 512, memory: 0.5 }, "size.memory is in MiB (1 GiB = 1024) and must be a whole number: 0.5 GiB is 512."],
    [{ cpu: 512 }, "size.memory is missing: a size has both, { cpu, memory }."],
    [{ memory: 512 }, "size.cpu is missing: a size has both, { cpu, memory }."],
    [{ cpu: null, memory: 512 }, "size.cpu must be a number of CPU units, got null."],
    [{ cpu: 512, memory: Number.NaN }, "size.memory must be a number of MiB, got NaN."],
    [{ cpu: 0, memory: 512 }, "size.cpu must be above 0."],
    [{ cpu: 512, memory: 2 ** 53 }, "size.memory must be at most 9007199254740991."],
  ])("about the size %j is explained, in a user and in a resize", (size, complaint) => {
    expect(ofUser({ size })).toBe(`Invalid user: ${complaint}`);
    expect(messageOf(parseSize, size)).toBe(`Invalid size: ${complaint}`);
  });

  it("that passes one number for the size is shown both", () => {
    expect(ofUser({ size: 512 })).toBe("Invalid user: size must be an object { cpu, memory }, got a number.");
    expect(messageOf(parseSize, undefined)).toBe(
      "Invalid size: size must be an object { cpu, memory }, got undefined.",
    );
    expect(messageOf(parseSize, null)).toBe("Invalid size: size must be an object { cpu, memory }, got null.");
  });

  it("that passes an access point's ARN learns what ECS wants", () => {
    const arn = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0";
    expect(ofUser({ accessPointId: arn })).toBe(
      "Invalid user: accessPointId: expected the id of an EFS access point: `fsap-` and 8 to 40 hexadecimal digits. " +
        "You passed an ARN; ECS wants the id at its end: fsap-….",
    );
  });

  it("that leaves the image empty learns to leave it out", () => {
    expect(ofUser({ image: "" })).toBe("Invalid user: image must not be empty; leave it out to use the base's.");
    expect(messageOf(parseUserPatch, { image: "" })).toBe(
      "Invalid changes: image must not be empty; pass null to use the base's.",
    );
  });

  it.each([7, 7n])("that passes a %s for the id learns to write it as a text", (userId) => {
    expect(ofUser({ userId })).toBe(`Invalid user: userId must be a string, got a ${typeof userId}: pass String(id).`);
  });

  it.each(["environment", "tags", "secrets"])("that has no value for a name in %s learns to leave it out", (part) => {
    expect(ofUser({ [part]: { A: undefined } })).toBe(`Invalid user: ${part}.A is undefined; leave the name out.`);
    expect(ofUser({ [part]: { A: null } })).toBe(`Invalid user: ${part}.A is null; leave the name out.`);
    expect(ofUser({ [part]: { A: 7 } })).toBe(`Invalid user: ${part}.A must be a string, got a number.`);
  });

  it.each<[unknown, string]>([
    [undefined, "undefined"],
    [null, "null"],
    ["user_2x9", "a string"],
    [[plainUser], "an array"],
  ])("that passes %s learns what a user is", (value, found) => {
    expect(messageOf(parseUser, value)).toBe(`Invalid user: expected an object { userId, ${owned} }, got ${found}.`);
  });

  it("that passes a promise is asked about an await", () => {
    expect(messageOf(parseUser, Promise.resolve(plainUser))).toBe(
      "Invalid user: got a promise; did you forget an await?",
    );
    expect(ofUser({ size: Promise.resolve({ cpu: 512, memory: 1024 }) })).toBe(
      "Invalid user: size is a promise; did you forget an await?",
    );
  });

  it("that passes the whole user as changes learns that a clone keeps its user", () => {
    expect(messageOf(parseUserPatch, plainUser)).toBe(
      `Invalid changes: unknown field "userId". Allowed: ${owned}. ` +
        "Pass only what changes: a clone keeps its user.",
    );
    expect(messageOf(parseUserPatch, { accessPointId: null })).toBe(
      "Invalid changes: accessPointId is null; leave it out (or use undefined) to keep the clone's.",
    );
  });
});

describe("the id of a user", () => {
  it("has 1,024 characters at most, however many bytes they take", () => {
    for (const userId of ["x".repeat(1024), "🦀".repeat(1024)]) {
      expect(parseUser({ ...plainUser, userId }).userId).toBe(userId);
    }
    for (const userId of ["x".repeat(1025), "🦀".repeat(1025)]) {
      expect(ofUser({ userId })).toBe("Invalid user: userId has 1,025 characters. The most is 1,024.");
    }
  });

  it.each(["\u0000", "\u001b[2J", "a\u202eb", "\ud800"])("may hold what cannot be printed: %j", (userId) => {
    expect(parseUser({ ...plainUser, userId }).userId).toBe(userId);
  });
});

describe("names that cannot be printed", () => {
  it.each(["environment", "secrets", "tags"])("are escaped in messages about %s", (part) => {
    expect(ofUser({ [part]: { "A\u0000\u001b\u202e\ud800": 7 } })).toMatch(
      `Invalid user: ${part}.A\\u0000\\u001b\\u202e\\ud800 must be a string, got a number.`,
    );
  });

  it("are escaped where they are unknown members", () => {
    expect(ofUser({ "a\u202eb\u009b": 1 })).toContain('unknown field "a\\u202eb\\u009b".');
  });
});

describe("a reference to a secret", () => {
  const say = (valueFrom: unknown): string => ofUser({ secrets: { KEY: valueFrom } });

  const forms =
    "arn:aws:secretsmanager:<region>:<account>:secret:<name>-AbCdEf for a secret, " +
    "arn:aws:ssm:<region>:<account>:parameter/<name> or /<name> for an SSM parameter";

  it.each(["user-keys/user_2x9", "sk-proj-hunter2", "", " ", "arn:aws:s3:::hunter2"])(
    "that is a name or the secret itself, %j, is answered with the forms to write, and not repeated",
    (valueFrom) => {
      expect(say(valueFrom)).toBe(
        `Invalid user: secrets.KEY must say where ECS finds the secret: ${forms}. ECS would look up a bare name as an SSM parameter.`,
      );
    },
  );

  it.each([`${secret}:`, `${secret}:hunter2`, `${secret}:hunter2:`, `${secret}:hunter2:::`])(
    "with other than three colons after the secret's name, %s, is answered with where they go",
    (valueFrom) => {
      expect(say(valueFrom)).toBe(
        "Invalid user: secrets.KEY has some of the parts after the secret's name, so all three of their colons are needed: " +
          "arn:aws:secretsmanager:<region>:<account>:secret:<name>-AbCdEf:<json-key>:<version-stage>:<version-id>, each of them empty or not.",
      );
    },
  );

  it("with a version stage and a version id is refused: they exclude each other", () => {
    for (const key of ["", "api-key"]) {
      expect(say(`${secret}:${key}:AWSCURRENT:9d4cb84b-ad69-40c0-a0ab-cead3EXAMPLE`)).toBe(
        "Invalid user: secrets.KEY names both a version stage and a version id. ECS takes one of them: leave the other empty, and keep the colons.",
      );
    }
  });

  it.each([`${secret}:my key::`, `${secret}:Zoë's "key"::`, `${secret}: :AWSPREVIOUS:`])(
    "may hold blanks in a JSON key: %s",
    (valueFrom) => {
      expect(parseUser({ ...plainUser, secrets: { KEY: valueFrom } }).secrets).toStrictEqual({ KEY: valueFrom });
    },
  );

  it.each([
    `${secret}:my\nkey::`,
    `${secret}:key: x:`,
    `${secret}:key::x y`,
    `arn:aws:secretsmanager:us-east-1:111122223333:secret:my name::`,
  ])("may hold no blanks elsewhere: %j", (valueFrom) => {
    expect(say(valueFrom)).toContain("secrets.KEY");
  });
});

describe("a user with too much", () => {
  const many = (count: number, value: unknown): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, value]));

  it.each(["secrets", "environment"])("of %s is refused before each is checked", (part) => {
    expect(ofUser({ [part]: many(5001, 7) })).toBe(
      `Invalid user: ${part} has 5,001 entries. A task definition has 64 KiB in all, so 5,000 are more than fit.`,
    );
    expect(messageOf(parseUserPatch, { [part]: many(20_000, 7) })).toBe(
      `Invalid changes: ${part} has 20,000 entries. A task definition has 64 KiB in all, so 5,000 are more than fit.`,
    );
  });

  it("of tags is refused before each is checked, and changes may remove more than there can be", () => {
    expect(ofUser({ tags: many(51, 7) })).toBe("Invalid user: tags has 51 entries. ECS takes 50 tags at most.");
    expect(parseUserPatch({ tags: many(51, null) })).toStrictEqual({ tags: many(51, null) });
  });

  it("of mistakes learns of the first", () => {
    const message = ofUser({ secrets: many(5000, "hunter2") });
    expect(message).toMatch(/And 4,99\d more\.$/);
    expect(message.length).toBeLessThan(4000);
    expect(message).not.toContain("hunter2");
  });
});
