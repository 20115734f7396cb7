import type { ContainerDefinition, KeyValuePair, Secret, Tag, TaskDefinition, Volume } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import type { Order } from "../../src/clone/draft.ts";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import type { DescribedRevision } from "../../src/ecs/revisions.ts";
import type { ContainerParts } from "../../src/user/parts/containers.ts";
import type { CustomValue } from "../../src/user/parts/custom.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { deepFreeze, toArn, toSecretArn } from "../cast.ts";
import { ownAccess, ownVolume, toFitting } from "./volumes.ts";

export const runs = { numRuns: 100 };

/** What a JavaScript object has already, and a careless program loses or mistakes for a member. */
const trickyName = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "0", "length");
/** A user's own may not be called `__proto__`; a base's may. */
const isUsers = ([key]: readonly [string, unknown]): boolean => key !== "__proto__";
const name = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,5}$/) },
  { weight: 1, arbitrary: trickyName },
);

/** Every value of an environment variable begins with this, and nothing else does. */
export const mark = "hunter2-";
export const environmentValue = fc.string({ maxLength: 8 }).map((text) => mark + text);
export const valueFrom = fc.stringMatching(/^[a-z0-9]{1,8}$/).map((text) => toSecretArn(`${text}-AbCdEf`));
export const text = fc.oneof(fc.constant(""), fc.string({ maxLength: 8 }));

/** The same JSON value with nulls sprinkled in: members of their own in objects, and entries in lists. */
export const withNulls = (value: unknown): fc.Arbitrary<unknown> =>
  fc.infiniteStream(fc.nat({ max: 3 })).map((dice) => {
    const isLucky = (): boolean => dice.next().value === 0;
    const sprinkle = (content: unknown): unknown => {
      if (Array.isArray(content)) {
        return content
          .flatMap((entry) => (isLucky() ? [null, sprinkle(entry)] : [sprinkle(entry)]))
          .concat(isLucky() ? [null] : []);
      }
      if (typeof content !== "object" || content === null) return content;
      const members = Object.entries(content).map(([key, member]): [string, unknown] => [key, sprinkle(member)]);
      for (const absent of absentMembers) {
        if (isLucky() && !Object.hasOwn(content, absent)) members.unshift([absent, null]);
      }
      return Object.fromEntries(members);
    };
    return sprinkle(value);
  });

const absentMembers = [
  "efsVolumeConfiguration",
  "executionRoleArn",
  "environment",
  "secrets",
  "name",
  "cpu",
  "memory",
  "other",
];

/** Names with values, no name twice, `__proto__` among them as a member of its own. */
export const record = (value: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<Record<string, string>> =>
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

const sidecarName = fc.constantFrom("log", "proxy", "otel");

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

const targetVolume = (volumeName: "home" | "data"): fc.Arbitrary<Volume> =>
  fc.tuple(ownVolume(volumeName), strangers).map(([own, others]) => ({ ...others, ...own }));

/** Limits that fit into every size there is here. */
const limits = fc.record(
  { cpu: fc.nat({ max: 256 }), memory: fc.integer({ min: 128, max: 512 }), memoryReservation: fc.nat({ max: 128 }) },
  { requiredKeys: [] },
);

const taskDefinition: fc.Arbitrary<TaskDefinition> = fc
  .record({
    target: fc.tuple(container(fc.constant("app")), limits).map(([known, set]) => ({ ...known, ...set })),
    others: list(container(sidecarName), (other) => other.name, 2),
    targetVolume: targetVolume("home"),
    secondVolume: targetVolume("data"),
    volumes: list(volume, (other) => other.name, 2),
    strangers,
    size: fc.option(fc.constantFrom({ cpu: "256", memory: "512" }, { cpu: "512", memory: "1024" }), { nil: {} }),
  })
  .map(({ target, others, targetVolume, secondVolume, volumes, strangers, size }) => ({
    ...strangers,
    ...size,
    taskDefinitionArn: toArn("web", 3),
    family: "web",
    revision: 3,
    status: "ACTIVE" as const,
    executionRoleArn: "arn:aws:iam::111122223333:role/execution",
    taskRoleArn: "arn:aws:iam::111122223333:role/task",
    containerDefinitions: [...others.slice(0, 1), target, ...others.slice(1)],
    volumes: [...volumes.slice(0, 1), targetVolume, ...volumes.slice(1), secondVolume],
  }));

export const base: fc.Arbitrary<DescribedRevision> = fc
  .record({ taskDefinition, tags: list(tag, ({ key }) => key) })
  .map((described) =>
    deepFreeze({
      ...described,
      arn: toArn("web", 3),
      unknownMembers: [],
    }),
  );

/** Names with values, as a user may have them. */
const usersRecord = (value: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> =>
  record(value, 3).map((entries) => Object.fromEntries(Object.entries(entries).filter(isUsers)));

const image = fc.constantFrom("web:1", "web:2");

/** What may be a user's own of any container. */
const containerParts = {
  secrets: usersRecord(valueFrom),
  environment: usersRecord(environmentValue),
  unset: fc.array(name, { maxLength: 4 }),
  image,
};

/** No name is both a secret and a variable, or both set and left out. */
function withoutClashes<Own extends ContainerParts>(own: Own): Own {
  const { secrets = {}, environment = {}, unset } = own;
  const plain = withoutNames(environment, (key) => Object.hasOwn(secrets, key));
  return {
    ...own,
    ...(own.environment && { environment: plain }),
    ...(unset && { unset: unset.filter((key) => !Object.hasOwn(secrets, key) && !Object.hasOwn(plain, key)) }),
  };
}

const withoutNames = (variables: Readonly<Record<string, string>>, isTaken: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(variables).filter(([key]) => !isTaken(key)));

const containers: fc.Arbitrary<Record<string, ContainerParts>> = fc
  .uniqueArray(fc.tuple(sidecarName, fc.record(containerParts, { requiredKeys: [] }).map(withoutClashes)), {
    maxLength: 2,
    selector: ([key]) => key,
  })
  .map((entries) => Object.fromEntries(entries));

/** JSON as a user may have it: no member of an object is null, elements of lists may be. */
const custom: fc.Arbitrary<CustomValue> = fc.letrec<{ value: CustomValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ maxLength: 4, unit: "binary" }),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.oneof(fc.constant(null), tie("value")), { maxLength: 3 }),
    fc.dictionary(
      name.filter((key) => isUsers([key, undefined])),
      tie("value"),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
})).value;

export const user: fc.Arbitrary<UserSpec> = fc
  .record(
    {
      userId: fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
      access: ownAccess,
      ...containerParts,
      containers,
      size: fc.constantFrom({ cpu: 256, memory: 512 }, { cpu: 1024, memory: 2048 }),
      tags: usersRecord(text),
      taskRoleArn: fc.constantFrom("a", "tenants/b").map((role) => `arn:aws:iam::111122223333:role/${role}`),
      ephemeralStorage: fc.integer({ min: 21, max: 200 }).map((sizeInGiB) => ({ sizeInGiB })),
      custom,
    },
    { requiredKeys: ["userId", "access"] },
  )
  .map(({ access, ...others }) => deepFreeze(withoutClashes({ ...others, ...access })));

export const rules: CloneRules = { container: "app", volume: "home" };

/** No plain value takes the place of a base secret. */
function withoutDisplacing<Own extends ContainerParts>(own: Own, container: ContainerDefinition | undefined): Own {
  const taken = new Set(container?.secrets?.map((entry) => entry.name));
  return {
    ...own,
    ...(own.environment && { environment: withoutNames(own.environment, (key) => taken.has(key)) }),
  };
}

/**
 * A base and a user that goes with it: no plain value takes the place of a base secret, and the base has the containers, and is for Fargate if
 * the user has a disk. */
export function toFitted(described: DescribedRevision, spec: UserSpec): [DescribedRevision, UserSpec] {
  const { containerDefinitions } = described.taskDefinition;
  const others = Object.entries(spec.containers ?? {}).flatMap(([key, own]) => {
    const container = containerDefinitions?.find((candidate) => candidate.name === key);
    return container ? [[key, withoutDisplacing(own, container)] as const] : [];
  });
  const fitting = withoutDisplacing(toFitting(spec, described.taskDefinition), targetOf(described.taskDefinition));
  const taskDefinition = { ...described.taskDefinition, requiresCompatibilities: ["FARGATE" as const] };
  const fit = spec.ephemeralStorage === undefined ? described : deepFreeze({ ...described, taskDefinition });
  return [fit, deepFreeze({ ...fitting, ...(spec.containers && { containers: Object.fromEntries(others) }) })];
}

export const pair: fc.Arbitrary<[DescribedRevision, UserSpec]> = fc
  .tuple(base, user)
  .map(([described, spec]) => toFitted(described, spec));

export const targetOf = ({ containerDefinitions }: TaskDefinition): ContainerDefinition | undefined =>
  containerDefinitions?.find((candidate) => candidate.name === "app");

/** The order of a clone for this user. */
export const orderOf = (user: UserSpec): Order => ({ user, family: "web-user" });

/** JSON with its members sorted. As text, since an own member called `constructor` is none of the class to whoever compares objects. */
export const toText = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([first], [second]) => (first < second ? -1 : 1)))
      : member,
  );
