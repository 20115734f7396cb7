import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TaskDefClonerError } from "../../src/errors.ts";
import { audit, cloneAll, collectArnsInUse, listClones, prune, recloneAll } from "../../src/fleet/index.ts";
import { TaskDefCloner } from "../../src/task-def-cloner.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { baseInput, toArn, toUser } from "../cast.ts";

/** Any JSON value, with what JSON cannot say among them. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(undefined, { toString: 1 }, { userId: { toString: 1 } }),
  fc.bigInt(),
);

/** Objects with members that are not among any call's options. */
const noOptions = anything.filter((value) => value !== undefined && JSON.stringify(toComparable(value)) !== "{}");

const toComparable = (value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

const arn = toArn("app-user", 1);

async function drain(start: () => AsyncIterable<unknown>): Promise<void> {
  for await (const _ of start());
}

/** How the validation library puts things by default, in its own voice and not ours. */
const notOurs = /Invalid input|received |Unrecognized|Too (?:small|big)|\[object/;

type Call = (cloner: TaskDefCloner, argument: never) => Promise<unknown>;

/** Each argument of each call, with what nobody could make sense of in its place. */
const calls: Readonly<Record<string, readonly [fc.Arbitrary<unknown>, Call]>> = {
  "the user of plan": [anything, (cloner, user) => cloner.plan(user)],
  "the options of plan": [noOptions, (cloner, options) => cloner.plan(toUser(1), options)],
  "the user of clone": [anything, (cloner, user) => cloner.clone(user)],
  "the options of clone": [noOptions, (cloner, options) => cloner.clone(toUser(1), options)],
  "the present clone": [anything.filter(isDefined), (cloner, current) => cloner.clone(toUser(1), { current })],
  "the ARN of reclone": [anything, (cloner, given) => cloner.reclone(given)],
  "the changes of reclone": [noOptions, (cloner, changes) => cloner.reclone(arn, changes)],
  "the options of reclone": [noOptions, (cloner, options) => cloner.reclone(arn, {}, options)],
  "the ARN of planReclone": [anything, (cloner, given) => cloner.planReclone(given)],
  "the changes of planReclone": [noOptions, (cloner, changes) => cloner.planReclone(arn, changes)],
  "the options of planReclone": [noOptions, (cloner, options) => cloner.planReclone(arn, {}, options)],
  "the ARN of resize": [anything, (cloner, given) => cloner.resize(given, { cpu: 512, memory: 1024 })],
  "the size of resize": [anything, (cloner, size) => cloner.resize(arn, size)],
  "the options of resize": [noOptions, (cloner, options) => cloner.resize(arn, { cpu: 512, memory: 1024 }, options)],
  "the ARN of inspect": [anything, (cloner, given) => cloner.inspect(given)],
  "the options of inspect": [noOptions, (cloner, options) => cloner.inspect(arn, options)],
  "the ARN of retire": [anything, (cloner, given) => cloner.retire(given)],
  "the options of retire": [noOptions, (cloner, options) => cloner.retire(arn, options)],
  "the users of cloneAll": [
    anything.filter((value) => !Array.isArray(value)),
    (cloner, users) => drain(() => cloneAll(cloner, users)),
  ],
  "the options of cloneAll": [noOptions, (cloner, options) => drain(() => cloneAll(cloner, [toUser(1)], options))],
  "the options of recloneAll": [noOptions, (cloner, options) => drain(() => recloneAll(cloner, [arn], options))],
  "the options of prune": [anything, (cloner, options) => drain(() => prune(cloner, options))],
  "the options of audit": [noOptions, (cloner, options) => drain(() => audit(cloner, options))],
  "the options of listClones": [noOptions, (cloner, options) => drain(() => listClones(cloner, options))],
  "the cloner of cloneAll": [anything, (_, cloner) => drain(() => cloneAll(cloner, [toUser(1)]))],
  "the cloner of recloneAll": [anything, (_, cloner) => drain(() => recloneAll(cloner, [arn]))],
  "the cloner of prune": [anything, (_, cloner) => drain(() => prune(cloner, { inUse: [] }))],
  "the cloner of audit": [anything, (_, cloner) => drain(() => audit(cloner))],
  "the cloner of listClones": [anything, (_, cloner) => drain(() => listClones(cloner))],
};

function isDefined(value: unknown): boolean {
  return value !== undefined;
}

describe("a meaningless argument", () => {
  it.each(Object.entries(calls))("as %s, causes a typed error and no request", async (_, [arbitrary, call]) => {
    const ecs = new FakeEcs();
    ecs.register(baseInput);
    const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: "isol8-dev-openclaw", container: "openclaw" });
    await fc.assert(
      fc.asyncProperty(arbitrary, async (argument) => {
        // The cast: no call takes what it is given here.
        const error = await call(cloner, argument as never).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(TaskDefClonerError);
        expect(String(error)).not.toMatch(notOurs);
        expect(ecs.calls).toStrictEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("as the cluster of collectArnsInUse, causes a typed error and no request", async () => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    await fc.assert(
      fc.asyncProperty(
        anything.filter((value) => typeof value !== "string" || value === ""),
        async (cluster) => {
          // The cast: what a caller without types may pass.
          const error = await collectArnsInUse(client, cluster as string).catch((reason: unknown) => reason);
          expect(error).toBeInstanceOf(TaskDefClonerError);
          expect(ecs.calls).toStrictEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("as the options of a cloner, causes a typed error", () => {
    fc.assert(
      fc.property(anything, (options) => {
        // The cast: what a caller without types may pass.
        expect(() => new TaskDefCloner(options as never)).toThrow(TaskDefClonerError);
      }),
    );
  });
});
