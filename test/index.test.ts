import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import { ECS, ECSClient } from "@aws-sdk/client-ecs";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as library from "../src/index.ts";
import {
  type Change,
  type Clone,
  type CloneOptions,
  type ClonePlan,
  type CloneRef,
  type ClonerEvent,
  deriveClone,
  type EcsBusyError,
  type Inspection,
  InvalidInputError,
  type IsBase,
  type NotACloneError,
  type OutcomeUnknownError,
  type RecloneOptions,
  type Size,
  TaskDefCloner,
  TaskDefClonerError,
  type TaskDefClonerOptions,
  toRegisterInput,
  type UnfitBaseError,
  type UserPatch,
  type UserSpec,
  withSize,
} from "../src/index.ts";

describe("the package's entry", () => {
  it("exports what is public, and nothing else", () => {
    expect(Object.keys(library).sort()).toStrictEqual([
      "EcsBusyError",
      "FailedVerificationError",
      "InvalidInputError",
      "NotACloneError",
      "OutcomeUnknownError",
      "RequestTimeoutError",
      "TaskDefCloner",
      "TaskDefClonerError",
      "UnexpectedResponseError",
      "UnfitBaseError",
      "deriveClone",
      "familyPerUser",
      "fargateMemory",
      "hasNoAccessPoint",
      "hasTag",
      "isNotRegisteredBy",
      "isRegisteredBy",
      "isWorthRetrying",
      "lacksTag",
      "provenanceLabel",
      "renderPlan",
      "toChanges",
      "toCloneFamily",
      "toRegisterInput",
      "toSizeWarnings",
      "toTarget",
      "withAccessPoint",
      "withAccessPoints",
      "withContainers",
      "withEnvironment",
      "withEphemeralStorage",
      "withFamily",
      "withImage",
      "withSecrets",
      "withSize",
      "withTags",
      "withTaskRole",
      "withoutVariables",
    ]);
  });
});

// What follows is checked by the compiler: at run time it only has to be true that it is never called.
const client = new ECSClient({ region: "us-east-1" });
const cloner = new TaskDefCloner({ client, baseFamily: "app" });
const user: UserSpec = { userId: "user_2x9", accessPointId: "fsap-01234567" };

/** A client of another version of the SDK: a class with private members of its own never fits another class. */
declare class OtherClient {
  private readonly endpoint: string;
  protected readonly retries: number;
  readonly config: { readonly region: () => Promise<string>; readonly maxAttempts: () => Promise<number> };
  send(
    command: OtherCommand,
    options?: { abortSignal?: AbortSignal; requestTimeout?: number },
  ): Promise<{ cpu?: string }>;
  send(command: OtherCommand, done: (error: unknown) => void): void;
  send(command: OtherCommand, options: object, done: (error: unknown) => void): void;
}

declare class OtherCommand {
  private readonly kind: string;
  readonly input: object;
}

describe("TaskDefClonerOptions", () => {
  it("takes every client of the SDK", () => {
    expectTypeOf<{ client: ECSClient; baseFamily: string }>().toExtend<TaskDefClonerOptions>();
    expectTypeOf<{ client: ECS; baseFamily: string }>().toExtend<TaskDefClonerOptions>();
    expect(new TaskDefCloner({ client: new ECS({ region: "us-east-1" }), baseFamily: "app" })).toBeInstanceOf(
      TaskDefCloner,
    );
  });

  it("takes the client of another version of the SDK, and every client that can send", () => {
    type Client = TaskDefClonerOptions["client"];
    expectTypeOf<OtherClient>().toExtend<Client>();
    expectTypeOf<OtherClient>().not.toExtend<ECSClient>();
    expectTypeOf<{ send: (command: OtherCommand) => Promise<unknown> }>().toExtend<Client>();
    expectTypeOf<{ send: ECSClient["send"] }>().toExtend<Client>();
    expectTypeOf<{ send: ECSClient["send"]; config: { region: string } }>().toExtend<Client>();
    expectTypeOf<{ send: ECSClient["send"]; config: { region: () => string } }>().toExtend<Client>();
  });

  it("takes nothing that cannot send", () => {
    type Client = TaskDefClonerOptions["client"];
    expectTypeOf<object>().not.toExtend<Client>();
    expectTypeOf<{ config: ECSClient["config"] }>().not.toExtend<Client>();
    expectTypeOf<{ send: string }>().not.toExtend<Client>();
    expectTypeOf<{ send: (command: object) => void }>().not.toExtend<Client>();
    expectTypeOf<{ send: ECSClient["send"]; config: { region: number } }>().not.toExtend<Client>();
    // @ts-expect-error: no `send`
    expect(() => new TaskDefCloner({ client: { config: {} }, baseFamily: "app" })).toThrow(InvalidInputError);
  });

  it("needs a client and a base family", () => {
    // @ts-expect-error: no client
    expect(() => new TaskDefCloner({ baseFamily: "app" })).toThrow(InvalidInputError);
    // @ts-expect-error: no base family
    expect(() => new TaskDefCloner({ client })).toThrow(InvalidInputError);
    // @ts-expect-error: no options
    expect(() => new TaskDefCloner()).toThrow(InvalidInputError);
  });

  it("refuses a typo, half a size and a value that is none of the choices", () => {
    // @ts-expect-error: a typo
    expect(() => new TaskDefCloner({ client, baseFamily: "app", reserve: [] })).toThrow(InvalidInputError);
    // @ts-expect-error: half a size
    expect(() => new TaskDefCloner({ client, baseFamily: "app", size: { cpu: 256 } })).toThrow(InvalidInputError);
    // @ts-expect-error: none of the choices
    expect(() => new TaskDefCloner({ client, baseFamily: "app", unknownMembers: "drop" })).toThrow(InvalidInputError);
  });
});

describe("UserSpec", () => {
  it("needs an id, and an access point unless an option says otherwise, which no type knows", () => {
    expectTypeOf<{ userId: string }>().toExtend<UserSpec>();
    expectTypeOf<{ accessPointId: string }>().not.toExtend<UserSpec>();
    expectTypeOf<{ userId: string; accessPointId: string }>().toExtend<UserSpec>();
  });

  it("takes numbers for the size, always both, and text for variables and tags", () => {
    expectTypeOf<Size>().toEqualTypeOf<{ readonly cpu: number; readonly memory: number }>();
    expectTypeOf<{ userId: string; accessPointId: string; size: { cpu: number } }>().not.toExtend<UserSpec>();
    expectTypeOf<{ userId: string; accessPointId: string; environment: { A: number } }>().not.toExtend<UserSpec>();
    expectTypeOf<{ userId: string; accessPointId: string; tags: { A: undefined } }>().not.toExtend<UserSpec>();
  });

  it("cannot be changed once it is made", () => {
    // @ts-expect-error: read-only
    const rename = (): string => (user.userId = "user_7k1");
    expectTypeOf(rename).returns.toBeString();
  });
});

describe("UserPatch", () => {
  it("takes null for what is to be removed, and never changes whose clone it is", () => {
    expectTypeOf<{
      secrets: { A: null };
      environment: null;
      size: null;
      image: null;
      tags: null;
    }>().toExtend<UserPatch>();
    expectTypeOf<{ size: { cpu: number } }>().toExtend<UserPatch>();
    expectTypeOf<UserPatch>().not.toHaveProperty("userId");
    expectTypeOf<{ accessPointId: null }>().toExtend<UserPatch>();
  });
});

describe("TaskDefCloner", () => {
  it("returns a clone, a plan, an inspection, or nothing", () => {
    expectTypeOf(cloner.clone).returns.resolves.toEqualTypeOf<Clone>();
    expectTypeOf(cloner.reclone).returns.resolves.toEqualTypeOf<Clone>();
    expectTypeOf(cloner.resize).returns.resolves.toEqualTypeOf<Clone>();
    expectTypeOf(cloner.plan).returns.resolves.toEqualTypeOf<ClonePlan>();
    expectTypeOf(cloner.inspect).returns.resolves.toEqualTypeOf<Inspection>();
    expectTypeOf(cloner.retire).returns.resolves.toEqualTypeOf<void>();
  });

  it("takes what the calls are about", () => {
    expectTypeOf(cloner.clone).parameters.toEqualTypeOf<[user: UserSpec, options?: CloneOptions | undefined]>();
    expectTypeOf(cloner.reclone).parameters.toEqualTypeOf<
      [clone: CloneRef, changes?: UserPatch | undefined, options?: RecloneOptions | undefined]
    >();
    expectTypeOf(cloner.resize).parameters.toEqualTypeOf<
      [clone: CloneRef, size: Size, options?: RecloneOptions | undefined]
    >();
    expectTypeOf<RecloneOptions>().not.toHaveProperty("current");
  });

  it("refuses a typo in a call's options, half a size and a user without an access point", async () => {
    // @ts-expect-error: a typo
    await expect(cloner.clone(user, { curent: "arn" })).rejects.toThrow(InvalidInputError);
    // @ts-expect-error: half a size
    await expect(cloner.resize("arn", { cpu: 256 })).rejects.toThrow(InvalidInputError);
    await expect(cloner.plan({ userId: "user_2x9" })).rejects.toThrow(InvalidInputError);
  });

  it("gives an array of warnings and a number of revision", () => {
    expectTypeOf<Clone>().toEqualTypeOf<{
      readonly arn: string;
      readonly family: string;
      readonly revision: number;
      readonly baseArn: string;
      readonly userId: string;
      readonly reused: boolean;
      readonly resumed: boolean;
      readonly warnings: readonly string[];
    }>();
  });
});

describe("the pure functions", () => {
  it("take and give the SDK's own types", () => {
    expectTypeOf(toRegisterInput).toEqualTypeOf<
      (taskDefinition: TaskDefinition) => RegisterTaskDefinitionCommandInput
    >();
    expectTypeOf(deriveClone).returns.toHaveProperty("input").toEqualTypeOf<RegisterTaskDefinitionCommandInput>();
    expectTypeOf(withSize).parameter(2).toEqualTypeOf<Size>();
    expectTypeOf<IsBase>().returns.toEqualTypeOf<boolean>();
    expectTypeOf<Change["kind"]>().toEqualTypeOf<"added" | "removed" | "changed">();
  });
});

describe("the errors", () => {
  it("can be told apart by class and by name", () => {
    expectTypeOf<InvalidInputError["name"]>().toEqualTypeOf<"InvalidInputError">();
    expectTypeOf<UnfitBaseError["name"]>().toEqualTypeOf<"UnfitBaseError">();
    expectTypeOf<NotACloneError>().toHaveProperty("arn").toBeString();
    expectTypeOf<EcsBusyError>().toHaveProperty("attempts").toBeNumber();
    expectTypeOf<OutcomeUnknownError>().toExtend<TaskDefClonerError>();
    // @ts-expect-error: the base class is not to be made
    expect(new TaskDefClonerError("no")).toBeInstanceOf(Error);
  });
});

describe("ClonerEvent", () => {
  it("is narrowed by its type", () => {
    expectTypeOf<Extract<ClonerEvent, { type: "registered" }>>().toEqualTypeOf<{
      readonly type: "registered";
      readonly arn: string;
      readonly userId: string;
    }>();
    expectTypeOf<Extract<ClonerEvent, { type: "regsitered" }>>().toBeNever();
  });
});
