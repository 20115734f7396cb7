/** Captured when the module loads, so that a test's fake timers do not stop it. */
const setImmediateAtLoad = setImmediate;

/** Lets everything run that is ready to run: one turn of the event loop, which takes no time on any clock. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediateAtLoad(resolve);
  });
}
