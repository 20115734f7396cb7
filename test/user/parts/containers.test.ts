import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError, UnfitBaseError } from "../../../src/errors.ts";
import { toOwnDigest } from "../../../src/record/record.ts";
import { toPatched } from "../../../src/user/merge-patch.ts";
import { notesSchema, readBackUser, refuseImpossibleParts, toNotes } from "../../../src/user/own-parts.ts";
import { parseUser, parseUserPatch } from "../../../src/user/parse-user.ts";
import { withContainers } from "../../../src/user/parts/containers.ts";
import { withEnvironment } from "../../../src/user/parts/environment.ts";
import { withImage } from "../../../src/user/parts/image.ts";
import { withSecrets } from "../../../src/user/parts/secrets.ts";
import { withoutVariables } from "../../../src/user/parts/unset.ts";
import type { UserSpec } from "../../../src/user/user.ts";
import { deepFreeze, named, plainUser, target, toSecretArn, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const rules = { container: "openclaw", volume: "workspace" };
const sidecar = { ...target, container: "otel-collector" };

const own = deepFreeze({
  secrets: { OPENAI_API_KEY: toSecretArn("user-keys/user_7k1-AbCdEf"), OTHER_KEY: "/other" },
  environment: { MODE: "hunter2" },
  unset: ["AWS_REGION"],
  image: "otel:user",
});
const user = deepFreeze({ ...plainUser, containers: { "otel-collector": own } });

const sidecarOf = (input: Pick<RegisterTaskDefinitionCommandInput, "containerDefinitions">): ContainerDefinition =>
  named(input.containerDefinitions, "otel-collector");

describe("withContainers", () => {
  it("does to another container what the steps do to the user's own", () => {
    let expected = withoutVariables(typicalBase, sidecar, own.unset);
    expected = withSecrets(expected, sidecar, own.secrets);
    expected = withEnvironment(expected, sidecar, own.environment);
    expected = withImage(expected, sidecar, own.image);
    expect(withContainers(typicalBase, target, user.containers)).toStrictEqual(expected);
    expect(sidecarOf(expected)).toMatchObject({
      image: "otel:user",
      environment: [{ name: "MODE", value: "hunter2" }],
      secrets: [
        { name: "OPENAI_API_KEY", valueFrom: own.secrets.OPENAI_API_KEY },
        { name: "OTHER_KEY", valueFrom: "/other" },
      ],
    });
  });

  it("changes several containers of a maximal base, and shares all others", () => {
    const [openclaw, sidecar, empty] = maximalBase.containerDefinitions ?? [];
    const containers = { empty: { image: "empty:user" }, sidecar: { unset: [], image: "sidecar:user" } };
    const input = withContainers(maximalBase, target, containers);
    expect(input).toStrictEqual({
      ...maximalBase,
      containerDefinitions: [openclaw, { ...sidecar, image: "sidecar:user" }, { ...empty, image: "empty:user" }],
    });
    expect(input.containerDefinitions?.[0]).toBe(openclaw);
    expect(input.volumes).toBe(maximalBase.volumes);
  });

  it.each([{}, { "otel-collector": {} }, { lost: { secrets: {}, environment: {}, unset: [] } }, { openclaw: {} }])(
    "gives the same input for nothing: %j",
    (containers) => {
      expect(withContainers(typicalBase, target, containers)).toBe(typicalBase);
    },
  );

  it.each<[string, object]>([
    ["secrets", { secrets: { A: "/a" } }],
    ["environment", { environment: { A: "a" } }],
    ["unset", { unset: ["A"] }],
    ["image", { image: "web:1" }],
  ])("refuses %s of a container that the base does not have, and lists those that it has", (_, parts) => {
    expect(() => withContainers(typicalBase, target, { sidecar: parts })).toThrow(
      new UnfitBaseError(
        "Base isol8-dev-openclaw:42 has no container sidecar, which the user's containers name. It has openclaw, otel-collector. Name one of them, " +
          'or give up what the user has there: reclone with {"containers":{"sidecar":null}}.',
      ),
    );
  });

  it("refuses a base without containers", () => {
    const base = { family: "app", containerDefinitions: undefined };
    expect(() => withContainers(base, target, user.containers)).toThrow(/ It has none\. /);
  });

  it("refuses the user's own container, and says where its parts go", () => {
    expect(() => withContainers(typicalBase, target, { openclaw: { image: "web:1" } })).toThrow(
      new InvalidInputError(
        "The user's containers name openclaw, which is the user's own container in base isol8-dev-openclaw:42. The user's own parts of it are given " +
          "without `containers`: as the user's `secrets`, `environment`, `unset` and `image`.",
      ),
    );
  });

  it.each<[object, string]>([
    [{ secrets: { KEY: "/key" } }, "The user's secrets for container otel-collector set KEY,"],
    [{ environment: { KEY: "hunter2" } }, "The user's environment for container otel-collector set KEY,"],
    [{ unset: ["KEY"] }, "The user's unset for container otel-collector leaves out KEY,"],
  ])("refuses a reserved name in %j", (parts, message) => {
    const containers = { "otel-collector": parts };
    expect(() => withContainers(typicalBase, target, containers, ["KEY"])).toThrow(InvalidInputError);
    expect(() => withContainers(typicalBase, target, containers, ["KEY"])).toThrow(message);
    expect(() => refuseImpossibleParts({ ...plainUser, containers }, { reserved: ["KEY"] })).toThrow(message);
  });

  it("refuses to displace a secret of the container", () => {
    const containers = { "otel-collector": { environment: { OPENAI_API_KEY: "hunter2" } } };
    expect(() => withContainers(typicalBase, target, containers)).toThrow(
      /^The user's environment sets OPENAI_API_KEY, which is a secret in container otel-collector of base /,
    );
  });

  it("refuses secrets where the base has no execution role", () => {
    const base = { ...typicalBase, executionRoleArn: undefined };
    expect(() => withContainers(base, target, user.containers)).toThrow(UnfitBaseError);
  });
});

describe("a user's containers", () => {
  const errorOf = (parse: (value: unknown) => unknown, value: unknown): unknown => {
    try {
      return parse(value);
    } catch (error) {
      return error;
    }
  };

  it.each<[unknown, string]>([
    [
      [{ name: "log" }],
      "containers must be an object { container: { unset, secrets, environment, image } }, not ECS's array of { name, image, … }.",
    ],
    [null, "containers is null; leave it out (or use undefined) if the user has none."],
    [{ log: "log:1" }, "containers.log must be an object { unset, secrets, environment, image }, got a string."],
    [{ log: { size: 1 } }, 'containers.log: unknown field "size". Allowed: unset, secrets, environment, image.'],
    [{ log: { secrets: { KEY: "hunter2" } } }, "containers.log.secrets.KEY must say where ECS finds the secret: "],
    [{ log: { image: "" } }, "containers.log.image must not be empty; leave it out to use the base's."],
    [
      { log: { secrets: { KEY: "/key" }, environment: { KEY: "hunter2" } } },
      "containers.log.environment.KEY: the name is among the user's secrets too; ECS takes a name once per container.",
    ],
    [
      { log: { environment: { KEY: "hunter2" }, unset: ["KEY"] } },
      "containers.log.unset names KEY, which the user's environment set: leave a name out or set it, not both.",
    ],
    [JSON.parse('{ "__proto__": {} }'), "containers: `__proto__` cannot be a name here."],
  ])("%j are refused with what to pass", (containers, complaint) => {
    const error = errorOf(parseUser, { ...plainUser, containers });
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(complaint) });
    expect(String(error)).not.toContain("hunter2");
  });

  it("may name in one container what another one sets or leaves out", () => {
    const containers = { log: { secrets: { KEY: "/key" } }, proxy: { unset: ["KEY"] } };
    const spec = { ...plainUser, environment: { KEY: "x" }, containers };
    expect(parseUser(spec)).toStrictEqual(spec);
  });

  it.each<[object, object | undefined]>([
    [
      { "otel-collector": { secrets: { OTHER_KEY: null } } },
      { ...own, secrets: { OPENAI_API_KEY: own.secrets.OPENAI_API_KEY } },
    ],
    [{ "otel-collector": { secrets: null, image: null } }, { environment: own.environment, unset: own.unset }],
    [{ "otel-collector": { unset: ["B"] } }, { ...own, unset: ["B"] }],
    [{ "otel-collector": { unset: null } }, { secrets: own.secrets, environment: own.environment, image: own.image }],
    [{ "otel-collector": null }, undefined],
  ])("are changed by the merge patch %j", (containers, expected) => {
    const patch = parseUserPatch({ containers });
    const patched = parseUser(toPatched(user, patch));
    expect(patched.containers?.["otel-collector"]).toStrictEqual(expected);
  });

  it("may have a reserved name taken off by a patch", () => {
    const changes = { containers: { log: { secrets: { KEY: null }, unset: null }, proxy: null, web: undefined } };
    expect(refuseImpossibleParts(parseUserPatch(changes), { reserved: ["KEY"] })).toBeUndefined();
    const set = { containers: { log: { secrets: { KEY: "/key" } }, proxy: null } };
    expect(() => refuseImpossibleParts(parseUserPatch(set), { reserved: ["KEY"] })).toThrow(InvalidInputError);
  });

  it("are noted by names, sorted, whatever their order", () => {
    const notes = {
      "otel-collector": {
        unset: ["AWS_REGION"],
        secrets: ["OPENAI_API_KEY", "OTHER_KEY"],
        environment: ["MODE"],
        image: true,
      },
      web: { image: true },
    };
    const one = toNotes({ ...plainUser, containers: { web: { image: "web:1" }, ...user.containers } });
    const other = toNotes({ ...plainUser, containers: { ...user.containers, web: { image: "web:1" } } });
    expect(one).toStrictEqual({ accessPointId: true, containers: notes });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(notesSchema().parse(one)).toStrictEqual(one);
  });

  it.each([{}, { log: {} }, { log: { secrets: {}, environment: {}, unset: [] } }])(
    "are not noted where nothing is the user's own: %j",
    (containers) => {
      expect(toNotes({ ...plainUser, containers })).toStrictEqual(toNotes(plainUser));
    },
  );

  it.each([{}, { log: {} }, { log: { secrets: [], environment: [], unset: [], image: false } }])(
    "read as none from a note of nothing: %j",
    (containers) => {
      expect(notesSchema().parse({ accessPointId: true, containers })).toStrictEqual({ accessPointId: true });
      const noted = { accessPointId: true, containers: { ...containers, web: { image: true } } };
      expect(notesSchema().parse(noted)).toStrictEqual({ accessPointId: true, containers: { web: { image: true } } });
    },
  );

  it("call a note that this version does not know unrecognized", () => {
    const { error } = notesSchema().safeParse({ containers: { log: { command: true } } });
    expect(error?.issues.map(({ code }) => code)).toStrictEqual(["unrecognized_keys"]);
  });

  it("are vouched for, each by its name", () => {
    const digestOf = (containers: NonNullable<UserSpec["containers"]>) =>
      toOwnDigest({ ...plainUser, containers }, target);
    const digest = digestOf(user.containers);
    expect(digestOf({ "otel-collector": { ...own, unset: ["AWS_REGION", "AWS_REGION"] }, log: {} })).toBe(digest);
    expect(digestOf({ log: own })).not.toBe(digest);
    expect(digestOf({ "otel-collector": { ...own, environment: { MODE: "x" } } })).not.toBe(digest);
  });
});

describe("the containers of a clone", () => {
  const { input, warnings } = deriveClone({ taskDefinition: typicalBase }, user, rules);
  const read = (changes: object) => {
    const containerDefinitions = input.containerDefinitions?.map((container) =>
      container.name === "otel-collector" ? { ...container, ...changes } : container,
    );
    return readBackUser({ ...input, containerDefinitions }, user.userId, target, toNotes(user));
  };

  it("are read back as they were given", () => {
    expect(read({})).toStrictEqual(user);
    expect(warnings).toStrictEqual([]);
  });

  it.each<[string, object]>([
    ["a secret", { secrets: [] }],
    ["a variable", { environment: undefined }],
    ["the image", { image: undefined }],
    ["the container", { name: "otel" }],
  ])("are not read back from a container that lacks %s", (_, changes) => {
    expect(read(changes)).toBeUndefined();
  });

  it("are not read back from a container that has a left-out variable again", () => {
    const environment = [...(sidecarOf(input).environment ?? []), { name: "AWS_REGION", value: "eu-west-1" }];
    expect(read({ environment })).toBeUndefined();
  });

  it("warn as the user's own does", () => {
    const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/otel:user";
    const containerDefinitions = typicalBase.containerDefinitions.map((container) => ({
      ...container,
      repositoryCredentials: { credentialsParameter: toSecretArn("registry") },
    }));
    const derived = deriveClone(
      { taskDefinition: { ...typicalBase, containerDefinitions } },
      { ...plainUser, containers: { "otel-collector": { image } } },
      rules,
    );
    expect(derived.warnings).toStrictEqual([
      expect.stringContaining("Container otel-collector of base isol8-dev-openclaw:42 has repositoryCredentials"),
    ]);
  });
});
