import { describe, expect, it } from "vitest";
import { prune } from "../../src/fleet/index.ts";
import { provenanceLabel, renderPlan, TaskDefCloner } from "../../src/index.ts";
import { baseFamily, plainUser } from "../cast.ts";
import { answering, toBytes, toDescribed } from "../ecs/answering.ts";
import { collect } from "../fleet/collect.ts";
import { newWorld, registeredAs, rejectionOf } from "../world.ts";
import { containerOf, withRecord } from "./registered.ts";

/** What would command a terminal, turn the text after it around, or break a line of a log. */
const hostile = "A\u0001\u001b[2J\n\u007f\u009b\u061c\u200e\u200f\u2028\u202e\u2066\ud800";
const shown = "A\\u0001\\u001b[2J\\u000a\\u007f\\u009b\\u061c\\u200e\\u200f\\u2028\\u202e\\u2066\\ud800";

const newCloner = (container: object, members: object = {}, options: object = {}): TaskDefCloner => {
  const taskDefinition = toDescribed(container, members);
  const { client } = answering([{ body: toBytes({ taskDefinition, tags: [] }) }]);
  return new TaskDefCloner({ client, baseFamily: "web", ...options });
};

describe("what cannot be printed", () => {
  it("is escaped in a plan's warnings", async () => {
    const { warnings } = await newCloner({}, { [hostile]: 1 }).plan(plainUser);
    expect(warnings).toStrictEqual([expect.stringContaining(`does not know, so the clone lacks them: ${shown}.`)]);
  });

  it("is escaped in the warnings of a user's parts", async () => {
    const cloner = newCloner(
      { name: hostile, cpu: 128, memory: 512 },
      { cpu: "256", memory: "512" },
      { containerLimits: "keep" },
    );
    const { warnings } = await cloner.plan({ ...plainUser, size: { cpu: 1024, memory: 2048 } });
    expect(warnings.join()).toContain(`Container ${shown} of base web:1 `);
  });

  it("is escaped in every line of a rendered plan, and in the paths of the plan itself", async () => {
    const cloner = newCloner({}, { executionRoleArn: "arn:aws:iam::111122223333:role/execution", [hostile]: 1 });
    const plan = await cloner.plan({
      ...plainUser,
      userId: hostile,
      environment: { [hostile]: hostile },
      secrets: { [`S${hostile}`]: "/key" },
      tags: { [hostile]: hostile },
    });
    const lines = renderPlan(plan, { color: false }).split("\n");
    expect(lines).toHaveLength(1 + plan.changes.length + plan.warnings.length);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
    expect(lines[0]).toBe(`${shown}: web:1 → web-user`);
    expect(plan.changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        `containerDefinitions[app].environment[${shown}]`,
        `containerDefinitions[app].secrets[S${shown}]`,
        `tags[${shown}]`,
      ]),
    );
  });

  it("is escaped in errors about names", async () => {
    const cloner = newCloner({}, {}, { reserved: [hostile] });
    const error = await rejectionOf(cloner.plan({ ...plainUser, environment: { [hostile]: "" } }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(shown) });
  });

  it("is escaped in the reasons of what prune keeps", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(plainUser);
    const registered = registeredAs(world, arn);
    const record = JSON.parse(String(containerOf(world, arn).dockerLabels?.[provenanceLabel]));
    world.ecs.register(withRecord(registered, JSON.stringify({ ...record, base: hostile })));
    const outcomes = await collect(prune(world.cloner, { inUse: [] }));
    expect(outcomes[0]?.reason).toBe(
      `is no clone of this cloner: it was cloned from ${shown}, not from this account's ${baseFamily}.`,
    );
  });
});
