import * as z from "zod";
import { InvalidInputError, UnfitBaseError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput, recordOf } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import {
  checkParts,
  notesSchemaOf,
  type OwnNotes,
  type PartTable,
  readBackParts,
  refuseParts,
  toPartNotes,
  toPartWarnings,
  toVouchedParts,
  withParts,
} from "../part-table.ts";
import { list, namesOf, parseTarget, type Target } from "../target.ts";
import type { UserPart } from "../user-part.ts";
import { environment, type OwnEnvironment } from "./environment.ts";
import { image, type OwnImage } from "./image.ts";
import { type OwnSecrets, secrets } from "./secrets.ts";
import { type OwnUnset, unset } from "./unset.ts";
import { type NameRules, type ReservedName, reservedSchema } from "./variables.ts";

/** What a user may own of a container other than the user's own. */
export interface ContainerParts extends OwnUnset, OwnSecrets, OwnEnvironment, OwnImage {}

type Containers = Readonly<Record<string, ContainerParts>>;

export interface OwnContainers {
  /**
   * The user's own parts of the base's other containers, by the name of the container, under the same rules as `secrets`, `environment`, `unset` and
   * `image` of the user's own container.
   */
  readonly containers?: Containers | undefined;
}

/** A part of a container for each name of ContainerParts, in the order in which they are applied. */
const containerParts: {
  readonly [Name in keyof ContainerParts]-?: UserPart<NonNullable<ContainerParts[Name]>, unknown, NameRules>;
} = { unset, secrets, environment, image };

const table: PartTable<NameRules> = containerParts;

const form = { entry: "container: { unset, secrets, environment, image }", element: "name, image, …" };

const schema = lazily(() =>
  recordOf(
    z
      .strictObject({
        unset: unset.schema(),
        secrets: secrets.schema(),
        environment: environment.schema(),
        image: image.schema(),
      })
      .superRefine((own, context) => checkParts(table, own, context)),
    form,
  ),
);

const change = () =>
  recordOf(
    z
      .strictObject({
        unset: unset.change(),
        secrets: secrets.change(),
        environment: environment.change(),
        image: image.change(),
      })
      .nullish(),
    form,
  );

const hasAny = (members: object): boolean => Object.keys(members).length > 0;

/** The containers of which something is the user's own, by name, so that equal users give equal records. */
function toOwned(containers: Containers): [name: string, own: ContainerParts, notes: OwnNotes][] {
  return Object.entries(containers)
    .map(([name, own]): [string, ContainerParts, OwnNotes] => [name, own, toPartNotes(table, own)])
    .filter(([, , notes]) => hasAny(notes))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

type ContainerNotes = Readonly<Record<string, OwnNotes>>;

/** @internal */
export const containers: UserPart<Containers, ContainerNotes, NameRules> = {
  schema: () => schema().optional(),
  change: () => change().nullish(),
  note: {
    schema: () =>
      z
        .record(z.string(), notesSchemaOf(table))
        .transform((noted) => Object.fromEntries(Object.entries(noted).filter(([, notes]) => hasAny(notes)))),
    of: (value) => Object.fromEntries(toOwned(value).map(([name, , notes]) => [name, notes])),
    isNone: (noted) => !hasAny(noted),
  },
  refuse(value, rules) {
    for (const [name, own] of Object.entries(value)) refuseParts(table, own, rules, name);
  },
  apply: applyContainers,
  judge: (final, value, origin) =>
    toOwned(value).flatMap(([container, own]) =>
      toPartWarnings(table, final, own, { ...origin, target: { ...origin.target, container } }),
    ),
  readBack(clone, place, noted) {
    const read: [string, ContainerParts][] = [];
    for (const [container, notes] of Object.entries(noted)) {
      const own = readBackParts(table, clone, { ...place, container }, notes);
      if (own === undefined) return undefined;
      read.push([container, own]);
    }
    return Object.fromEntries(read);
  },
  toVouched: (value, place) => ({
    containers: Object.fromEntries(
      toOwned(value).map(([container, own]) => [container, toVouchedParts(table, own, { ...place, container })]),
    ),
  }),
};

/**
 * Applies the user's own parts of containers other than the user's, by their names. A container of which the user owns nothing is not looked
 * for.
 *
 * @throws {@link InvalidInputError} for the user's own container, for a reserved name, for what the steps of the user's own container refuse, and if
 * an argument is malformed.
 * @throws {@link UnfitBaseError} if the base has no such container, or cannot carry the user's own parts of it.
 */
export function withContainers(
  input: RegisterInput,
  target: Target,
  containers: Readonly<Record<string, ContainerParts>>,
  reserved: readonly ReservedName[] = [],
): RegisterInput {
  const checked = parseInput(schema(), containers, "containers");
  const rules = { reserved: parseInput(reservedSchema(), reserved, "reserved names") };
  for (const [name, own] of Object.entries(checked)) refuseParts(table, own, rules, name);
  return applyContainers(parseRegisterInput(input), checked, parseTarget(target), rules);
}

function applyContainers(input: RegisterInput, value: Containers, target: Target, rules: NameRules): RegisterInput {
  return toOwned(value).reduce((applied, [container, own]) => {
    refuseUnfitContainer(input, container, target);
    return withParts(table, applied, own, { ...target, container }, rules);
  }, input);
}

function refuseUnfitContainer(input: RegisterInput, name: string, { baseName, container }: Target): void {
  if (name === container) {
    throw new InvalidInputError(
      `The user's containers name ${name}, which is the user's own container in base ${baseName}. The user's own parts of it are given without ` +
        "`containers`: as the user's `secrets`, `environment`, `unset` and `image`.",
    );
  }
  const found = namesOf(input.containerDefinitions ?? []);
  if (found.includes(name)) return;
  throw new UnfitBaseError(
    `Base ${baseName} has no container ${name}, which the user's containers name. It has ${list(found)}. Name one of them, or give up what the user ` +
      `has there: reclone with ${JSON.stringify({ containers: { [name]: null } })}.`,
  );
}
