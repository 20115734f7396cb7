/**
 * A copy of plain data for somebody else's code: frozen at every depth, so that what that code does to it changes nothing here. Dates cannot be frozen,
 * so they are only copied.
 */
export function toFrozen<Value>(value: Value): Value {
  // The cast: a copy has the form of what it is a copy of.
  return toFrozenCopy(value) as Value;
}

function toFrozenCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return Object.freeze(value.map(toFrozenCopy));
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toFrozenCopy(member)])));
}
