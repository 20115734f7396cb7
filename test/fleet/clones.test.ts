import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { listClones } from "../../src/fleet/index.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../cast.ts";
import { newWorld, provision, rejectionOf } from "../world.ts";
import { collect } from "./collect.ts";

const baseArn = toArn(baseFamily, 1);

describe("listClones", () => {
  it("yields the ACTIVE clones, newest first", async () => {
    const { ecs, cloner } = newWorld();
    const [, second = ""] = await provision(cloner, 1, 2, 3);
    ecs.deregister(second);
    const toListed = (number: number) => ({
      arn: toArn(cloneFamily, number),
      family: cloneFamily,
      revision: number,
      userId: `user_${number}`,
      baseArn,
      accessPoints: { workspace: toUser(number).accessPointId },
    });
    expect(await collect(listClones(cloner))).toStrictEqual([toListed(3), toListed(1)]);
  });

  it("yields nothing if no user has a clone", async () => {
    expect(await collect(listClones(newWorld().cloner))).toStrictEqual([]);
  });

  it("skips revisions that are not the cloner's clones", async () => {
    const { ecs, cloner } = newWorld();
    ecs.register({ ...baseInput, family: cloneFamily });
    expect(await collect(listClones(cloner))).toStrictEqual([]);
  });

  it("skips revisions that disappear after they were listed", async () => {
    const { ecs, cloner } = newWorld();
    await cloner.clone(toUser(1));
    ecs.fail({
      operation: "DescribeTaskDefinition",
      error: "ClientException",
      message: "Unable to describe task definition.",
    });
    expect(await collect(listClones(cloner))).toStrictEqual([]);
  });

  it("reads more than one page", async () => {
    const { ecs, cloner } = newWorld();
    await cloner.clone(toUser(1));
    for (let count = 0; count < 150; count += 1) ecs.register({ ...baseInput, family: cloneFamily });
    expect(await collect(listClones(cloner))).toMatchObject([{ userId: "user_1" }]);
  });

  it("covers the given families", async () => {
    const { newCloner } = newWorld();
    const cloner = newCloner({ cloneFamily: (userId) => `of-${userId}` });
    await provision(cloner, 1, 2, 3);
    const clones = await collect(listClones(cloner, { families: ["of-user_3", "of-user_1", "of-nobody"] }));
    expect(clones.map(({ userId }) => userId)).toStrictEqual(["user_3", "user_1"]);
  });

  it("requires `families` if they depend on the user", () => {
    const { ecs, newCloner } = newWorld();
    const cloner = newCloner({ cloneFamily: (userId) => `of-${userId}` });
    const call = () => listClones(cloner);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow("`families`");
    expect(ecs.calls).toStrictEqual([]);
  });

  it.each([[[]], [["a b"]], [["fine", "a b"]], [[1]], [[baseFamily]], ["of-user_1"], [new Set(["of-user_1"])], [null]])(
    "rejects %j as families",
    (families) => {
      const { ecs, cloner } = newWorld();
      // @ts-expect-error some of them are of a wrong type
      expect(() => listClones(cloner, { families })).toThrow(
        new InvalidInputError(
          `The option \`families\` takes a list of names of families other than the base family ${baseFamily}.`,
        ),
      );
      expect(ecs.calls).toStrictEqual([]);
    },
  );

  it("rejects an unknown option", () => {
    const { cloner } = newWorld();
    // @ts-expect-error there is no such option
    const call = () => listClones(cloner, { family: cloneFamily });
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow("Invalid options of listClones: ");
  });

  it("stops when aborted", async () => {
    const { cloner } = newWorld();
    await cloner.clone(toUser(1));
    const reason = new Error("enough");
    expect(await rejectionOf(collect(listClones(cloner, { signal: AbortSignal.abort(reason) })))).toBe(reason);
  });

  it("yields the ARNs with which cloneAll continues after a crash", async () => {
    const { cloner, active } = newWorld();
    await provision(cloner, 1, 2);
    const stored = new Map((await collect(listClones(cloner))).map(({ userId, arn }) => [userId, arn]));
    for (const number of [1, 2, 3]) {
      const current = stored.get(`user_${number}`);
      expect(await cloner.clone(toUser(number), { current })).toMatchObject({ reused: number < 3 });
    }
    expect(active()).toHaveLength(3);
  });
});
