import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import { InvalidInputError, UnfitBaseError } from "../../src/errors.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { deepFreeze, named, plainUser, target, typicalBase, typicalTags, typicalUser } from "../cast.ts";
import { maximalBase, maximalTags } from "../maximal-base.ts";

const names = { container: "openclaw", volume: "workspace" } as const;
const typical = deepFreeze({ taskDefinition: typicalBase, tags: typicalTags });
const maximal = deepFreeze({ taskDefinition: maximalBase, tags: maximalTags });

describe("deriveClone", () => {
  it("gives a plain user the base with nothing but the family and the access point changed", () => {
    const volume = named(maximalBase.volumes, "workspace");
    expect(deriveClone(maximal, plainUser, names)).toStrictEqual({
      input: {
        ...toRegisterInput(maximalBase),
        family: "isol8-dev-openclaw-user",
        volumes: [
          {
            ...volume,
            efsVolumeConfiguration: {
              ...volume.efsVolumeConfiguration,
              transitEncryption: "ENABLED",
              authorizationConfig: { iam: "ENABLED", accessPointId: plainUser.accessPointId },
            },
          },
          named(maximalBase.volumes, "other"),
          named(maximalBase.volumes, "empty"),
        ],
        tags: maximalTags,
      },
      family: "isol8-dev-openclaw-user",
      target,
      warnings: [],
    });
  });

  it("gives a user with everything a maximal base with all of it changed, and nothing else", () => {
    const { repositoryCredentials, ...container } = named(maximalBase.containerDefinitions, "openclaw");
    const volume = named(maximalBase.volumes, "workspace");
    const { input } = deriveClone(maximal, typicalUser, names);
    expect(input).toStrictEqual({
      ...toRegisterInput(maximalBase),
      family: "isol8-dev-openclaw-user",
      cpu: "1024",
      memory: "4096",
      containerDefinitions: [
        {
          ...container,
          image: typicalUser.image,
          // The base's 1, 2 and 1, and the difference between the sizes.
          cpu: 513,
          memory: 3074,
          memoryReservation: 3073,
          environment: [
            { name: "NODE_ENV", value: "production" },
            { name: "CODEX_HOME", value: "/home/node/.codex" },
            { name: "", value: "" },
            { name: "GREETING", value: "hunter2 says hello" },
          ],
          secrets: [
            ...(container.secrets ?? []),
            { name: "OPENAI_API_KEY", valueFrom: typicalUser.secrets.OPENAI_API_KEY },
            { name: "ANTHROPIC_API_KEY", valueFrom: typicalUser.secrets.ANTHROPIC_API_KEY },
          ],
        },
        named(maximalBase.containerDefinitions, "sidecar"),
        named(maximalBase.containerDefinitions, "empty"),
      ],
      volumes: [
        {
          ...volume,
          efsVolumeConfiguration: {
            ...volume.efsVolumeConfiguration,
            transitEncryption: "ENABLED",
            authorizationConfig: { iam: "ENABLED", accessPointId: typicalUser.accessPointId },
          },
        },
        named(maximalBase.volumes, "other"),
        named(maximalBase.volumes, "empty"),
      ],
      tags: [...maximalTags, { key: "user", value: "user_2x9" }, { key: "team", value: "agents-eu" }],
    });
  });

  it("shares with the base what it does not change", () => {
    const { input } = deriveClone(maximal, typicalUser, names);
    for (const name of ["sidecar", "empty"]) {
      expect(named(input.containerDefinitions, name)).toBe(named(maximalBase.containerDefinitions, name));
    }
    for (const name of ["other", "empty"]) expect(named(input.volumes, name)).toBe(named(maximalBase.volumes, name));
    const container = named(input.containerDefinitions, "openclaw");
    expect(container.linuxParameters).toBe(named(maximalBase.containerDefinitions, "openclaw").linuxParameters);
    expect(input.proxyConfiguration).toBe(maximalBase.proxyConfiguration);
  });

  it("leaves absent what the base lacks, roles above all", () => {
    const taskDefinition = deepFreeze({
      taskDefinitionArn: "arn:aws:ecs:eu-west-1:111122223333:task-definition/app:7",
      family: "app",
      containerDefinitions: [{ name: "web", image: "web", mountPoints: [{ sourceVolume: "home" }] }],
      volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-1" } }],
    });
    const user = { ...plainUser, environment: { A: "1" } };
    expect(deriveClone({ taskDefinition }, user)).toStrictEqual({
      input: {
        family: "app-user",
        containerDefinitions: [{ ...taskDefinition.containerDefinitions[0], environment: [{ name: "A", value: "1" }] }],
        volumes: [
          {
            name: "home",
            efsVolumeConfiguration: {
              fileSystemId: "fs-1",
              transitEncryption: "ENABLED",
              authorizationConfig: { accessPointId: plainUser.accessPointId },
            },
          },
        ],
      },
      family: "app-user",
      target: { baseName: "app:7", container: "web", volumes: ["home"] },
      warnings: [],
    });
  });

  it("carries members that the SDK does not know", () => {
    const taskDefinition = {
      ...typicalBase,
      containerDefinitions: typicalBase.containerDefinitions.map((container) => ({ ...container, quantumMode: "ON" })),
    };
    const { input } = deriveClone({ taskDefinition }, typicalUser, names);
    for (const container of input.containerDefinitions ?? []) expect(container).toHaveProperty("quantumMode", "ON");
  });

  it("speaks of a base without an ARN by its family", () => {
    const { taskDefinitionArn, ...taskDefinition } = typicalBase;
    expect(deriveClone({ taskDefinition }, plainUser, names).target.baseName).toBe("isol8-dev-openclaw");
  });

  it("refuses a base without a family", () => {
    const { family, ...taskDefinition } = typicalBase;
    expect(() => deriveClone({ taskDefinition }, plainUser, { ...names, cloneFamily: "tenants" })).toThrow(
      new UnfitBaseError("The base has no family, so neither have its clones."),
    );
  });

  it("finds the only container and the only EFS volume without their names", () => {
    const taskDefinition = { ...typicalBase, containerDefinitions: typicalBase.containerDefinitions.slice(0, 1) };
    expect(deriveClone({ taskDefinition }, plainUser).target).toStrictEqual(target);
  });

  it("refuses a base in which it cannot tell the user's container", () => {
    expect(() => deriveClone(typical, plainUser)).toThrow(
      new UnfitBaseError(
        "Base isol8-dev-openclaw:42 has 2 containers: openclaw, otel-collector. Name the user's in the option `container`.",
      ),
    );
  });

  it("puts clones into the family that the rules say", () => {
    const cloneFamily = (userId: string): string => `tenants-${userId.length}`;
    expect(deriveClone(typical, plainUser, { ...names, cloneFamily }).input.family).toBe("tenants-8");
  });

  it("gives users without a size of their own the default size", () => {
    const rules = { ...names, size: { cpu: 256, memory: 512 } };
    expect(deriveClone(typical, plainUser, rules).input).toMatchObject({ cpu: "256", memory: "512" });
    expect(deriveClone(typical, typicalUser, rules).input).toMatchObject({ cpu: "1024", memory: "4096" });
  });

  it("keeps the base's size where there is neither", () => {
    expect(deriveClone(typical, plainUser, names).input).toMatchObject({ cpu: "512", memory: "1024" });
  });

  it("warns where a container's own limit is kept below a raised size", () => {
    const taskDefinition = deepFreeze({
      ...typicalBase,
      containerDefinitions: [
        { name: "openclaw", image: "web", memory: 1024, mountPoints: [{ sourceVolume: "workspace" }] },
      ],
    });
    expect(deriveClone({ taskDefinition }, typicalUser).warnings).toStrictEqual([]);
    const { warnings } = deriveClone({ taskDefinition }, typicalUser, { containerLimits: "keep" });
    expect(warnings).toStrictEqual([
      "Container openclaw of base isol8-dev-openclaw:42 has a memory of its own, 1024, which keeps it below the task's 4096. " +
        "Remove the container's memory from the base so that the task's reaches the user.",
    ]);
  });

  it("goes by the rules' table of Fargate sizes", () => {
    const rules = { ...names, fargateMemory: { 1024: [4097] } };
    expect(() => deriveClone(typical, typicalUser, rules)).toThrow(
      new InvalidInputError(
        "Fargate doesn't support 1024 CPU units with 4096 MiB. With 1024 CPU units, choose 4097 MiB.",
      ),
    );
  });

  it("keeps reserved names from secrets and from the environment", () => {
    expect(() => deriveClone(typical, typicalUser, { ...names, reserved: ["ANTHROPIC_API_KEY"] })).toThrow(
      new InvalidInputError(
        "The user's secrets set ANTHROPIC_API_KEY, which the option `reserved` keeps for the platform. Choose other names.",
      ),
    );
    expect(() => deriveClone(typical, typicalUser, { ...names, reserved: [/^CODEX_/] })).toThrow(
      new InvalidInputError(
        "The user's environment set CODEX_HOME, which the option `reserved` keeps for the platform. Choose other names.",
      ),
    );
  });

  it("leaves the base's tags behind when told to", () => {
    expect(deriveClone(typical, plainUser, { ...names, copyTags: false }).input).not.toHaveProperty("tags");
    expect(deriveClone(typical, typicalUser, { ...names, copyTags: false }).input.tags).toStrictEqual([
      { key: "user", value: "user_2x9" },
      { key: "team", value: "agents-eu" },
    ]);
    expect(deriveClone(typical, plainUser, { ...names, copyTags: true }).input.tags).toStrictEqual(typicalTags);
  });

  it("never sends an empty list of tags", () => {
    expect(deriveClone({ taskDefinition: typicalBase, tags: [] }, plainUser, names).input).not.toHaveProperty("tags");
    expect(deriveClone({ taskDefinition: typicalBase }, plainUser, names).input).not.toHaveProperty("tags");
  });

  it("sets a secret of the user's over a base secret and a plain value next to it, in one container", () => {
    const { input } = deriveClone(typical, { ...plainUser, secrets: { LOG_LEVEL: "/level" } }, names);
    const { secrets, environment } = named(input.containerDefinitions, "openclaw");
    expect(secrets?.at(-1)).toStrictEqual({ name: "LOG_LEVEL", valueFrom: "/level" });
    expect(environment?.map(({ name }) => name)).not.toContain("LOG_LEVEL");
  });
});

describe("customize", () => {
  type Customize = (input: RegisterTaskDefinitionCommandInput, user: UserSpec) => RegisterTaskDefinitionCommandInput;
  const customized = (customize: Customize, user: UserSpec = typicalUser) =>
    deriveClone(typical, user, { ...names, customize }).input;
  const { input: derived } = deriveClone(typical, typicalUser, names);

  it("runs last, on what the transforms made", () => {
    expect(customized((input) => ({ ...input, pidMode: "task", cpu: input.cpu }))).toStrictEqual({
      ...derived,
      pidMode: "task",
    });
  });

  it("is given the user", () => {
    const input = customized((input, { userId }) => ({ ...input, placementConstraints: [{ expression: userId }] }));
    expect(input.placementConstraints).toStrictEqual([{ expression: "user_2x9" }]);
  });

  it("may change its copy in place, which leaves the base as it was", () => {
    const input = customized((input) => {
      for (const container of input.containerDefinitions ?? []) container.readonlyRootFilesystem = false;
      return input;
    });
    expect(input).toStrictEqual({
      ...derived,
      containerDefinitions: derived.containerDefinitions?.map((container) => ({
        ...container,
        readonlyRootFilesystem: false,
      })),
    });
  });

  it("may change what is the base's: variables, tags, and a size or image that are not the user's", () => {
    const input = customized(
      (input) => ({
        ...input,
        cpu: "256",
        memory: "2048",
        containerDefinitions: (input.containerDefinitions ?? []).map((container) => ({
          ...container,
          image: "other",
          environment: [],
        })),
        tags: [{ key: "mine", value: "1" }],
      }),
      plainUser,
    );
    expect(input).toMatchObject({ cpu: "256", memory: "2048", tags: [{ key: "mine", value: "1" }] });
  });

  it("may put things in another order", () => {
    const input = customized((input) => ({
      ...input,
      containerDefinitions: input.containerDefinitions?.toReversed(),
      tags: input.tags?.toReversed(),
    }));
    expect(input.containerDefinitions).toStrictEqual(derived.containerDefinitions?.toReversed());
  });

  it("may not set the label that says what is a clone, on whichever container", () => {
    const sidecar = { name: "another", image: "another", dockerLabels: { "taskdef-cloner.clone": "mine" } };
    expect(() =>
      customized((input) => ({ ...input, containerDefinitions: [sidecar, ...(input.containerDefinitions ?? [])] })),
    ).toThrow(
      new InvalidInputError(
        "The option `customize` may not set the label taskdef-cloner.clone: it says what is a clone.",
      ),
    );
  });

  it("may not change the family", () => {
    expect(() => customized((input) => ({ ...input, family: "isol8-dev-openclaw" }))).toThrow(
      new InvalidInputError(
        "The option `customize` may not change the family: it was isol8-dev-openclaw-user and became isol8-dev-openclaw. Use the option `cloneFamily`.",
      ),
    );
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["text", "input"],
    ["no containers", { family: "isol8-dev-openclaw-user" }],
    ["no family", { containerDefinitions: [] }],
    ["containers that are no list", { family: "isol8-dev-openclaw-user", containerDefinitions: {} }],
  ])("may not return %s", (_, result) => {
    const rules = { ...names, customize: () => result };
    // @ts-expect-error: the type forbids it; JavaScript does not.
    expect(() => deriveClone(typical, typicalUser, rules)).toThrow(
      new InvalidInputError(
        "The option `customize` must return the input to register. Its result has no family or no containers.",
      ),
    );
  });

  const touched = new InvalidInputError(
    "The option `customize` changed or removed one of the user's own parts, or brought back what the user leaves out: the parts that were given for " +
      'user "user_2x9" must stay as they are. Change the user instead.',
  );
  const inContainer = (change: object): Customize => {
    return (input) => ({
      ...input,
      containerDefinitions: input.containerDefinitions?.map((container) =>
        container.name === "openclaw" ? { ...container, ...change } : container,
      ),
    });
  };
  const environment = (value: string) => [
    { name: "CODEX_HOME", value: "/home/node/.codex" },
    { name: "GREETING", value },
  ];

  it.each<[string, Customize]>([
    ["remove the user's volume", (input) => ({ ...input, volumes: [] })],
    [
      "change the access point",
      (input) => ({
        ...input,
        volumes: [
          {
            name: "workspace",
            efsVolumeConfiguration: { fileSystemId: "fs-1", authorizationConfig: { accessPointId: "fsap-00000000" } },
          },
        ],
      }),
    ],
    [
      "remove the user's container",
      (input) => ({ ...input, containerDefinitions: input.containerDefinitions?.slice(1) }),
    ],
    ["remove secrets", inContainer({ secrets: [] })],
    ["change an environment value", inContainer({ environment: environment("hunter3") })],
    ["remove an environment variable", inContainer({ environment: environment("").slice(0, 1) })],
    ["change the image", inContainer({ image: "other" })],
    ["remove the image", inContainer({ image: undefined })],
    ["change the size", (input) => ({ ...input, memory: "2048" })],
    ["remove the size", (input) => ({ ...input, cpu: undefined })],
    [
      "change a tag",
      (input) => ({
        ...input,
        tags: [
          { key: "user", value: "x" },
          { key: "team", value: "agents-eu" },
        ],
      }),
    ],
    ["remove the tags", (input) => ({ ...input, tags: undefined })],
  ])("may not %s where it is the user's own", (_, customize) => {
    expect(() => customized(customize)).toThrow(touched);
  });

  it("sends no tags where it empties their list, which ECS would refuse", () => {
    expect(customized((input) => ({ ...input, tags: [] }), plainUser)).not.toHaveProperty("tags");
  });

  it("lets what it throws through", () => {
    const error = new Error("no");
    expect(() =>
      customized(() => {
        throw error;
      }),
    ).toThrow(error);
  });
});
