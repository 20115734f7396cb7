import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { type AuditOptions, audit } from "../../src/fleet/index.ts";
import { hasNoAccessPoint, provenanceLabel } from "../../src/index.ts";
import { baseFamily, baseInput, cloneFamily, smallBase, toArn, toOldClone, toUser } from "../cast.ts";
import { newWorld } from "../world.ts";
import { collect } from "./collect.ts";
import { toOffsetPaged, toShuffling } from "./listings.ts";

const unrecorded = {
  kind: "unrecorded",
  reason: "carries no record: other code registered it into the clone family",
};

describe("audit of the clone families", () => {
  it("finds revisions without a record, and passes over the cloner's clones", async () => {
    const { ecs, cloner } = newWorld();
    ecs.register({ ...baseInput, family: cloneFamily });
    await cloner.clone(toUser(1));
    ecs.register({ ...baseInput, family: cloneFamily });
    expect(await collect(audit(cloner))).toStrictEqual([
      { arn: toArn(baseFamily, 1), kind: "base", reason: "carries no record" },
      { arn: toArn(cloneFamily, 3), ...unrecorded },
      { arn: toArn(cloneFamily, 1), ...unrecorded },
    ]);
  });

  it("cannot tell what a revision is whose record is not this cloner's", async () => {
    const { ecs, cloner, newCloner } = newWorld();
    ecs.register({ ...baseInput, family: "other" });
    await newCloner({ baseFamily: "other", cloneFamily }).clone(toUser(1));
    const [{ registered } = { registered: undefined }] = ecs.revisions(cloneFamily);
    const containerDefinitions = registered?.containerDefinitions?.map((container) => ({
      ...container,
      dockerLabels: { [provenanceLabel]: "{" },
    }));
    ecs.register({ ...registered, family: cloneFamily, containerDefinitions });
    expect((await collect(audit(cloner))).slice(1)).toStrictEqual([
      {
        arn: toArn(cloneFamily, 2),
        kind: "unknown",
        reason: "carries a clone's record that is broken",
      },
      {
        arn: toArn(cloneFamily, 1),
        kind: "unknown",
        reason: `is no clone of this cloner: it was cloned from ${toArn("other", 1)}, not from this account's ${baseFamily}.`,
        userId: "user_1",
      },
    ]);
  });

  it("covers the families that it is given, and none if there are none", async () => {
    const { ecs, newCloner } = newWorld();
    const cloner = newCloner({ cloneFamily: (userId) => `of-${userId}` });
    for (const family of ["of-ana", "of-ben", "of-cy"]) ecs.register({ ...baseInput, family });
    const kindsOf = async (options?: AuditOptions) => (await collect(audit(cloner, options))).map(({ arn }) => arn);
    const base = toArn(baseFamily, 1);
    expect(await kindsOf()).toStrictEqual([base]);
    expect(await kindsOf({ families: [] })).toStrictEqual([base]);
    expect(await kindsOf({ families: ["of-cy", "of-ana"] })).toStrictEqual([
      base,
      toArn("of-cy", 1),
      toArn("of-ana", 1),
    ]);
  });

  it.each([[["a b"]], [[baseFamily]], ["of-ana"], [null]])("rejects %j as families", (families) => {
    // @ts-expect-error some of them are of a wrong type
    expect(() => audit(newWorld().cloner, { families })).toThrow(InvalidInputError);
  });
});

describe("audit, while its loop deregisters", () => {
  it("misses none of 350 old clones", async () => {
    const { ecs, newCloner } = newWorld();
    const client = toOffsetPaged(ecs.client());
    const options = { client, baseFamily: "web", container: undefined, isBase: hasNoAccessPoint("data") };
    const cloner = newCloner(options);
    ecs.register(smallBase);
    for (let number = 1; number <= 350; number += 1) ecs.register(toOldClone(number));
    for await (const { arn, kind } of audit(cloner)) if (kind === "clone") ecs.deregister(arn);
    const left = ecs.revisions("web").flatMap(({ arn, status }) => (status === "ACTIVE" ? [arn] : []));
    expect(left).toStrictEqual([toArn("web", 1)]);
  });

  it("does not trust the order of a listing", async () => {
    const { ecs, newCloner } = newWorld();
    for (let count = 1; count <= 10; count += 1) ecs.register(baseInput);
    const cloner = newCloner({ client: toShuffling(ecs.client(), (arns) => [...arns].sort()) });
    const arns = (await collect(audit(cloner))).map(({ arn }) => arn);
    expect(arns).toStrictEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((revision) => toArn(baseFamily, revision)));
  });
});
