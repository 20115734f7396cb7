import { membersOf } from "../unknown-value.ts";

/** A value that should be a text; `undefined` if it is not one, or an empty one, which AWS treats like none. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A value that should be a list; none if it is not one. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An element of a list, and the step of a path that names it. */
export interface Element {
  readonly step: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** The elements of a list with the steps that plans name them by: `[name]` if there is a name, `[index]` otherwise. */
export function elementsOf(list: unknown): readonly Element[] {
  return listOf(list).map((element, index) => {
    const members = membersOf(element);
    return { step: `[${textOf(members.name) ?? index}]`, members };
  });
}
