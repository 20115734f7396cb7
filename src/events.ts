/** A revision that was passed over, and why. */
export interface SkippedRevision {
  readonly arn: string;
  readonly reason: string;
}

/** What the cloner tells its listener, while it works. No event holds the value of an environment variable. */
export type ClonerEvent =
  /** The newest base was found. */
  | { readonly type: "base-described"; readonly arn: string }
  /** The latest revision of the base family was no base, so older ones were looked at. `taken` is absent where none was found. */
  | {
      readonly type: "base-revisions-skipped";
      readonly family: string;
      readonly skipped: readonly SkippedRevision[];
      readonly taken?: string;
    }
  /** The base's user volume has an access point already: the base may be somebody's clone, from before this library. Set `isBase`. */
  | { readonly type: "base-has-access-point"; readonly arn: string; readonly volume: string; readonly advice: string }
  /** The base holds members that the installed SDK does not know. `carried` go into the clone, `left` (top-level ones) do not. */
  | {
      readonly type: "unknown-members";
      readonly arn: string;
      readonly carried: readonly string[];
      readonly left: readonly string[];
    }
  /** Whether the base holds members that the SDK does not know could not be looked at. */
  | { readonly type: "unknown-members-unchecked"; readonly arn: string; readonly reason: string }
  /** A clone was registered. */
  | { readonly type: "registered"; readonly arn: string; readonly userId: string }
  /** The present clone is what would have been registered. */
  | { readonly type: "reused"; readonly arn: string; readonly userId: string }
  /** ECS was busy; the call is sent again after the delay. */
  | {
      readonly type: "retried";
      readonly operation: string;
      readonly subject: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: string;
    }
  /** A register got no answer. `arn` is what it registered after all, or absent where it surely registered nothing. */
  | { readonly type: "settled"; readonly family: string; readonly userId: string; readonly arn?: string }
  /** A clone was deregistered: asked for, or because the call that registered it failed or was aborted. */
  | { readonly type: "retired"; readonly arn: string; readonly userId: string; readonly reason: "asked" | "undone" }
  /** A clone that should have been deregistered is still ACTIVE. `prune` finds it once the user has newer ones. */
  | { readonly type: "undo-failed"; readonly arn: string; readonly userId: string; readonly error: string };

/** Wraps a listener so that what it throws cannot break a clone. */
export function toEmitter(listener: ((event: ClonerEvent) => unknown) | undefined): (event: ClonerEvent) => void {
  return (event) => {
    try {
      const returned = listener?.(event);
      // An async listener fails later, where nobody would catch it.
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {}
  };
}
