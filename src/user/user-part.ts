import type { Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import * as z from "zod";
import type { RegisterInput } from "../task-definition.ts";
import type { MergePatch } from "./merge-patch.ts";
import type { Place, Target } from "./target.ts";

/**
 * Everything that the library knows of one part that a user may own. One file in `parts/` holds it all, and the table in `user.ts` lists it;
 * nothing else enumerates the parts.
 *
 * @internal
 */
export interface UserPart<Value, Noted, Rules = object> {
  /** What may be passed; optional if a user may do without. */
  schema(): z.ZodType<Value | undefined>;
  /** The same in a patch. `null` gives the part back to the base. */
  change(): z.ZodType<MergePatch<Value> | null | undefined>;
  readonly note: Note<Value, Noted>;
  /** Finds what cannot be right next to the user's other parts. */
  check?(value: Value, user: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void;
  /** Why the user cannot do with what they have, or lack, of this part; goes on after the part's name. Asked for every user. */
  whyIncomplete?(user: Readonly<Record<string, unknown>>, rules: Rules): string | undefined;
  /** Why the part cannot be given back to the base by a patch that has `null` for it; goes on after the part's name. */
  whyNotRemovable?(patch: Readonly<Record<string, unknown>>, rules: Rules): string | undefined;
  /**
   * Refuses what no base could make right, so that ECS need not be asked for one.
   *
   * @param container the container that the part is for, unless it is the user's own.
   * @throws InvalidInputError
   */
  refuse?(value: Value, rules: Rules, container?: string): void;
  /** Lays the part on what will be registered. @throws InvalidInputError, UnfitBaseError */
  apply(input: RegisterInput, value: Value, target: Target, rules: Rules): RegisterInput;
  /** Reads the part back from a clone that notes it. `undefined` if the clone is not as its note says. */
  readBack(clone: CloneContent, place: Place, noted: Noted): Value | undefined;
  /** Whether the part can be changed on a registered revision, so that no record can vouch for its value. @default false */
  readonly isLive?: boolean;
  /** Whether the value stands in the record alone, so that a plan has to show it in addition to what is registered. @default false */
  readonly isInRecordOnly?: boolean;
  /** What a record vouches for, by name. @default the value, by the part's name */
  toVouched?(value: Value, place: Place): Readonly<Record<string, unknown>>;
  /**
   * Judges what will be registered, once `customize` has had its turn: refuses what ECS would refuse because of this part, and returns what may
   * not be what the caller wants. @throws InvalidInputError, UnfitBaseError
   */
  judge?(final: RegisterInput, value: Value, origin: Origin<Rules>): readonly string[];
}

/** What a final input was made from. */
export interface Origin<Rules> {
  /** The base itself, as a register input. */
  readonly base: RegisterInput;
  /** The base's ARN, if it has one. */
  readonly baseArn?: string | undefined;
  readonly target: Target;
  readonly rules: Rules;
}

/** What a clone's record says of one part: names, never values, unless they stand nowhere else in the clone. @internal */
export interface Note<Value, Noted> {
  schema(): z.ZodType<Noted>;
  of(value: Value): Noted;
  /** The note once the part was laid on an input, if it is the base that decides where the part stands. @default the note of the value */
  placed?(noted: Noted, applied: CloneContent, place: Place): Noted;
  /** A note of nothing is not written, so that a part that is added to the library later changes no record. */
  isNone(noted: Noted): boolean;
}

/** Notes whether the part is the user's own. @internal */
export const given: Note<unknown, boolean> = {
  schema: () => z.boolean(),
  of: () => true,
  isNone: (isGiven) => !isGiven,
};

/** Notes which names are the user's own, sorted, so that equal users give equal records. @internal */
export const names: Note<Readonly<Record<string, unknown>>, readonly string[]> = {
  schema: () => z.array(z.string()),
  of: (value) => Object.keys(value).sort(),
  isNone: ({ length }) => length === 0,
};

/** What the user's parts are read back from: an input before it is sent, or a revision that was described. */
export interface CloneContent {
  readonly containerDefinitions?: TaskDefinition["containerDefinitions"];
  readonly volumes?: TaskDefinition["volumes"];
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly ephemeralStorage?: TaskDefinition["ephemeralStorage"];
  readonly taskRoleArn?: string | undefined;
  readonly requiresCompatibilities?: TaskDefinition["requiresCompatibilities"];
  readonly runtimePlatform?: TaskDefinition["runtimePlatform"];
  readonly tags?: readonly Tag[] | undefined;
}
