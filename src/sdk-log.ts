/** The middleware stack of a command, whatever its input. */
export interface LoggedStack {
  add(
    middleware: <Next>(next: Next, context: Record<string, unknown>) => Next,
    options: { readonly name: string; readonly step: "initialize" },
  ): void;
}

/**
 * Keeps the content of task definitions out of the SDK's log: a client that was given a `logger` tells it the whole input and output of every command,
 * with the values of environment variables. Names and ARNs at the top level stay.
 */
export function withoutContentInLog(stack: LoggedStack): void {
  stack.add(
    (next, context) => {
      context.inputFilterSensitiveLog = toTopLevelTexts;
      context.outputFilterSensitiveLog = toTopLevelTexts;
      return next;
    },
    { name: "taskdefClonerWithoutContentInLog", step: "initialize" },
  );
}

const toTopLevelTexts = (logged: object): object =>
  Object.fromEntries(Object.entries(logged).filter(([, value]) => typeof value === "string"));
