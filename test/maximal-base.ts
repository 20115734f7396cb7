import type { ContainerDefinition, Tag, TaskDefinition, Volume } from "@aws-sdk/client-ecs";
import * as ecs from "@aws-sdk/client-ecs";
import { baseFamily, deepFreeze, target, toArn } from "./cast.ts";

/**
 * The member paths below one of the SDK's schemas, for instance `volumes[].efsVolumeConfiguration.iam`. A schema is a number for a simple
 * value (64 and 128 more for a list and a map of it), a function that gives it, `[schema, traits]`, or `[kind, namespace, name, traits, ...]`.
 */
export function toSchemaPaths(schema: unknown, path = ""): string[] {
  const shape = toShape(schema);
  if (shape.kind === "list") return [`${path}[]`, ...toSchemaPaths(shape.element, `${path}[]`)];
  if (shape.kind === "map") return [`${path}{}`];
  if (shape.kind === "simple") return [];
  // Of a union one member is present at a time.
  const members = shape.kind === "union" ? shape.members.slice(0, 1) : shape.members;
  return members.flatMap(([name, member]) => {
    const below = path === "" ? name : `${path}.${name}`;
    return [below, ...toSchemaPaths(member, below)];
  });
}

type Shape =
  | { readonly kind: "simple"; readonly type: number }
  | { readonly kind: "list"; readonly element: unknown }
  | { readonly kind: "map" }
  | { readonly kind: "structure" | "union"; readonly members: readonly (readonly [string, unknown])[] };

function toShape(schema: unknown): Shape {
  if (typeof schema === "function") return toShape(schema());
  if (typeof schema === "number") {
    if (schema & 64) return { kind: "list", element: schema & ~64 };
    return schema & 128 ? { kind: "map" } : { kind: "simple", type: schema };
  }
  if (!Array.isArray(schema)) throw new Error(`unknown schema ${String(schema)}`);
  if (schema.length === 2) return toShape(schema[0]);
  const [kind, , , , element, schemas]: readonly unknown[] = schema;
  if (kind === 1) return { kind: "list", element };
  if (kind === 2) return { kind: "map" };
  if ((kind !== 3 && kind !== 4) || !Array.isArray(element) || !Array.isArray(schemas)) {
    throw new Error(`unknown kind of schema ${String(kind)}`);
  }
  const members = element.map((name, index): readonly [string, unknown] => [String(name), schemas[index]]);
  return { kind: kind === 3 ? "structure" : "union", members };
}

/** A value that has every member at every depth, and in every list a second element of which every member is empty. */
function toMaximal(schema: unknown, path: string): unknown {
  const shape = toShape(schema);
  if (shape.kind === "map") return { [`${path}-key`]: `${path}-value`, [`${path}-empty`]: "" };
  if (shape.kind === "list") return [toMaximal(shape.element, path), toEmpty(shape.element, 1)];
  if (shape.kind === "simple") return toSimple(shape.type, path);
  const members = shape.kind === "union" ? shape.members.slice(0, 1) : shape.members;
  return Object.fromEntries(members.map(([name, member]) => [name, toMaximal(member, `${path}-${name}`)]));
}

/** The empty value, with all members down to a depth. */
function toEmpty(schema: unknown, depth: number): unknown {
  const shape = toShape(schema);
  if (shape.kind === "list") return [];
  if (shape.kind === "map") return {};
  if (shape.kind === "simple") return { 0: "", 1: 0, 2: false }[shape.type] ?? new Date(0);
  if (depth === 0 || shape.kind === "union") return {};
  return Object.fromEntries(shape.members.map(([name, member]) => [name, toEmpty(member, depth - 1)]));
}

/** A value that is its place's own: the path as text, its length as number. */
function toSimple(type: number, path: string): unknown {
  return { 0: path, 1: path.length, 2: path.length % 2 === 0 }[type] ?? new Date(path.length * 86_400_000);
}

/** The member paths that a value has, in the form of {@link toSchemaPaths}. */
export function toValuePaths(value: unknown, schema: unknown, path = ""): string[] {
  const shape = toShape(schema);
  if (shape.kind === "list") {
    if (!Array.isArray(value) || value.length === 0) return [];
    return [`${path}[]`, ...value.flatMap((element) => toValuePaths(element, shape.element, `${path}[]`))];
  }
  if (shape.kind === "map") return Object.keys(Object(value)).length > 0 ? [`${path}{}`] : [];
  if (shape.kind === "simple") return [];
  return shape.members.flatMap(([name, member]) => {
    if (!Object.hasOwn(Object(value), name)) return [];
    const below = path === "" ? name : `${path}.${name}`;
    return [below, ...toValuePaths(Object(value)[name], member, below)];
  });
}

// The cast: the SDK's schema of a task definition says at run time what its type says at compile time.
const maximal = toMaximal(ecs.TaskDefinition$, "maximal") as Required<TaskDefinition>;
const [maximalContainer = {}, emptyContainer = {}] = maximal.containerDefinitions ?? [];
const [maximalVolume = {}, emptyVolume = {}] = maximal.volumes ?? [];

/** The user's volume of the maximal base: everything but an access point, since a root directory of its own forbids one. */
const maximalTargetVolume: Volume = {
  ...maximalVolume,
  name: target.volumes[0],
  efsVolumeConfiguration: {
    ...maximalVolume.efsVolumeConfiguration,
    fileSystemId: "fs-0a1b2c3d4e5f60718",
    rootDirectory: "/",
    transitEncryption: "DISABLED",
    authorizationConfig: { iam: "ENABLED" },
  },
};

const maximalTargetContainer: ContainerDefinition = {
  ...maximalContainer,
  name: target.container,
  environment: [
    { name: "NODE_ENV", value: "production" },
    { name: "CODEX_HOME", value: "" },
    { name: "", value: "" },
  ],
  mountPoints: [
    { sourceVolume: target.volumes[0], containerPath: "/home", readOnly: false },
    ...(maximalContainer.mountPoints ?? []),
  ],
  // The maximal container has a share of the CPU, a memory limit and a reservation too, small enough for every size.
  cpu: 1,
  memory: 2,
  memoryReservation: 1,
};

/**
 * A described task definition with every member that the installed SDK knows, at every depth, and with `""`, `0`, `false`, `[]` and `{}`
 * among the values. It is built from the SDK's own schemas, so that an upgrade widens it.
 */
export const maximalBase: Required<TaskDefinition> = deepFreeze({
  ...maximal,
  taskDefinitionArn: toArn(baseFamily, 42),
  family: baseFamily,
  revision: 42,
  status: "ACTIVE",
  containerDefinitions: [
    maximalTargetContainer,
    { ...maximalContainer, name: "sidecar" },
    { ...emptyContainer, name: "empty" },
  ],
  volumes: [maximalTargetVolume, { ...maximalVolume, name: "other" }, { ...emptyVolume, name: "empty" }],
  requiresCompatibilities: ["FARGATE"],
  cpu: "512",
  memory: "1024",
});

/** The tags of the maximal base: `tags` is the one member of a registration's input that a described task definition lacks. */
export const maximalTags: readonly Tag[] = deepFreeze([
  { key: "stage", value: "dev" },
  { key: "empty", value: "" },
]);
