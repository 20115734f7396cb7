import type { ContainerDefinition, KeyValuePair, Secret, Tag, TaskDefinition, Volume } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import type { Order } from "../../src/clone/draft.ts";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import type { DescribedRevision } from "../../src/ecs/revisions.ts";
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

const taskDefinition: fc.Arbitrary<TaskDefinition> = fc
  .record({
    target: container(fc.constant("app")),
    others: list(container(fc.constantFrom("log", "proxy", "otel")), (other) => other.name, 2),
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

/** Names are told apart from the base's secrets by a letter in front, where a plain value is not to displace one. */
export const user: fc.Arbitrary<UserSpec> = fc
  .record(
    {
      userId: fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
      access: ownAccess,
      secrets: usersRecord(valueFrom),
      environment: usersRecord(environmentValue),
      size: fc.constantFrom({ cpu: 256, memory: 512 }, { cpu: 1024, memory: 2048 }),
      image: fc.constantFrom("web:1", "web:2"),
      tags: usersRecord(text),
    },
    { requiredKeys: ["userId", "access"] },
  )
  .map(({ access, ...others }) => {
    const spec = { ...others, ...access };
    const environment = Object.entries(spec.environment ?? {}).filter(
      ([key]) => !Object.hasOwn(spec.secrets ?? {}, key),
    );
    return deepFreeze({ ...spec, ...(spec.environment && { environment: Object.fromEntries(environment) }) });
  });

export const rules: CloneRules = { container: "app", volume: "home" };

/** A base and a user that goes with it: no plain value takes the place of a base secret. */
export const pair: fc.Arbitrary<[DescribedRevision, UserSpec]> = fc.tuple(base, user).map(([described, spec]) => {
  const taken = new Set(targetOf(described.taskDefinition)?.secrets?.map((entry) => entry.name));
  const environment = Object.entries(spec.environment ?? {}).filter(([key]) => !taken.has(key));
  return [
    described,
    deepFreeze({
      ...toFitting(spec, described.taskDefinition),
      ...(spec.environment && { environment: Object.fromEntries(environment) }),
    }),
  ];
});

export const targetOf = ({ containerDefinitions }: TaskDefinition): ContainerDefinition | undefined =>
  containerDefinitions?.find((candidate) => candidate.name === "app");

/** The order of a clone for this user. */
export const orderOf = (user: UserSpec): Order => ({ user, family: "web-user" });
