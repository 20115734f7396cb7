import { ECS, ECSClient } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../src/errors.ts";
import { parseCallOptions, parseCloneOptions, parseOptions, parseRecloneOptions } from "../src/options.ts";

const client = { send: () => Promise.resolve({}) };
const required = { client, baseFamily: "isol8-dev-openclaw" };
const defaults = {
  maxBaseRevisions: 100,
  waitForBaseMs: 0,
  unknownMembers: "carry",
  unverified: "allow",
  requestTimeoutMs: 10_000,
  deadlineMs: 120_000,
};

const wrong = (complaints: string): InvalidInputError =>
  new InvalidInputError(`Invalid options of TaskDefCloner: ${complaints}.`);

describe("parseOptions", () => {
  it("fills in the defaults", () => {
    expect(parseOptions(required)).toStrictEqual({ ...required, ...defaults });
  });

  it("treats undefined as absent", () => {
    const absent = Object.fromEntries(
      [
        "cloneFamily",
        "container",
        "volume",
        "shared",
        "size",
        "reserved",
        "copyTags",
        "fargateMemory",
        "customize",
        "isBase",
        "maxBaseRevisions",
        "waitForBaseMs",
        "unknownMembers",
        "verify",
        "unverified",
        "requestTimeoutMs",
        "deadlineMs",
        "onEvent",
      ].map((option) => [option, undefined]),
    );
    expect(parseOptions({ ...required, ...absent })).toEqual({ ...required, ...defaults });
  });

  it("keeps what is given", () => {
    const given = {
      client,
      baseFamily: "app",
      cloneFamily: (userId: string) => `app-${userId}`,
      container: "web",
      volume: "home",
      shared: ["data"],
      size: { cpu: 256, memory: 512 },
      reserved: ["PORT", /^AWS_/],
      copyTags: false,
      fargateMemory: { 256: [512], 512: [] },
      customize: (input: unknown) => input,
      isBase: () => true,
      maxBaseRevisions: 1,
      waitForBaseMs: 5000,
      unknownMembers: "refuse",
      verify: { toChecks: () => [], run: async () => ({ ok: true, complete: true, results: [] }) },
      unverified: "refuse",
      requestTimeoutMs: 1,
      deadlineMs: 0,
      onEvent: () => {},
    };
    const settings = parseOptions(given);
    expect(settings).toStrictEqual(given);
    expect(settings.client).toBe(client);
  });

  it("accepts both kinds of SDK clients", () => {
    for (const sdkClient of [new ECSClient({ region: "us-east-1" }), new ECS({ region: "us-east-1" })]) {
      expect(parseOptions({ ...required, client: sdkClient }).client).toBe(sdkClient);
    }
  });

  it.each([undefined, null, {}, { send: "x" }, () => {}, "client"])("rejects %s as a client", (value) => {
    expect(() => parseOptions({ ...required, client: value })).toThrow(
      wrong("client: expected an ECSClient of @aws-sdk/client-ecs"),
    );
  });

  it.each(["app:42", "arn:aws:ecs:us-east-1:111122223333:task-definition/app:42"])(
    "rejects %s as the base family, and explains why a revision cannot be pinned",
    (baseFamily) => {
      expect(() => parseOptions({ client, baseFamily })).toThrow(
        new InvalidInputError(
          `The option \`baseFamily\` takes the bare name of a family, found "${baseFamily}". ` +
            "A revision that is pinned goes stale with the next deploy of the base; the newest is looked up at every call.",
        ),
      );
    },
  );

  it.each(["", "a b", "app/web", "x".repeat(256)])("rejects %j as the base family", (baseFamily) => {
    expect(() => parseOptions({ client, baseFamily })).toThrow(
      new InvalidInputError(
        `The option \`baseFamily\` takes the bare name of a family, found "${baseFamily}". A family has 1 to 255 letters, digits, \`_\` and \`-\`.`,
      ),
    );
  });

  it("rejects a clone family that is known to be wrong", () => {
    expect(() => parseOptions({ ...required, cloneFamily: "isol8-dev-openclaw" })).toThrow(
      new InvalidInputError(
        "The clone family is the base family isol8-dev-openclaw. A clone there would be taken for the next user's base. Choose another `cloneFamily`.",
      ),
    );
    expect(() => parseOptions({ ...required, cloneFamily: "app:1" })).toThrow(InvalidInputError);
    expect(() => parseOptions({ client, baseFamily: "x".repeat(251) })).toThrow(InvalidInputError);
  });

  it("does not call a `cloneFamily` function before there is a user", () => {
    const cloneFamily = (): string => {
      throw new Error("called");
    };
    expect(parseOptions({ ...required, cloneFamily }).cloneFamily).toBe(cloneFamily);
  });

  it("rejects unknown options by name", () => {
    expect(() => parseOptions({ ...required, baseFamilly: "app", cache: true })).toThrow(
      /^Invalid options of TaskDefCloner: unknown options "baseFamilly", "cache"\. Allowed: client, baseFamily, .*, onEvent\.$/,
    );
  });

  it.each<[string, unknown]>([
    ["baseFamily", undefined],
    ["baseFamily", 7],
    ["cloneFamily", 7],
    ["container", ""],
    ["volume", ""],
    ["volume", true],
    ["volume", []],
    ["volume", [""]],
    ["volume", ["home", "home"]],
    ["shared", "data"],
    ["shared", [7]],
    ["size", { cpu: 256 }],
    ["size", { cpu: 256, memory: -1 }],
    ["reserved", "PORT"],
    ["reserved", [""]],
    ["reserved", [7]],
    ["copyTags", "no"],
    ["fargateMemory", { small: [512] }],
    ["fargateMemory", { 256: 512 }],
    ["fargateMemory", { 256: ["512"] }],
    ["customize", {}],
    ["isBase", true],
    ["maxBaseRevisions", 0],
    ["maxBaseRevisions", 1.5],
    ["waitForBaseMs", -1],
    ["waitForBaseMs", 2 ** 31],
    ["unknownMembers", "drop"],
    ["verify", true],
    ["unverified", "ignore"],
    ["requestTimeoutMs", 0],
    ["requestTimeoutMs", 2 ** 31],
    ["deadlineMs", -1],
    ["deadlineMs", Number.POSITIVE_INFINITY],
    ["onEvent", "log"],
  ])("rejects %s of %j, and names the option", (option, value) => {
    expect(() => parseOptions({ ...required, [option]: value })).toThrow(InvalidInputError);
    expect(() => parseOptions({ ...required, [option]: value })).toThrow(
      new RegExp(`^Invalid options of TaskDefCloner: ${option}[.: ]`),
    );
  });

  it.each([
    ["container", "", "container must not be empty."],
    ["size", { cpu: "256", memory: 512 }, 'size.cpu must be a number of CPU units (512, not "512").'],
    ["size", null, "size is null; leave it out (or use undefined)."],
    ["reserved", "PORT", "reserved must be an array, got a string."],
    ["reserved", [7], "reserved.0: expected a name or a RegExp."],
    ["copyTags", "no", "copyTags must be true or false, got a string."],
    ["fargateMemory", { small: [512] }, "fargateMemory.small is not a valid name."],
    ["customize", {}, "customize must be a function, got an object."],
    ["maxBaseRevisions", 1.5, "maxBaseRevisions must be a whole number."],
    ["waitForBaseMs", 2 ** 31, "waitForBaseMs must be at most 2147483647."],
    ["requestTimeoutMs", 0, "requestTimeoutMs must be above 0."],
    ["requestTimeoutMs", "512", "requestTimeoutMs must be a number, got a string."],
    ["unknownMembers", "drop", 'unknownMembers must be "carry" or "refuse".'],
    ["verify", {}, "verify: expected a verifier: what createVerifier() of taskdef-cloner/verify returns."],
    ["client", Promise.resolve(client), "client is a promise; did you forget an await?"],
  ])("says of %s %j what it must be", (option, value, complaint) => {
    expect(() => parseOptions({ ...required, [option]: value })).toThrow(
      new InvalidInputError(`Invalid options of TaskDefCloner: ${complaint}`),
    );
  });

  it.each([undefined, null, "app", 7, []])("rejects %j as options", (options) => {
    expect(() => parseOptions(options)).toThrow(InvalidInputError);
  });
});

const { signal } = new AbortController();
const deploy = (): void => {};

describe("parseCloneOptions", () => {
  it("accepts `current`, `deploy` and `signal`, or none of them", () => {
    expect(parseCloneOptions({ current: "arn", deploy, signal })).toStrictEqual({ current: "arn", deploy, signal });
    expect(parseCloneOptions({})).toStrictEqual({});
  });

  it.each([
    [{ curent: "arn" }, 'unknown option "curent". Allowed: current, attempt, deploy, verify, signal.'],
    [{ current: 7 }, "current: expected a clone's ARN (clone.arn), got a number (a revision?)."],
    [
      { current: { arn: "arn" } },
      "current: expected a clone's ARN (clone.arn), got an object; did you mean clone.arn?",
    ],
    [{ current: Promise.resolve("arn") }, "current is a promise; did you forget an await?"],
    [{ current: null }, "current is null; leave it out (or use undefined) if the user has no clone yet."],
    [{ deploy: "now" }, "deploy must be a function, got a string."],
    [{ deploy: null }, "deploy is null; leave it out (or use undefined)."],
    [null, "expected an object { current, attempt, deploy, verify, signal }, got null."],
  ])("rejects %j", (options, complaint) => {
    expect(() => parseCloneOptions(options)).toThrow(new InvalidInputError(`Invalid options: ${complaint}`));
  });

  it("rejects an invalid signal", () => {
    expect(() => parseCloneOptions({ signal: { aborted: false } })).toThrow(
      "Invalid options: signal must be an AbortSignal, got an object.",
    );
  });
});

describe("parseRecloneOptions", () => {
  it("accepts `deploy` and `signal`", () => {
    expect(parseRecloneOptions({ deploy, signal })).toStrictEqual({ deploy, signal });
  });

  it("rejects `current`, which is its subject", () => {
    expect(() => parseRecloneOptions({ current: "arn" })).toThrow(
      new InvalidInputError('Invalid options: unknown option "current". Allowed: attempt, deploy, verify, signal.'),
    );
  });
});

describe("parseCallOptions", () => {
  it("accepts `signal` and nothing else", () => {
    expect(parseCallOptions({ signal })).toStrictEqual({ signal });
    expect(() => parseCallOptions({ deploy })).toThrow(
      new InvalidInputError('Invalid options: unknown option "deploy". Allowed: signal.'),
    );
  });
});
