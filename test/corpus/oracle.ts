/**
 * What a clone may differ in from its base, worked out once more. It shares no code with the library, and takes JSON as ECS describes it: every
 * value by its path, with the names of containers, variables, volumes and tags in place of positions.
 */

/** What differs, by path. */
export type Changes = Readonly<Record<string, unknown>>;

/** Stands for a value that the base has and the clone lacks. */
export const gone = "(gone)";

/** What only a registered revision has. */
const readOnly = [
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "registeredBy",
  "deregisteredAt",
  "deleteRequestedAt",
];

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.map(membersOf) : []);

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Every value of a definition by its path. */
function toPaths(value: unknown, path: string, found: Map<string, unknown>): Map<string, unknown> {
  const steps = Array.isArray(value) ? toSteps(value) : isMembers(value) ? Object.entries(value) : undefined;
  if (steps === undefined) return found.set(path, value);
  if (steps.length === 0) return found.set(path, Array.isArray(value) ? "(empty list)" : "(empty object)");
  for (const [step, content] of steps) {
    const next = Array.isArray(value) ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`;
    toPaths(Array.isArray(value) ? withoutName(content) : content, next, found);
  }
  return found;
}

/** The elements of a list by their names, or by their positions. */
function toSteps(list: readonly unknown[]): [string, unknown][] {
  const taken = new Map<string, number>();
  return list.map((element, index) => {
    const { name, key } = membersOf(element);
    const step = textOf(name ?? key) || String(index);
    const earlier = taken.get(step) ?? 0;
    taken.set(step, earlier + 1);
    return [earlier === 0 ? step : `${step}#${earlier}`, element];
  });
}

/** A variable, secret or tag is its value. */
function withoutName(element: unknown): unknown {
  if (!isMembers(element)) return element;
  const { name, key, ...others } = element;
  const [only, ...more] = Object.entries(others);
  const isPair = textOf(name ?? key) !== "" && more.length === 0 && ["value", "valueFrom"].includes(only?.[0] ?? "");
  return isPair ? only?.[1] : element;
}

/** What differs between two definitions as ECS describes them. */
export function toDifferences(base: unknown, clone: unknown): Changes {
  const [before, after] = [base, clone].map((described) => toPaths(withoutReadOnly(described), "", new Map()));
  const differences: Record<string, unknown> = {};
  for (const [path, value] of before ?? []) {
    if (!after?.has(path) && !isFilled(path, value, after)) differences[path] = gone;
  }
  for (const [path, value] of after ?? []) {
    const isSame = before?.has(path) && Object.is(before.get(path), value);
    if (!isSame && !isFilled(path, value, before)) differences[path] = value;
  }
  return differences;
}

const withoutReadOnly = (described: unknown): Members =>
  Object.fromEntries(Object.entries(membersOf(described)).filter(([member]) => !readOnly.includes(member)));

/** Whether a list or object that is empty on one side has something in it on the other, which is a difference of its own. */
const isFilled = (path: string, value: unknown, other: ReadonlyMap<string, unknown> = new Map()): boolean =>
  (value === "(empty list)" || value === "(empty object)") &&
  [...other.keys()].some((one) => one.startsWith(`${path}[`) || one.startsWith(`${path}.`));

/** The label whose text says whose clone it is. */
export const label = "taskdef-cloner.clone";

/** Where in a base the user's own parts go, by what the cloner was told. */
export interface Place {
  readonly container?: string | undefined;
  readonly volume?: string | readonly string[] | false | undefined;
  readonly shared?: readonly string[] | undefined;
}

/** The changes that a user's own parts declare, and no others. `more` are those of the size and of the cloner's options. */
export function toDeclared(base: unknown, user: unknown, place: Place, more: Changes): Changes {
  const task = membersOf(base);
  const own = membersOf(user);
  const container = place.container ?? textOf(listOf(task.containerDefinitions)[0]?.name);
  const declared: Record<string, unknown> = {
    family: `${textOf(task.family)}-user`,
    ...ofContainer(task, container, own),
    ...ofAccessPoints(task, own, place),
    ...ofTags(own),
  };
  for (const [name, parts] of Object.entries(membersOf(own.containers))) {
    Object.assign(declared, ofContainer(task, name, membersOf(parts)));
  }
  if (own.taskRoleArn !== undefined) declared.taskRoleArn = own.taskRoleArn;
  if (own.ephemeralStorage !== undefined) {
    declared["ephemeralStorage.sizeInGiB"] = membersOf(own.ephemeralStorage).sizeInGiB;
  }
  Object.assign(declared, more);
  const before = toPaths(withoutReadOnly(base), "", new Map());
  return Object.fromEntries(
    Object.entries(declared).filter(([path, value]) =>
      value === gone ? before.has(path) : !Object.is(before.get(path), value),
    ),
  );
}

function ofContainer(task: Members, name: string, own: Members): Changes {
  const at = `containerDefinitions[${name}]`;
  const container = membersOf(listOf(task.containerDefinitions).find((one) => one.name === name));
  const changes: Record<string, unknown> = {};
  const leaveOut = (variable: string): void => {
    for (const list of ["environment", "secrets"]) {
      for (const repeated of ["", "#1", "#2"]) changes[`${at}.${list}[${variable}${repeated}]`] = gone;
    }
  };
  for (const variable of Array.isArray(own.unset) ? own.unset : []) leaveOut(variable);
  for (const [list, member] of [
    ["secrets", "secrets"],
    ["environment", "environment"],
  ] as const) {
    for (const [variable, value] of Object.entries(membersOf(own[member]))) {
      leaveOut(variable);
      changes[`${at}.${list}[${variable}]`] = value;
    }
  }
  if (own.image === undefined) return changes;
  changes[`${at}.image`] = own.image;
  const isOnEcr = textOf(own.image).includes(".dkr.ecr.");
  if (isOnEcr && container.repositoryCredentials !== undefined) {
    changes[`${at}.repositoryCredentials.credentialsParameter`] = gone;
  }
  return changes;
}

function ofAccessPoints(task: Members, own: Members, { volume, shared = [] }: Place): Changes {
  const volumes = listOf(task.volumes);
  const takers = volumes.filter((one) => one.efsVolumeConfiguration ?? one.s3filesVolumeConfiguration);
  const [only] = takers.filter(({ name }) =>
    volume === undefined ? !shared.includes(textOf(name)) : [volume].flat().includes(textOf(name)),
  );
  const points = membersOf(own.accessPoints ?? (own.accessPointId && { [textOf(only?.name)]: own.accessPointId }));
  const changes: Record<string, unknown> = {};
  for (const [name, point] of Object.entries(points)) {
    if (volumes.some((one) => one.name === name && one.s3filesVolumeConfiguration !== undefined)) {
      changes[`volumes[${name}].s3filesVolumeConfiguration.accessPointArn`] = point;
    } else {
      changes[`volumes[${name}].efsVolumeConfiguration.authorizationConfig.accessPointId`] = point;
      changes[`volumes[${name}].efsVolumeConfiguration.transitEncryption`] = "ENABLED";
    }
  }
  return changes;
}

const ofTags = (own: Members): Changes =>
  Object.fromEntries(Object.entries(membersOf(own.tags)).map(([key, value]) => [`tags[${key}]`, value]));
