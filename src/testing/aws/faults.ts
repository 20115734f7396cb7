/** What goes wrong in the next calls of an operation. */
export type AwsFault = AwsFaultScope &
  (
    | {
        /** The error's name, such as `ThrottlingException`. */
        readonly error: string;
        readonly message?: string;
        /** @default 400 */
        readonly statusCode?: number;
      }
    /** A 503 with an HTML body, as from a proxy. */
    | { readonly unavailable: true }
    /** The connection is reset. */
    | { readonly reset: true }
    /** No response ever arrives. */
    | { readonly hang: true }
    /** The response is late. */
    | { readonly delayMs: number }
    /** A success with this output, such as `{}`. */
    | { readonly output: unknown }
  );

/** Which calls a fault applies to. */
export interface AwsFaultScope {
  /** Service and operation, such as `ecr:BatchGetImage`. */
  readonly operation: string;
  /** Number of calls to skip first. @default 0 */
  readonly skip?: number;
  /** Number of calls to fail. @default 1 */
  readonly times?: number;
}

/** The pending faults, in the order in which they were added. */
export class AwsFaults {
  readonly #pending: { readonly fault: AwsFault; skip: number; times: number }[] = [];

  add(fault: AwsFault): void {
    const { skip = 0, times = 1 } = fault;
    this.#pending.push({ fault, skip, times });
  }

  /** The fault that applies to this call of the operation, if any. */
  take(operation: string): AwsFault | undefined {
    const next = this.#pending.find(({ fault }) => fault.operation === operation);
    if (next === undefined) return undefined;
    if (next.skip > 0) {
      next.skip -= 1;
      return undefined;
    }
    next.times -= 1;
    if (next.times <= 0) this.#pending.splice(this.#pending.indexOf(next), 1);
    return next.fault;
  }
}
