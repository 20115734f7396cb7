import { createHash } from "node:crypto";
import type { RegisterTaskDefinitionCommandInput, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { parseJson } from "../unknown-value.ts";
import { type Target, withContainer } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";

/** The Docker label on the user's container that says whose clone a revision is. A revision that carries it is never a base. */
export const provenanceLabel = "taskdef-cloner.clone";

/** Which of a clone's parts are its user's own: names only, since the values stand in the clone itself. */
export interface OwnParts {
  /** Name of the volume with the user's access point. */
  readonly volume: string;
  readonly secrets: readonly string[];
  readonly environment: readonly string[];
  readonly tags: readonly string[];
  readonly size: boolean;
  readonly image: boolean;
}

/** The record that every clone carries. */
export interface Provenance {
  readonly userId: string;
  /** The family that it was registered into: a copy in another family is no clone. */
  readonly family: string;
  /** ARN of the base revision. */
  readonly base: string;
  readonly own: OwnParts;
  /** Digest of what was sent to ECS, less the record itself. */
  readonly digest: string;
  /** Unique to the call that registered the clone. */
  readonly token: string;
}

const version = 1;

const recordSchema = z.strictObject({
  version: z.literal(version),
  userId: z.string().min(1),
  family: z.string(),
  base: z.string(),
  own: z.strictObject({
    volume: z.string(),
    secrets: z.array(z.string()),
    environment: z.array(z.string()),
    tags: z.array(z.string()),
    size: z.boolean(),
    image: z.boolean(),
  }),
  digest: z.string(),
  token: z.string(),
});

const newerSchema = z.looseObject({ version: z.int().min(version + 1) });

/** What stands in a task definition about its origin. */
export type ProvenanceReading =
  | { readonly kind: "none" }
  | { readonly kind: "record"; readonly record: Provenance; readonly container: string }
  /** Written by a newer version of this library. */
  | { readonly kind: "newer" }
  | { readonly kind: "broken" };

/** Says which parts of a clone are the user's own. Names are sorted, so that equal users give equal records. */
export function toOwnParts(user: UserSpec, volume: string): OwnParts {
  return {
    volume,
    secrets: Object.keys(user.secrets ?? {}).sort(),
    environment: Object.keys(user.environment ?? {}).sort(),
    tags: Object.keys(user.tags ?? {}).sort(),
    size: user.size !== undefined,
    image: user.image !== undefined,
  };
}

/**
 * Digest of a register input without any record in it, from its canonical text: the order in which ECS happens to return named things does not
 * change it, and everything else does.
 */
export function toDigest(canonicalText: string): string {
  return createHash("sha256").update(canonicalText).digest("base64url");
}

/** The input with the record on the user's container. */
export function withProvenance(
  input: RegisterTaskDefinitionCommandInput,
  target: Target,
  record: Provenance,
): RegisterTaskDefinitionCommandInput {
  const text = toAsciiJson({ version, ...record });
  return withContainer(input, target, (container) => ({
    ...container,
    dockerLabels: { ...container.dockerLabels, [provenanceLabel]: text },
  }));
}

/** User ids may hold any character, label values had better not. */
function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Reads the record that a task definition carries. */
export function readProvenance(taskDefinition: TaskDefinition): ProvenanceReading {
  for (const { name, dockerLabels } of taskDefinition.containerDefinitions ?? []) {
    const text = dockerLabels?.[provenanceLabel];
    if (text !== undefined) return readRecord(text, name);
  }
  return { kind: "none" };
}

function readRecord(text: string, container: string | undefined): ProvenanceReading {
  const value = parseJson(text);
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success || container === undefined)
    return { kind: newerSchema.safeParse(value).success ? "newer" : "broken" };
  const { version: _, ...record } = parsed.data;
  return { kind: "record", record, container };
}

/** What of a clone to read the user's own part from: an input before it is sent, or a revision that was described. */
export interface CloneContent {
  readonly containerDefinitions?: TaskDefinition["containerDefinitions"];
  readonly volumes?: TaskDefinition["volumes"];
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
}

/** Reads the user's own part back from a clone. `undefined` where the clone lacks something that its record calls the user's. */
export function toUserSpec(
  clone: CloneContent,
  userId: string,
  own: OwnParts,
  containerName: string,
): UserSpec | undefined {
  const container = clone.containerDefinitions?.find(({ name }) => name === containerName);
  const volume = clone.volumes?.find(({ name }) => name === own.volume);
  const accessPointId = volume?.efsVolumeConfiguration?.authorizationConfig?.accessPointId;
  const secrets = pick(
    own.secrets,
    toMap(container?.secrets, ({ name, valueFrom }) => [name, valueFrom]),
  );
  const environment = pick(
    own.environment,
    toMap(container?.environment, ({ name, value }) => [name, value]),
  );
  const liveTags = toMap(clone.tags, ({ key, value }) => [key, value]);
  // Unlike the rest, tags can be changed on a revision: one that is gone was taken off it.
  const tags = pick(
    own.tags.filter((key) => liveTags.has(key)),
    liveTags,
  );
  const image = container?.image;
  const size = { cpu: Number(clone.cpu), memory: Number(clone.memory) };
  if (accessPointId === undefined || !secrets || !environment || !tags || (own.image && image === undefined))
    return undefined;
  if (own.size && !(size.cpu > 0 && size.memory > 0)) return undefined;
  return {
    userId,
    accessPointId,
    ...(own.secrets.length > 0 && { secrets }),
    ...(own.environment.length > 0 && { environment }),
    ...(tags !== undefined && Object.keys(tags).length > 0 && { tags }),
    ...(own.size && { size }),
    ...(own.image && { image }),
  };
}

function toMap<Entry>(
  entries: readonly Entry[] | undefined,
  toPair: (entry: Entry) => [string | undefined, string | undefined],
): Map<string | undefined, string | undefined> {
  return new Map((entries ?? []).map(toPair));
}

/** The values of these names, or `undefined` when one is missing. */
function pick(
  names: readonly string[],
  values: ReadonlyMap<string | undefined, string | undefined>,
): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const name of names) {
    const value = values.get(name);
    if (value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return Object.fromEntries(pairs);
}
