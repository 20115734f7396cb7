import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput, toFound } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { parseTarget, type Target } from "../target.ts";
import { given, type UserPart } from "../user-part.ts";

/** The disk of a task on Fargate, which goes when the task ends. */
export interface EphemeralStorage {
  /** Size in GiB: 21 to 200. */
  readonly sizeInGiB: number;
}

export interface OwnEphemeralStorage {
  /** The disk that the task has on Fargate until it ends: `{ sizeInGiB }`, 21 to 200 GiB. Replaces the base's. */
  readonly ephemeralStorage?: EphemeralStorage | undefined;
}

const least = 21;
const most = 200;

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html */
const schema = lazily(
  () =>
    z.strictObject({
      sizeInGiB: z
        .int({
          error: ({ code, input }) => {
            if (code !== "invalid_type" || input === undefined) return undefined;
            if (Number.isFinite(input)) return `must be a whole number of GiB, ${least} to ${most}`;
            return `must be a number of GiB, got ${toFound(input)}`;
          },
        })
        .min(
          least,
          `must be at least ${least} GiB; leave ephemeralStorage out for the 20 GiB that Fargate gives by itself`,
        )
        .max(most, `must be at most ${most} GiB`),
    }) satisfies z.ZodType<EphemeralStorage>,
);

/** @internal */
export const ephemeralStorage: UserPart<EphemeralStorage, boolean> = {
  schema: () => schema().optional(),
  change: () => schema().partial().nullish(),
  note: given,
  apply: applyStorage,
  judge(final, _, { target }) {
    refuseOtherThanFargate(final, target);
    return [];
  },
  readBack: ({ ephemeralStorage: storage }) => (storage?.sizeInGiB ? { sizeInGiB: storage.sizeInGiB } : undefined),
};

/**
 * Sets the size of the task's disk, in place of the base's.
 *
 * @throws {@link InvalidInputError} if the input is not for Fargate, or an argument is malformed.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
 */
export function withEphemeralStorage(
  input: RegisterInput,
  target: Target,
  ephemeralStorage: EphemeralStorage,
): RegisterInput {
  const checked = parseRegisterInput(input);
  const storage = parseInput(schema(), ephemeralStorage, "ephemeral storage");
  refuseOtherThanFargate(checked, parseTarget(target));
  return applyStorage(checked, storage);
}

function applyStorage(input: RegisterInput, { sizeInGiB }: EphemeralStorage): RegisterInput {
  return { ...input, ephemeralStorage: { sizeInGiB } };
}

/** Linux and Windows both have it there. */
function refuseOtherThanFargate({ requiresCompatibilities = [] }: RegisterInput, { baseName }: Target): void {
  if (requiresCompatibilities.includes("FARGATE")) return;
  const found = requiresCompatibilities.length === 0 ? "none" : requiresCompatibilities.join(", ");
  throw new InvalidInputError(
    `The user has ephemeralStorage, which only Fargate offers, and the clone of base ${baseName} is not for Fargate: its requiresCompatibilities are ${found}. ` +
      'Leave ephemeralStorage out, or add "FARGATE" to the base\'s requiresCompatibilities.',
  );
}
