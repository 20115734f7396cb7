/**
 * Makes a member of an object readable by its name only: printing, serialising and spreading the object pass over it. For what holds values of
 * environment variables, so that a plan that is logged does not log them.
 */
export function hide<Value extends object>(object: Value, member: keyof Value): Value {
  return Object.defineProperty(object, member, { enumerable: false });
}
