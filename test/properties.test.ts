import { inspect, isDeepStrictEqual } from "node:util";
import type {
  ContainerDefinition,
  KeyValuePair,
  RegisterTaskDefinitionCommandInput,
  Secret,
  Tag,
  TaskDefinition,
  Volume,
} from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDraft } from "../src/clone/draft.ts";
import { type CloneRules, deriveClone } from "../src/derivation/derive-clone.ts";
import { toRegisterInput } from "../src/derivation/register-input.ts";
import { noUnknownMembers } from "../src/ecs/lossless.ts";
import type { DescribedRevision } from "../src/ecs/revisions.ts";
import { InvalidInputError, TaskDefClonerError } from "../src/errors.ts";
import { parseCallOptions, parseCloneOptions, parseOptions, parseRecloneOptions } from "../src/options.ts";
import { renderPlan, toChanges } from "../src/plan/changes.ts";
import { toCanonicalText } from "../src/record/canonical-text.ts";
import { readProvenance, toDigest, toUserSpec } from "../src/record/record.ts";
import { toPatched } from "../src/user/merge-patch.ts";
import { parseSize, parseUser, parseUserPatch, type UserSpec } from "../src/user/user.ts";
import { deepFreeze, toArn, toSecretArn } from "./cast.ts";

const runs = { numRuns: 100 };

/** What a JavaScript object has already, and a careless program loses or mistakes for a member. */
const trickyName = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "0", "length");
const name = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,5}$/) },
  { weight: 1, arbitrary: trickyName },
);

/** Every value of an environment variable begins with this, and nothing else does. */
const mark = "hunter2-";
const environmentValue = fc.string({ maxLength: 8 }).map((text) => mark + text);
const valueFrom = fc.stringMatching(/^[a-z0-9]{1,8}$/).map((text) => toSecretArn(`${text}-AbCdEf`));
const accessPointId = fc.stringMatching(/^fsap-[0-9a-f]{8,17}$/);
const text = fc.oneof(fc.constant(""), fc.string({ maxLength: 8 }));

/** Names with values, no name twice, `__proto__` among them as a member of its own. */
const record = (value: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<Record<string, string>> =>
  fc
    .uniqueArray(fc.tuple(name, value), { maxLength, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries));

const list = <Value>(element: fc.Arbitrary<Value>, selector: (value: Value) => unknown, maxLength = 4) =>
  fc.uniqueArray(element, { maxLength, selector });

const variable: fc.Arbitrary<KeyValuePair> = fc.record({ name, value: environmentValue });
const secret: fc.Arbitrary<Secret> = fc.record({ name, valueFrom });
const tag: fc.Arbitrary<Tag> = fc.record({ key: name, value: text });

/** Members of which the library knows nothing, empty values among them. */
const strangers = fc.dictionary(
  fc.constantFrom("quantumMode", "links", "stopTimeout", "healthCheck", "dnsServers"),
  fc.constantFrom("", 0, false, [], {}, "x", [""], { a: { b: [0] } }),
);

/** A name is a variable or a secret in one container, never both: ECS takes it once. */
const container = (containerName: fc.Arbitrary<string>): fc.Arbitrary<ContainerDefinition> =>
  fc
    .record(
      {
        name: containerName,
        image: text,
        environment: fc.array(variable, { maxLength: 4 }),
        secrets: list(secret, (entry) => entry.name),
        command: fc.array(text, { maxLength: 2 }),
        dockerLabels: record(text, 2),
        strangers,
      },
      { requiredKeys: ["name", "strangers"] },
    )
    .map(({ strangers, environment, ...known }) => {
      const secretNames = new Set(known.secrets?.map((entry) => entry.name));
      const kept = environment?.filter((entry) => !secretNames.has(entry.name));
      return { ...strangers, ...known, ...(kept && { environment: kept }) };
    });

const volume: fc.Arbitrary<Volume> = fc
  .record({ name: fc.constantFrom("a", "b", "c"), fileSystemId: text, rootDirectory: text, strangers })
  .map(({ name, strangers, ...efsVolumeConfiguration }) => ({ ...strangers, name, efsVolumeConfiguration }));

const targetVolume: fc.Arbitrary<Volume> = fc
  .record({
    efs: fc.record(
      {
        fileSystemId: text,
        rootDirectory: fc.constantFrom("/", ""),
        transitEncryption: fc.constantFrom("ENABLED" as const, "DISABLED" as const),
        transitEncryptionPort: fc.nat(),
        authorizationConfig: fc.record({ iam: fc.constant("ENABLED" as const), accessPointId }, { requiredKeys: [] }),
      },
      { requiredKeys: ["fileSystemId"] },
    ),
    strangers,
  })
  .map(({ efs, strangers }) => ({ ...strangers, name: "home", efsVolumeConfiguration: efs }));

const taskDefinition: fc.Arbitrary<TaskDefinition> = fc
  .record({
    target: container(fc.constant("app")),
    others: list(container(fc.constantFrom("log", "proxy", "otel")), (other) => other.name, 2),
    targetVolume,
    volumes: list(volume, (other) => other.name, 2),
    strangers,
    size: fc.option(fc.constantFrom({ cpu: "256", memory: "512" }, { cpu: "512", memory: "1024" }), { nil: {} }),
  })
  .map(({ target, others, targetVolume, volumes, strangers, size }) => ({
    ...strangers,
    ...size,
    taskDefinitionArn: toArn("web", 3),
    family: "web",
    revision: 3,
    status: "ACTIVE" as const,
    executionRoleArn: "arn:aws:iam::111122223333:role/execution",
    containerDefinitions: [...others.slice(0, 1), target, ...others.slice(1)],
    volumes: [...volumes.slice(0, 1), targetVolume, ...volumes.slice(1)],
  }));

const base: fc.Arbitrary<DescribedRevision> = fc
  .record({ taskDefinition, tags: list(tag, ({ key }) => key) })
  .map((described) =>
    deepFreeze({
      ...described,
      arn: toArn("web", 3),
      unknownMembers: noUnknownMembers,
      isPlain: false,
      answeredAt: undefined,
    }),
  );

/** Names are told apart from the base's secrets by a letter in front, where a plain value is not to displace one. */
const user: fc.Arbitrary<UserSpec> = fc
  .record(
    {
      userId: fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
      accessPointId,
      secrets: record(valueFrom, 3),
      environment: record(environmentValue, 3),
      size: fc.constantFrom({ cpu: 256, memory: 512 }, { cpu: 1024, memory: 2048 }),
      image: fc.constantFrom("web:1", "web:2"),
      tags: record(text, 3),
    },
    { requiredKeys: ["userId", "accessPointId"] },
  )
  .map((spec) => {
    const environment = Object.entries(spec.environment ?? {}).filter(
      ([key]) => !Object.hasOwn(spec.secrets ?? {}, key),
    );
    return deepFreeze({ ...spec, ...(spec.environment && { environment: Object.fromEntries(environment) }) });
  });

const rules: CloneRules = { container: "app", volume: "home" };

/** A base and a user that goes with it: no plain value takes the place of a base secret. */
const pair: fc.Arbitrary<[DescribedRevision, UserSpec]> = fc.tuple(base, user).map(([described, spec]) => {
  const taken = new Set(targetOf(described.taskDefinition)?.secrets?.map((entry) => entry.name));
  const environment = Object.entries(spec.environment ?? {}).filter(([key]) => !taken.has(key));
  return [
    described,
    deepFreeze({ ...spec, ...(spec.environment && { environment: Object.fromEntries(environment) }) }),
  ];
});

const targetOf = ({ containerDefinitions }: TaskDefinition): ContainerDefinition | undefined =>
  containerDefinitions?.find((candidate) => candidate.name === "app");

/** A user with no secrets is one with an empty list of them. As entries, an own `__proto__` is compared like any other name. */
const toComparable = ({ secrets, environment, tags, ...spec }: UserSpec) => ({
  ...spec,
  secrets: toEntries(secrets),
  environment: toEntries(environment),
  tags: toEntries(tags),
});

const toEntries = (variables: Readonly<Record<string, string>> = {}) =>
  Object.entries(variables).sort(([first], [second]) => (first < second ? -1 : 1));

describe("deriving", () => {
  it("changes only what is declared", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const { input } = deriveClone(described, spec, rules);
        const before = toRegisterInput(described.taskDefinition);
        const { family, containerDefinitions, volumes, tags, cpu, memory, ...rest } = input;
        const { family: _, containerDefinitions: containers = [], volumes: mounts = [], ...kept } = before;
        expect(family).toBe("web-user");
        expect({ ...rest, ...(spec.size ? {} : { cpu, memory }) }).toEqual(
          spec.size ? without(kept, ["cpu", "memory"]) : kept,
        );

        expect(containerDefinitions?.map((other) => other.name)).toStrictEqual(containers.map((other) => other.name));
        for (const [index, other] of containers.entries()) {
          const clone: ContainerDefinition = containerDefinitions?.[index] ?? {};
          if (other.name !== "app") expect(clone).toBe(other);
          else expectOnlyVariablesAndImage(clone, other, spec);
        }
        for (const [index, other] of mounts.entries()) {
          const clone: Volume = volumes?.[index] ?? { name: "" };
          if (other.name !== "home") expect(clone).toBe(other);
          else expectOnlyAccessPoint(clone, other, spec);
        }
        const userTags = spec.tags ?? {};
        expect((tags ?? []).filter(({ key = "" }) => !Object.hasOwn(userTags, key))).toStrictEqual(
          described.tags.filter(({ key = "" }) => !Object.hasOwn(userTags, key)),
        );
      }),
      runs,
    );
  });

  it("gives the user everything, once", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const { input } = deriveClone(described, spec, rules);
        const { environment = [], secrets = [], image } = targetOf(input) ?? {};
        const own = [...environment, ...secrets].map((entry) => entry.name);
        for (const [key, value] of Object.entries(spec.environment ?? {})) {
          expect(environment.filter((entry) => entry.name === key)).toStrictEqual([{ name: key, value }]);
          expect(own.filter((other) => other === key)).toHaveLength(1);
        }
        for (const [key, from] of Object.entries(spec.secrets ?? {})) {
          expect(secrets.filter((entry) => entry.name === key)).toStrictEqual([{ name: key, valueFrom: from }]);
          expect(own.filter((other) => other === key)).toHaveLength(1);
        }
        for (const [key, value] of Object.entries(spec.tags ?? {})) {
          expect(input.tags?.filter((entry) => entry.key === key)).toStrictEqual([{ key, value }]);
        }
        if (spec.image !== undefined) expect(image).toBe(spec.image);
        if (spec.size) expect([input.cpu, input.memory]).toStrictEqual([`${spec.size.cpu}`, `${spec.size.memory}`]);
      }),
      runs,
    );
  });

  it("is pure: frozen inputs are not touched, and equal inputs give equal outputs", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const first = toDraft(described, spec, rules, "token");
        const second = toDraft(deepFreeze(structuredClone(described)), structuredClone(spec), rules, "token");
        expect(JSON.stringify(second)).toBe(JSON.stringify(first));
      }),
      runs,
    );
  });
});

const without = (value: object, members: readonly string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([member]) => !members.includes(member)));

function expectOnlyVariablesAndImage(clone: ContainerDefinition, before: ContainerDefinition, spec: UserSpec): void {
  const declared = ["environment", "secrets", "image"];
  expect(without(clone, declared)).toStrictEqual(without(before, declared));
  if (spec.image === undefined) expect(clone.image).toBe(before.image);
  const isUsers = ({ name = "" }: KeyValuePair): boolean =>
    Object.hasOwn(spec.environment ?? {}, name) || Object.hasOwn(spec.secrets ?? {}, name);
  for (const member of ["environment", "secrets"] as const) {
    const kept = (clone[member] ?? []).filter((entry) => !isUsers(entry));
    expect(kept).toStrictEqual((before[member] ?? []).filter((entry) => !isUsers(entry)));
    if (Object.keys(spec.environment ?? {}).length + Object.keys(spec.secrets ?? {}).length === 0) {
      expect(clone[member]).toBe(before[member]);
    }
  }
}

function expectOnlyAccessPoint(clone: Volume, before: Volume, spec: UserSpec): void {
  const { efsVolumeConfiguration: efs, ...rest } = clone;
  const { efsVolumeConfiguration: was, ...kept } = before;
  expect(rest).toStrictEqual(kept);
  expect(efs).toStrictEqual({
    ...was,
    transitEncryption: "ENABLED",
    authorizationConfig: { ...was?.authorizationConfig, accessPointId: spec.accessPointId },
  });
}

/** The register input as ECS might describe it: in another order, with defaults filled in. */
const toDescribed = (input: RegisterTaskDefinitionCommandInput) => {
  const shuffled = <Element>(elements: readonly Element[] = []) =>
    fc.shuffledSubarray([...elements], { minLength: elements.length });
  return fc
    .tuple(
      shuffled(input.containerDefinitions),
      shuffled(input.volumes),
      shuffled(input.tags),
      fc.infiniteStream(fc.nat()),
    )
    .map(([containers, volumes, tags, numbers]) => {
      // Of a name that is repeated the order tells which one counts.
      const toShuffled = <Element extends { name?: string | undefined }>(elements: readonly Element[]): Element[] => {
        const orders = new Map(elements.map(({ name }) => [name, numbers.next().value ?? 0]));
        return elements.toSorted((first, second) => (orders.get(first.name) ?? 0) - (orders.get(second.name) ?? 0));
      };
      return {
        ...input,
        volumes,
        ...(input.tags && { tags }),
        containerDefinitions: containers.map((other) => ({
          ...other,
          ...(other.environment && { environment: toShuffled(other.environment) }),
          ...(other.secrets && { secrets: toShuffled(other.secrets) }),
        })),
      };
    });
};

const draftOf = ([base, spec]: [DescribedRevision, UserSpec]) => ({ spec, draft: toDraft(base, spec, rules, "token") });

describe("the record", () => {
  it("gives the user back, from what ECS describes in an order and with defaults of its own", () => {
    const revision = pair
      .map(draftOf)
      .chain(({ spec, draft }) => fc.tuple(fc.constant(spec), toDescribed(draft.input)));
    fc.assert(
      fc.property(revision, ([spec, clone]) => {
        const withDefaults = {
          ...clone,
          placementConstraints: [],
          containerDefinitions: clone.containerDefinitions?.map((other) => ({
            cpu: 0,
            environment: [],
            mountPoints: [],
            volumesFrom: [],
            essential: true,
            ...other,
          })),
        };
        const reading = readProvenance(withDefaults);
        if (reading.kind !== "record") throw new Error(reading.kind);
        const { record, container } = reading;
        const readBack = toUserSpec(withDefaults, record.userId, record.own, container);
        expect(readBack && toComparable(readBack)).toStrictEqual(toComparable(spec));
      }),
      runs,
    );
  });

  it("has a digest that no order of named things changes", () => {
    const shuffled = pair
      .map(draftOf)
      .chain(({ draft }) => fc.tuple(fc.constant(draft.input), toDescribed(draft.input)));
    fc.assert(
      fc.property(shuffled, ([input, clone]) => {
        expect(toDigest(toCanonicalText(clone))).toBe(toDigest(toCanonicalText(input)));
      }),
      runs,
    );
  });

  it("has a digest that every single change changes", () => {
    fc.assert(
      fc.property(pair.map(draftOf), fc.nat(), fc.constantFrom("remove", "replace", "add"), ({ draft }, place, how) => {
        const places = toPlaces(draft.content);
        const path = places[place % places.length] ?? [];
        const changed = withChange(draft.content, path, how);
        expect(toDigest(toCanonicalText(changed))).not.toBe(draft.record.digest);
      }),
      runs,
    );
  });
});

type Path = readonly (string | number)[];

/** Every place in a value, its own members and elements and theirs. */
function toPlaces(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return path.length > 0 ? [path] : [];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const below = steps.flatMap((step) => toPlaces(Object(value)[step], [...path, step]));
  return path.length > 0 ? [path, ...below] : below;
}

/** The value with one change at a place: gone, another, or one more of it. */
function withChange(value: unknown, [step, ...path]: Path, how: string): unknown {
  if (step === undefined) {
    if (how === "add" && Array.isArray(value)) return [...value, "more"];
    if (how === "add" && typeof value === "object" && value !== null) return { ...value, more: 1 };
    return { replaced: value };
  }
  const isRemoved = path.length === 0 && how === "remove";
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => {
      if (index !== step) return [element];
      return isRemoved ? [] : [withChange(element, path, how)];
    });
  }
  return Object.fromEntries(
    Object.entries(Object(value)).flatMap(([member, content]) => {
      if (member !== step) return [[member, content]];
      return isRemoved ? [] : [[member, withChange(content, path, how)]];
    }),
  );
}

describe("a merge patch", () => {
  /** What `after` changes of `before`, as a JSON Merge Patch. */
  const toPatch = (before: unknown, after: unknown): unknown => {
    if (!isRecord(before) || !isRecord(after)) return after;
    const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const entries = members.map((member) => {
      if (!Object.hasOwn(after, member)) return [member, null] as const;
      return [member, toPatch(Object.hasOwn(before, member) ? before[member] : undefined, after[member])] as const;
    });
    return Object.fromEntries(entries);
  };
  const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

  const two = fc.tuple(pair, user).map(([[described, before], other]) => {
    const after = { ...other, userId: before.userId };
    return { described, before, after };
  });

  it("turns one user into another", () => {
    fc.assert(
      fc.property(two, ({ before, after }) => {
        expect(isDeepStrictEqual(toPatched(before, toPatch(before, after)), after)).toBe(true);
      }),
      runs,
    );
  });

  it("and its inverse give the same digest", () => {
    fc.assert(
      fc.property(two, ({ described, before, after }) => {
        const there = toPatched(before, toPatch(before, after));
        const back = toPatched(there, toPatch(there, before));
        // The cast: the inverse of a patch to a user is that user.
        const { record } = toDraft(described, back as UserSpec, rules, "token");
        expect(record.digest).toBe(toDraft(described, before, rules, "token").record.digest);
      }),
      runs,
    );
  });
});

describe("bad input", () => {
  const parsers = {
    user: parseUser,
    changes: parseUserPatch,
    size: parseSize,
    options: parseOptions,
    "clone's options": parseCloneOptions,
    "reclone's options": parseRecloneOptions,
    "call's options": parseCallOptions,
  };
  const member = fc.constantFrom(
    ...["userId", "accessPointId", "secrets", "environment", "size", "image", "tags", "cpu", "memory", "client"],
    ...["baseFamily", "reserved", "fargateMemory", "current", "deploy", "signal", "__proto__", "constructor"],
  );
  /** JSON that looks like what is wanted, and JSON that does not. */
  const json = fc.oneof(
    fc.jsonValue(),
    fc
      .uniqueArray(fc.tuple(member, fc.oneof(fc.jsonValue(), record(text, 2), accessPointId)), {
        selector: ([key]) => key,
      })
      .map((entries) => Object.fromEntries(entries)),
    user.map((spec) => ({ ...spec })),
  );

  it.each(Object.entries(parsers))("for the %s is refused as such, or is none", (_, parse) => {
    fc.assert(
      fc.property(json, (value) => {
        let parsed: unknown;
        try {
          parsed = parse(value);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
          return;
        }
        // What is taken is taken whole: nothing is lost on the way, `__proto__` least of all.
        expect(isDeepStrictEqual(parsed, value)).toBe(true);
      }),
      runs,
    );
  });

  it("is also whatever no JSON can hold", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
        for (const parse of Object.values(parsers)) {
          try {
            parse(value);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInputError);
          }
        }
      }),
      runs,
    );
  });

  it("is refused by the derivation with one of the library's errors, or carried out", () => {
    fc.assert(
      fc.property(base, user, fc.constantFrom("app", "log", undefined), (described, spec, containerName) => {
        try {
          deriveClone(described, spec, { container: containerName, reserved: [/^A/], volume: "home" });
        } catch (error) {
          expect(error).toBeInstanceOf(TaskDefClonerError);
        }
      }),
      runs,
    );
  });
});

describe("values of environment variables", () => {
  it("stand in no change and no rendered plan", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const { content, base, record, warnings } = toDraft(described, spec, rules, "token");
        const before = { ...toRegisterInput(base.taskDefinition), tags: [...base.tags] };
        const changes = toChanges(before, content);
        const whole = [...changes, ...toChanges({ family: "web", containerDefinitions: [] }, content)];
        const plan = {
          userId: "user",
          family: record.family,
          baseArn: base.arn,
          changes: whole,
          carried: [],
          warnings,
          input: content,
        };
        expect(inspect(whole, { depth: null }) + renderPlan(plan) + JSON.stringify(record)).not.toContain(mark);
      }),
      runs,
    );
  });

  it("stand in no error", () => {
    const wrong = fc.record(
      {
        userId: fc.constantFrom("user", 7),
        accessPointId: fc.constantFrom("fsap-01234567", "x"),
        environment: record(environmentValue, 3),
        secrets: record(fc.oneof(valueFrom, environmentValue), 3),
        size: fc.constantFrom({ cpu: 256, memory: 7 }, { cpu: 256 }),
        image: environmentValue.map((value) => `${value} x`),
        tags: record(environmentValue, 3),
      },
      { requiredKeys: ["userId", "accessPointId"] },
    );
    fc.assert(
      fc.property(base, wrong, (described, value) => {
        try {
          toDraft(described, parseUser(value), { ...rules, reserved: [/^[A-M]/] }, "token");
        } catch (error) {
          expect(inspect(error, { depth: null, showHidden: true })).not.toContain(mark);
        }
      }),
      runs,
    );
  });
});
