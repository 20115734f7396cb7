import { toDraft } from "../src/clone/draft.ts";
import { derive, deriveClone } from "../src/derivation/derive-clone.ts";
import { type DescribedRevision, describe } from "../src/ecs/revisions.ts";
import type { Base } from "../src/task-definition.ts";
import { FakeEcs } from "../src/testing/fake-ecs.ts";
import { baseFamily, container, toBase, toUser } from "./bases.ts";
import { compareSync } from "./compare.ts";
import { type Row, report } from "./row.ts";
import { toText } from "./spread.ts";

const rules = { container };

/** The base as ECS describes it. */
async function toDescribed(kibibytes: number): Promise<DescribedRevision> {
  const ecs = new FakeEcs();
  ecs.register(toBase(kibibytes));
  const quiet = { client: ecs.client(), requestTimeoutMs: 10_000, deadlineMs: 0, emit: () => {} };
  const described = await describe(quiet, baseFamily);
  if (described === undefined) throw new Error("the base that was just registered is missing");
  return described;
}

const small = await toDescribed(1);
const typical = await toDescribed(4);
const large = await toDescribed(60);
const user = toUser(1);

const family = `${baseFamily}-user`;

/** The derivation as a call does it, which has checked the user and the options before. */
const deriveChecked = (base: DescribedRevision): unknown => derive(base, user, family, rules);

function toDeriveRow(what: string, base: DescribedRevision, run: (base: DescribedRevision) => unknown): Row {
  const { taskDefinition, tags } = base;
  const { ratio, ours, reference } = compareSync(
    () => run(base),
    () => structuredClone({ taskDefinition, tags }),
  );
  return {
    what,
    comparedWith: "`structuredClone` of the base",
    ratio: ratio.median,
    aim: 0.25,
    detail: `${ours.toFixed(1)} µs, ${reference.toFixed(1)} µs; ${toText(ratio)}`,
  };
}

function toRecordRow(name: string, base: DescribedRevision): Row {
  const { taskDefinition, tags } = base;
  const { ours } = compareSync(
    () => toDraft(base, { user, family }, rules, "token"),
    () => deriveChecked(base),
  );
  const derived = compareSync(
    () => deriveChecked(base),
    () => structuredClone({ taskDefinition, tags }),
  );
  return {
    what: `writing the record (digest, size check), base of ${name}`,
    comparedWith: "`structuredClone` of the base",
    ratio: (ours - derived.ours) / derived.reference,
    detail: `${(ours - derived.ours).toFixed(1)} µs, ${derived.reference.toFixed(1)} µs`,
  };
}

function toGrowthRow(what: string, comparedWith: string, more: () => Base & object, less: () => Base & object): Row {
  return toFactorRow(
    what,
    comparedWith,
    () => deriveClone(more(), user, rules),
    () => deriveClone(less(), user, rules),
  );
}

function toFactorRow(what: string, comparedWith: string, more: () => unknown, less: () => unknown): Row {
  const { ratio, ours, reference } = compareSync(more, less);
  return {
    what,
    comparedWith,
    ratio: ratio.median,
    detail: `${ours.toFixed(1)} µs, ${reference.toFixed(1)} µs; ${toText(ratio)}`,
  };
}

const manyVariables = toUser(1, 100);

report([
  toDeriveRow("deriving a clone in a call, base of 4 KiB", typical, deriveChecked),
  toDeriveRow("deriving a clone in a call, base of 60 KiB", large, deriveChecked),
  toDeriveRow("`deriveClone`, which checks its arguments, base of 4 KiB", typical, (base) =>
    deriveClone(base, user, rules),
  ),
  toDeriveRow("`deriveClone`, which checks its arguments, base of 60 KiB", large, (base) =>
    deriveClone(base, user, rules),
  ),
  toRecordRow("4 KiB", typical),
  toRecordRow("60 KiB", large),
  toGrowthRow(
    "`deriveClone`, base of 60 KiB",
    "the same, base of 1 KiB",
    () => large,
    () => small,
  ),
  toFactorRow(
    "`structuredClone`, base of 60 KiB",
    "the same, base of 1 KiB",
    () => structuredClone({ taskDefinition: large.taskDefinition }),
    () => structuredClone({ taskDefinition: small.taskDefinition }),
  ),
  toFactorRow(
    "`deriveClone` for a user of 100 variables",
    "the same for a user of 1",
    () => deriveClone(typical, manyVariables, rules),
    () => deriveClone(typical, user, rules),
  ),
]);
