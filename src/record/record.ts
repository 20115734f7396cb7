import { hash } from "node:crypto";
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { toAsciiJson } from "../ascii-json.ts";
import { lazily } from "../lazily.ts";
import type { RegisterInput } from "../task-definition.ts";
import { membersOf, parseJson } from "../unknown-value.ts";
import { notesSchema, type OwnNotes, toVouched } from "../user/own-parts.ts";
import { type Place, type Target, withContainer } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";
import { toCanonicalText } from "./canonical-text.ts";

/** The Docker label on the user's container that says whose clone a revision is. A revision that carries it is never a base. */
export const provenanceLabel = "taskdef-cloner.clone";

/** The record that every clone carries. */
export interface CloneRecord {
  readonly userId: string;
  /** The family that it was registered into: a copy in another family is not a clone. */
  readonly family: string;
  /** ARN of the base revision. */
  readonly base: string;
  /** Name of the volume with the user's access point, if there is exactly one. Of several, the note of `accessPoints` holds the names. */
  readonly volume?: string | undefined;
  /** Which parts are the user's own: names only, since the values stand in the clone itself. A part that stands nowhere else is noted by its value. */
  readonly own: OwnNotes;
  /** Digest of what was sent to ECS, less the record itself. */
  readonly digest: string;
  /** Digest of whose the clone is and the values of the user's own parts; absent from a record of version 1. */
  readonly ownDigest?: string | undefined;
  /** Unique to the call that registered the clone. */
  readonly token: string;
  /** What the call that registered the clone was an attempt at, if its caller said so. */
  readonly attempt?: string | undefined;
}

/** What a task definition says of its origin. */
export type RecordReading =
  | { readonly kind: "none" }
  | { readonly kind: "record"; readonly record: CloneRecord; readonly place: Place }
  /** Written by a newer version of this library. */
  | { readonly kind: "newer" }
  | { readonly kind: "broken" };

/** The form that is written. Version 1 could not parse it, and reads a higher version as "newer". */
const version = 2;

const shared = () => ({
  userId: z.string().min(1),
  family: z.string(),
  base: z.string(),
  digest: z.string(),
  token: z.string(),
});

const currentSchema = lazily(() =>
  z.strictObject({
    version: z.literal(version),
    ...shared(),
    volume: z.string().optional(),
    own: notesSchema(),
    ownDigest: z.string(),
    attempt: z.string().optional(),
  }),
);

/** As 0.1.0 wrote it: the volume among the notes, an access point always, and notes of nothing. */
const firstSchema = lazily(() =>
  z
    .strictObject({
      version: z.literal(1),
      ...shared(),
      own: z.strictObject({
        volume: z.string(),
        secrets: z.array(z.string()),
        environment: z.array(z.string()),
        tags: z.array(z.string()),
        size: z.boolean(),
        image: z.boolean(),
      }),
    })
    .transform(({ own: { volume, ...own }, ...record }) => ({
      ...record,
      volume,
      own: notesSchema().parse({ accessPointId: true, ...own }),
    })),
);

/**
 * Digest of a register input without any record in it, from its canonical text: the order in which ECS happens to return named things does not
 * change it, and everything else does.
 */
export const toDigest = (canonicalText: string): string => hash("sha256", canonicalText, "base64url");

/** Digest of what the record of a clone vouches for: the user's own parts, as they are read back from it. */
export const toOwnDigest = (user: UserSpec, place: Place): string => toDigest(toCanonicalText(toVouched(user, place)));

/** The input with the record on the user's container. */
export function withRecord(input: RegisterInput, target: Target, record: CloneRecord): RegisterInput {
  const text = toAsciiJson({ version, ...record });
  return withContainer(input, target, (container) => ({
    ...container,
    dockerLabels: { ...container.dockerLabels, [provenanceLabel]: text },
  }));
}

/** The input without the record on the user's container. */
export function withoutRecord(input: RegisterInput, place: Place): RegisterInput {
  return withContainer(input, { ...place, baseName: "" }, ({ dockerLabels, ...container }) => {
    const { [provenanceLabel]: _, ...others } = { ...dockerLabels };
    return { ...container, dockerLabels: others };
  });
}

/** Reads the record that a task definition carries. */
export function readRecord(taskDefinition: Pick<TaskDefinition, "containerDefinitions">): RecordReading {
  for (const { name, dockerLabels } of taskDefinition.containerDefinitions ?? []) {
    const text = dockerLabels?.[provenanceLabel];
    if (text !== undefined) return name === undefined ? { kind: "broken" } : readText(text, name);
  }
  return { kind: "none" };
}

/** The user's volumes, by a record: the only one, several, or none. */
function toVolumes({ volume, own }: Pick<CloneRecord, "volume" | "own">): readonly string[] {
  if (volume !== undefined) return [volume];
  return Array.isArray(own.accessPoints) ? own.accessPoints : [];
}

function readText(text: string, container: string): RecordReading {
  const value = parseJson(text);
  const { version: found } = membersOf(value);
  const parsed = (found === 1 ? firstSchema() : currentSchema()).safeParse(value);
  if (parsed.success) {
    const { version: _, ...record } = parsed.data;
    return { kind: "record", record, place: { container, volumes: toVolumes(record) } };
  }
  // Everything that this release knows is right, but there is a member or a note that it does not know.
  const isExtended = parsed.error.issues.every(({ code }) => code === "unrecognized_keys");
  const isNewer = isExtended || (Number.isInteger(found) && Number(found) > version);
  return { kind: isNewer ? "newer" : "broken" };
}
