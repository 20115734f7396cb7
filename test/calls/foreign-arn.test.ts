import { describe, expect, it } from "vitest";
import { InvalidInputError, NotACloneError } from "../../src/errors.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import type { Clone } from "../../src/results.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../cast.ts";
import { newWorld, registeredAs, rejectionOf, type World } from "../world.ts";
import { containerOf, withRecord } from "./registered.ts";

const recordOf = (world: World, arn: string): object =>
  JSON.parse(containerOf(world, arn).dockerLabels?.[provenanceLabel] ?? "");

/** ARNs that are no clones of ours, each with a part of the reason. */
const others: Readonly<Record<string, readonly [(world: World, clone: Clone) => string, string]>> = {
  "the base": [() => toArn(baseFamily, 1), "is a revision of the base family, not a clone."],
  "a revision of another family": [({ ecs }) => ecs.register({ ...baseInput, family: "web" }), "carries no record"],
  "a clone from before the library": [
    ({ ecs }) => ecs.register({ ...baseInput, family: cloneFamily }),
    "call `clone` with the whole user",
  ],
  "a copy of a clone in another family": [
    (world, { arn }) => world.ecs.register({ ...registeredAs(world, arn), family: "copies" }),
    "it is a copy of a clone",
  ],
  "a copy of a clone in the base family": [
    (world, { arn }) => world.ecs.register({ ...registeredAs(world, arn), family: baseFamily }),
    "is a revision of the base family, not a clone.",
  ],
  "a clone with a newer version's record": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), version: 2, more: true });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "Update the library",
  ],
  "a clone with a record that is not JSON": [
    (world, { arn }) => world.ecs.register(withRecord(registeredAs(world, arn), "{")),
    "cannot be read",
  ],
  "a clone with an incomplete record": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), userId: undefined });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "cannot be read",
  ],
  "a clone of another base family": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), base: toArn("other-base", 1) });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "not from this account's",
  ],
  "a clone of something that is not an ARN": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), base: "the base" });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "it was cloned from the base, not from this account's",
  ],
  "a clone of a base in another account": [
    (world, { arn }) => {
      const base = toArn(baseFamily, 1).replace("111122223333", "444455556666");
      return world.ecs.register(
        withRecord(registeredAs(world, arn), JSON.stringify({ ...recordOf(world, arn), base })),
      );
    },
    "not from this account's",
  ],
  "a clone that lacks the user-specific parts its record lists": [
    (world, { arn }) => {
      const own = { accessPointId: true, secrets: ["X"] };
      return world.ecs.register(withRecord(registeredAs(world, arn), JSON.stringify({ ...recordOf(world, arn), own })));
    },
    "lacks something",
  ],
};

const calls: Readonly<Record<string, (world: World, arn: string) => Promise<unknown>>> = {
  retire: ({ cloner }, arn) => cloner.retire(arn),
  reclone: ({ cloner }, arn) => cloner.reclone(arn),
  resize: ({ cloner }, arn) => cloner.resize(arn, { cpu: 1024, memory: 2048 }),
  inspect: ({ cloner }, arn) => cloner.inspect(arn),
};

describe.each(Object.entries(calls))("%s", (name, call) => {
  it.each(Object.entries(others))("rejects %s and changes nothing", async (_, [make, reason]) => {
    const world = newWorld();
    const clone = await world.cloner.clone(toUser(1));
    const arn = make(world, clone);
    const before = world.ecs.revisions();
    world.ecs.clearCalls();
    const error = await rejectionOf(call(world, arn));
    expect(error).toBeInstanceOf(NotACloneError);
    expect(error).toMatchObject({ name: "NotACloneError", arn, message: expect.stringContaining(reason) });
    expect(world.ecs.revisions()).toStrictEqual(before);
    expect(new Set(world.ecs.calls.map(({ operation }) => operation))).toStrictEqual(
      new Set(["DescribeTaskDefinition"]),
    );
  });

  const form = "arn:aws:ecs:<region>:<account>:task-definition/<family>:<revision>";

  it.each<[unknown, string]>([
    ["web", `"web" is not the ARN of a revision. Use the \`arn\` that clone() returned: ${form}.`],
    [
      toArn(cloneFamily, 1).replace(/:1$/, ""),
      `"${toArn(cloneFamily, 1).replace(/:1$/, "")}" is not the ARN of a revision. Use the \`arn\` that clone() returned: ${form}.`,
    ],
    ["a\u202e\n", `"a\\u202e\\n" is not the ARN of a revision. Use the \`arn\` that clone() returned: ${form}.`],
    [
      `${cloneFamily}:1`,
      `"${cloneFamily}:1" is not a full ARN. Use the \`arn\` that clone() returned: arn:aws:ecs:<region>:<account>:task-definition/${cloneFamily}:1.`,
    ],
    ["", `${name}: expected a clone's ARN (clone.arn), got an empty string.`],
    [undefined, `${name}: expected a clone's ARN (clone.arn), got undefined.`],
    [null, `${name}: expected a clone's ARN (clone.arn), got null.`],
    [1, `${name}: expected a clone's ARN (clone.arn), got a number (a revision?).`],
    [
      { arn: toArn(cloneFamily, 1) },
      `${name}: expected a clone's ARN (clone.arn), got an object; did you mean clone.arn?`,
    ],
    [Promise.resolve(), `${name}: expected a clone's ARN (clone.arn), got a promise; did you forget an await?`],
  ])("rejects %j, which is not a revision's ARN, without a request", async (arn, message) => {
    const world = newWorld();
    // The cast: a caller without types may pass anything.
    expect(await rejectionOf(call(world, arn as string))).toStrictEqual(new InvalidInputError(message));
    expect(world.ecs.calls).toStrictEqual([]);
  });
});

describe.each(["reclone", "resize", "inspect"])("%s", (name) => {
  it("rejects a clone that no longer exists", async () => {
    const world = newWorld();
    const arn = toArn(cloneFamily, 5);
    expect(await rejectionOf(calls[name]?.(world, arn) ?? Promise.resolve())).toMatchObject({
      name: "NotACloneError",
      arn,
      message: expect.stringContaining("no such revision"),
    });
  });
});
