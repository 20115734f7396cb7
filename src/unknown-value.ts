/**
 * The members of a value of which nothing is known, each to be checked before use; none if it is not an object. The one cast: every object has
 * members of type `unknown`.
 */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The value of a JSON text, or `undefined` if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same JSON value without members and list elements that are null, at any depth. A value without any is returned itself. */
export function withoutNulls(value: unknown): unknown {
  return hasNull(value) ? toStripped(value) : value;
}

const isAbsent = (value: unknown): boolean => value === null || value === undefined;

function hasNull(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) {
    for (const element of value) if (isAbsent(element) || hasNull(element)) return true;
    return false;
  }
  const members = membersOf(value);
  for (const name in members) if (members[name] === null || hasNull(members[name])) return true;
  return false;
}

function toStripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap((element) => (isAbsent(element) ? [] : [toStripped(element)]));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const present = Object.entries(value).filter(([, content]) => !isAbsent(content));
  return Object.fromEntries(present.map(([name, content]) => [name, toStripped(content)]));
}
