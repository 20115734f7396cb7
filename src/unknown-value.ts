/**
 * The members of a value of which nothing is known, each to be checked before use; none where it is no object. The one cast: every object has
 * members of type `unknown`.
 */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
