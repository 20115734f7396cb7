import { toFrozen } from "./frozen.ts";
import { toMessage } from "./printable.ts";
import type { CheckKind, CheckStatus } from "./verify/check.ts";

/** A revision that was skipped, and why. */
export interface SkippedRevision {
  readonly arn: string;
  readonly reason: string;
}

/** A check that failed, or that nothing decided. */
export interface VerifiedFinding {
  readonly kind: CheckKind;
  /** What it is about, such as an image or an ARN. */
  readonly subject: string;
  /** Where the definition names it. */
  readonly where: readonly string[];
  readonly status: CheckStatus;
  readonly detail: string;
  readonly advice?: string;
  /** The permission that the verifier lacks. */
  readonly permission?: string;
}

/** What a clone refers to was verified: how many checks came out how, and those that did not come out well. */
export interface VerifiedEvent {
  readonly type: "verified";
  readonly userId: string;
  readonly family: string;
  /** ARN of the base revision that is to be cloned. */
  readonly baseArn: string;
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly skipped: number;
  readonly findings: readonly VerifiedFinding[];
}

/** What the cloner reports to `onEvent` while it works. No event contains the value of an environment variable. */
export type ClonerEvent =
  /** The newest base was found. */
  | { readonly type: "base-described"; readonly arn: string }
  /** The latest revision of the base family is not a base, so older ones were checked. `taken` is absent if none of them was a base. */
  | {
      readonly type: "base-revisions-skipped";
      readonly family: string;
      readonly skipped: readonly SkippedRevision[];
      readonly taken?: string;
    }
  /** The base has fields that the installed SDK does not know. `carried` are copied into the clone; `left` (top-level ones) are not. */
  | {
      readonly type: "unknown-members";
      readonly arn: string;
      readonly carried: readonly string[];
      readonly left: readonly string[];
    }
  /** The base could not be checked for fields that the SDK does not know. */
  | { readonly type: "unknown-members-unchecked"; readonly arn: string; readonly reason: string }
  /** The cloner's verifier has checked what is about to be registered. */
  | VerifiedEvent
  /** A clone was registered. */
  | { readonly type: "registered"; readonly arn: string; readonly userId: string }
  /** The family has used nine tenths of the revisions that ECS allows it, so it takes `left` more. Emitted with each clone registered there. */
  | { readonly type: "family-nearly-full"; readonly family: string; readonly revision: number; readonly left: number }
  /** What an earlier attempt registered is what would have been registered. */
  | { readonly type: "resumed"; readonly arn: string; readonly userId: string }
  /** The current clone is identical to what would have been registered. */
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
  /** A registration got no answer. `arn` is what it registered after all; absent if it was found to have registered nothing. */
  | { readonly type: "settled"; readonly family: string; readonly userId: string; readonly arn?: string }
  /**
   * A clone was deregistered: on request, by `prune`, because the call that registered it failed or was aborted, or because a later attempt registered
   * another in its place.
   */
  | {
      readonly type: "retired";
      readonly arn: string;
      readonly userId: string;
      readonly reason: "asked" | "pruned" | "undone" | "replaced";
    }
  /** A clone whose call failed stays ACTIVE: for the next attempt, or since another call in this process was given it meanwhile. */
  | { readonly type: "kept"; readonly arn: string; readonly userId: string; readonly reason: string }
  /** A clone that should have been deregistered is still ACTIVE. `prune` finds it once its user has newer ones. */
  | { readonly type: "undo-failed"; readonly arn: string; readonly userId: string; readonly error: string };

/** Wraps a listener so that neither exceptions it throws nor what it does to an event can break a clone: it gets frozen copies. */
export function toEmitter(listener: ((event: ClonerEvent) => unknown) | undefined): (event: ClonerEvent) => void {
  if (listener === undefined) return () => {};
  return (event) => {
    try {
      const returned = listener(toFrozen(toPrintableEvent(event)));
      // An async listener fails later, when nothing would catch its error.
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {}
  };
}

/** Texts are for people: what they are made of must not command the terminal that shows them. Names, ids and ARNs are data, and stay as they are. */
function toPrintableEvent(event: ClonerEvent): ClonerEvent {
  switch (event.type) {
    case "base-revisions-skipped":
      return { ...event, skipped: event.skipped.map(({ arn, reason }) => ({ arn, reason: toMessage(reason) })) };
    case "unknown-members-unchecked":
      return { ...event, reason: toMessage(event.reason) };
    case "verified":
      return { ...event, findings: event.findings.map(toPrintableFinding) };
    case "retried":
      return { ...event, subject: toMessage(event.subject), error: toMessage(event.error) };
    case "undo-failed":
      return { ...event, error: toMessage(event.error) };
    default:
      return event;
  }
}

const toPrintableFinding = ({ detail, advice, ...finding }: VerifiedFinding): VerifiedFinding => ({
  ...finding,
  detail: toMessage(detail),
  ...(advice !== undefined && { advice: toMessage(advice) }),
});
