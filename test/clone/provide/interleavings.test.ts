import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Clone } from "../../../src/results.ts";
import { systemClock } from "../../../src/testing/index.ts";
import { baseFamily, baseInput, toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newWorld, registeredAs } from "../../world.ts";

const delay = fc.integer({ min: 0, max: 250 });
const user = fc.constantFrom(1, 2, 3);

/** What happens, and how long (ms) before the next thing does. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant("deploy" as const), delay }),
  fc.record({ kind: fc.constant("retire" as const), delay, user }),
  fc.record({ kind: fc.constantFrom("clone" as const, "reclone" as const, "resize" as const), delay, user }),
  fc.record({ kind: fc.constantFrom("clone" as const, "reclone" as const, "resize" as const), delay, user }),
);

const schedule = fc.record({
  happenings: fc.array(happening, { minLength: 2, maxLength: 16 }),
  /** Whether somebody's clone lies above each base in its family, so that finding a base takes several requests. */
  isContaminated: fc.boolean(),
  /** Descriptions that are late: how many come between, and what they wait for once ECS has read them. */
  late: fc.array(fc.tuple(fc.nat({ max: 6 }), fc.constantFrom(150, 700, 2500)), { maxLength: 5 }),
});

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

const revisionOf = (arn: string): number => Number(arn.split(":").at(-1));

/** A call, and what was true when it began. */
interface Call {
  readonly newestBase: number;
  readonly retired: ReadonlySet<string>;
  readonly clone: Promise<Clone>;
}

/** A world in which calls, deploys and retirements interleave, and what is known of them. */
class Interleaving {
  readonly world = newWorld({ clock: systemClock, latencyMs: 100, concurrentRevisionError: true });
  readonly cloner;
  readonly calls: Call[] = [];
  readonly retired = new Set<string>();
  readonly clones = new Map<number, Clone>();
  /** The newest base when each registration was sent. */
  readonly basesAtSending: number[] = [];
  readonly #isContaminated: boolean;
  #newestBase = 1;

  constructor(isContaminated: boolean) {
    this.#isContaminated = isContaminated;
    const client = this.world.ecs.client();
    client.middlewareStack.add(
      <Args, Result>(next: (args: Args) => Promise<Result>, context: { readonly commandName?: string }) =>
        (args: Args): Promise<Result> => {
          if (context.commandName === "RegisterTaskDefinitionCommand") this.basesAtSending.push(this.#newestBase);
          return next(args);
        },
      { step: "finalizeRequest", name: "noteSending" },
    );
    this.cloner = this.world.newCloner({ client });
  }

  async happen(one: Happening): Promise<void> {
    if (one.kind === "deploy") this.deploy();
    else if (one.kind === "retire") this.retire(one.user);
    else this.call(one.kind, one.user);
    await pass(one.delay);
  }

  /** No two bases are alike, so that a clone of an older one is never the same. */
  deploy(): void {
    const { ecs } = this.world;
    const arn = ecs.register({ ...baseInput, tags: [{ key: "release", value: String(this.#newestBase) }] });
    this.#newestBase = revisionOf(arn);
    const [clone] = this.clones.values();
    if (this.#isContaminated && clone) ecs.register({ ...registeredAs(this.world, clone.arn), family: baseFamily });
  }

  retire(number: number): void {
    const clone = this.clones.get(number);
    if (clone === undefined) return;
    this.world.ecs.deregister(clone.arn);
    this.retired.add(clone.arn);
  }

  call(kind: "clone" | "reclone" | "resize", number: number): void {
    const current = this.clones.get(number)?.arn;
    const size = { cpu: 1024 * (1 + (this.calls.length % 2)), memory: 4096 };
    const start = (): Promise<Clone> => {
      if (kind === "clone" || current === undefined) return this.cloner.clone(toUser(number), { current });
      return kind === "reclone" ? this.cloner.reclone(current) : this.cloner.resize(current, size);
    };
    const clone = start();
    clone.then((given) => this.clones.set(number, given));
    this.calls.push({ newestBase: this.#newestBase, retired: new Set(this.retired), clone });
  }
}

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("calls, deploys and retirements in any order", () => {
  it("give no call an older base than its beginning or the registration before it saw, nor a clone that was retired before it began", async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async ({ happenings, isContaminated, late }) => {
        const one = new Interleaving(isContaminated);
        for (const [skip, delayMs] of late)
          one.world.ecs.fail({ operation: "DescribeTaskDefinition", skip, delayMs, effect: "before" });
        for (const next of happenings) await one.happen(next);
        for (const { newestBase, retired, clone } of one.calls) {
          const { arn, revision, reused, baseArn } = await inFakeTime(clone);
          expect(revisionOf(baseArn)).toBeGreaterThanOrEqual(newestBase);
          if (reused) expect(retired).not.toContain(arn);
          else expect(revisionOf(baseArn)).toBeGreaterThanOrEqual(one.basesAtSending[revision - 2] ?? 0);
        }
        // ECS refuses two registrations at once.
        expect(one.world.ecs.calls.filter(({ outcome }) => outcome !== "ok")).toStrictEqual([]);
      }),
      { numRuns: 50 },
    );
  }, 120_000);
});
