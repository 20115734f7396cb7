/**
 * Makes a value when it is first asked for, and keeps it. Schemas are made this way: making them all would take longer than loading the library,
 * and no program uses them all.
 */
export function lazily<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
