/**
 * The JSON Merge Patch (RFC 7396) of a value: members may be left out, and those that may be absent removed with `null`. A list is replaced as a
 * whole.
 */
export type MergePatch<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? string extends keyof Value
      ? { readonly [Name in keyof Value]: MergePatch<Value[Name]> | null | undefined }
      : {
          readonly [Name in keyof Value]?:
            | MergePatch<Value[Name]>
            | (undefined extends Value[Name] ? null : never)
            | undefined;
        }
    : Value;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Applies a JSON Merge Patch: `null` removes, an object is merged, everything else replaces. `undefined` changes nothing.
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
