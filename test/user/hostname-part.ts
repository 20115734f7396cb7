import * as z from "zod";
import { containerOf, withContainer } from "../../src/user/target.ts";
import { given, type UserPart } from "../../src/user/user-part.ts";

/** A part that the library does not have: the name of the user's container on its network. */
export const hostname: UserPart<string, boolean> = {
  schema: () => z.string().optional(),
  change: () => z.string().nullish(),
  note: given,
  apply: (input, value, target) => withContainer(input, target, (container) => ({ ...container, hostname: value })),
  readBack: (clone, place) => containerOf(clone, place)?.hostname,
  judge: (_, value) => (value.includes(".") ? [`The hostname ${value} has a dot.`] : []),
};
