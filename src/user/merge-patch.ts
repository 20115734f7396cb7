const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Applies a JSON Merge Patch: `null` removes, an object is merged, everything else replaces. What is `undefined` says nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7396
 */
export function toPatched(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const members = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [member, change] of Object.entries(patch)) {
    if (change === null) members.delete(member);
    else if (change !== undefined) members.set(member, toPatched(members.get(member), change));
  }
  return Object.fromEntries(members);
}
