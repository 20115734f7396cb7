import fc from "fast-check";
import type { Fault } from "../../src/testing/index.ts";
import { fault } from "./steps.ts";

/** Ids that families must keep apart, though a person would read them as one. */
export const userIds = ["ana", "Ana", "ana-"] as const;

export type UserId = (typeof userIds)[number];

/** What a user asks for in one call. */
export interface Ask {
  readonly userId: UserId;
  /** What the call is an attempt at; `null` if it is none. */
  readonly request: number | null;
  /** What the user wants to have, by a small number. */
  readonly content: number;
  readonly kind: "clone" | "reclone";
  /** Whether the current clone is named: the latest, or the one that was stored. */
  readonly withCurrent: boolean;
  /** What the caller's step does. */
  readonly step: "works" | "fails" | "sees a new base";
  /** When the caller gives up, in milliseconds from the start. */
  readonly abortAfterMs: number | null;
  /** In which of two processes the call runs. */
  readonly process: 0 | 1;
}

export type AttemptStep =
  | { readonly kind: "deploy"; readonly variation: number }
  | { readonly kind: "ask"; readonly asks: readonly Ask[] }
  | { readonly kind: "prune" };

const often = <Value>(usual: Value, ...others: readonly Value[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others, usual) });

const ask: fc.Arbitrary<Ask> = fc.record({
  userId: fc.constantFrom(...userIds),
  request: fc.option(fc.nat({ max: 1 }), { freq: 4 }),
  content: fc.nat({ max: 1 }),
  kind: often<Ask["kind"]>("clone", "reclone"),
  withCurrent: fc.boolean(),
  step: often<Ask["step"]>("works", "fails", "sees a new base"),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 120 }), { freq: 6 }),
  process: fc.constantFrom(0 as const, 1 as const),
});

/** The same again, as when a message is delivered twice. */
const twice = fc
  .tuple(ask, fc.constantFrom(0 as const, 1 as const))
  .map(([one, process]) => [one, { ...one, process }]);

const step: fc.Arbitrary<AttemptStep> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deploy" as const), variation: fc.nat({ max: 1 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("ask" as const), asks: ask.map((one) => [one]) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("ask" as const), asks: twice }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("ask" as const), asks: fc.array(ask, { minLength: 2, maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "prune" as const }) },
);

/** A step, and what goes wrong in it. */
export interface FaultyStep {
  readonly step: AttemptStep;
  readonly fault: Fault | null;
}

export const attemptSteps: fc.Arbitrary<readonly FaultyStep[]> = fc.array(
  fc.record({ step, fault: fc.option(fault, { freq: 2 }) }),
  { minLength: 1, maxLength: 10 },
);
