import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EcsClient } from "../../src/ecs/connection.ts";
import { hasNoAccessPoint, type IsBase, lacksTag, provenanceLabel } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { plainUser, smallBase, toArn, toOldClone } from "../cast.ts";
import { rejectionOf } from "../world.ts";
import { listing, newWebFamily } from "./web-family.ts";

const kinds = ["base", "clone with a record", "old clone"] as const;
type Kind = (typeof kinds)[number];

const [app] = smallBase.containerDefinitions;
const inputs = {
  base: smallBase,
  "clone with a record": {
    ...toOldClone(1),
    containerDefinitions: [{ ...app, dockerLabels: { [provenanceLabel]: "{}" } }],
  },
  "old clone": { ...toOldClone(2), tags: [{ key: "user", value: "user_1" }] },
} as const;

interface Revision {
  readonly kind: Kind;
  readonly isActive: boolean;
}

/** A family's revisions from 1 up, and how an endpoint shows them. */
interface Family {
  readonly revisions: readonly Revision[];
  /** The rule that tells bases from old clones. */
  readonly rule: "none" | "everything" | "content" | "tags";
  /** Sorts the listing by its digits. */
  readonly order: readonly number[];
  readonly pageSize: number;
  /** Whether other families are listed too. */
  readonly byPrefix: boolean;
  /** Whether the bare family names the highest revision, ACTIVE or not. */
  readonly latestMayBeInactive: boolean;
}

const family: fc.Arbitrary<Family> = fc.record({
  revisions: fc.array(fc.record({ kind: fc.constantFrom(...kinds), isActive: fc.boolean() }), { maxLength: 12 }),
  rule: fc.constantFrom("none", "everything", "content", "tags"),
  order: fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
  pageSize: fc.integer({ min: 1, max: 5 }),
  byPrefix: fc.boolean(),
  latestMayBeInactive: fc.boolean(),
});

const rules: Readonly<Record<Family["rule"], IsBase | undefined>> = {
  none: undefined,
  everything: () => true,
  content: hasNoAccessPoint(),
  tags: lacksTag("user"),
};

/** What must come of it: a base's ARN, or that the call is refused. */
function toExpected({ revisions, rule }: Family): string | "refused" {
  for (const [index, { kind, isActive }] of [...revisions.entries()].reverse()) {
    if (!isActive || kind === "clone with a record") continue;
    if (kind === "base" || rule === "everything") return toArn("web", index + 1);
    if (rule === "none") return "refused";
  }
  return "refused";
}

/** An endpoint that holds the family. */
function toClient(ecs: FakeEcs, { revisions, order, pageSize, byPrefix, latestMayBeInactive }: Family): EcsClient {
  for (const { kind } of revisions) ecs.register(inputs[kind]);
  for (const [index, { isActive }] of revisions.entries()) if (!isActive) ecs.deregister(`web:${index + 1}`);
  const active = revisions.flatMap(({ isActive }, index) => (isActive ? [toArn("web", index + 1)] : []));
  const others = byPrefix ? [toArn("web-user", 99), toArn("website", 1), toArn("web-user", 3)] : [];
  const listed = [...active, ...others]
    .map((arn, index) => ({ arn, place: order[index] ?? 0 }))
    .sort((one, other) => one.place - other.place)
    .map(({ arn }) => arn);
  const pages: string[][] = [];
  for (let start = 0; start < listed.length; start += pageSize) pages.push(listed.slice(start, start + pageSize));
  const client = ecs.client();
  client.middlewareStack.add(
    (next) => (args) => {
      const isBare = "taskDefinition" in args.input && args.input.taskDefinition === "web";
      if (latestMayBeInactive && isBare && revisions.length > 0) {
        return next({ ...args, input: { ...args.input, taskDefinition: `web:${revisions.length}` } });
      }
      return next(args);
    },
    { step: "initialize", name: "latest" },
  );
  return listing(client, () => pages);
}

describe("any family on any endpoint", () => {
  it("gives the highest ACTIVE revision without a record that is a base, or a refusal, in the first call and in later ones", async () => {
    await fc.assert(
      fc.asyncProperty(family, async (given) => {
        const ecs = new FakeEcs();
        const { newCloner } = newWebFamily();
        const cloner = newCloner({ client: toClient(ecs, given), isBase: rules[given.rule] });
        const expected = toExpected(given);
        for (let call = 0; call < 2; call += 1) {
          const planning = cloner.plan(plainUser);
          if (expected === "refused") expect(await rejectionOf(planning)).toMatchObject({ name: "UnfitBaseError" });
          else expect(await planning).toMatchObject({ baseArn: expected });
        }
        const described = ecs.calls.flatMap(({ input }) => String(input.taskDefinition));
        expect(described.filter((subject) => !/^web$|\/web:\d+$|^web:\d+$/.test(subject))).toStrictEqual([]);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
