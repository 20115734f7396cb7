import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDraft } from "../../src/clone/draft.ts";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import { toChanges } from "../../src/plan/changes.ts";
import { renderPlan } from "../../src/plan/render-plan.ts";
import { parseUser } from "../../src/user/parse-user.ts";
import { base, environmentValue, mark, orderOf, pair, record, rules, runs, valueFrom } from "./arbitraries.ts";
import { rulesOf } from "./volumes.ts";

describe("the value of an environment variable", () => {
  it("never appears in a change or a rendered plan", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const { content, base, record, warnings } = toDraft(described, orderOf(spec), rulesOf(spec), "token");
        const before = { ...toRegisterInput(base.taskDefinition), tags: [...base.tags] };
        const changes = toChanges(before, content);
        const none = { family: "web", containerDefinitions: [] };
        const whole = [
          ...changes,
          ...toChanges(content, before),
          ...toChanges(none, content),
          ...toChanges(before, none),
        ];
        const plan = {
          userId: "user",
          family: record.family,
          baseArn: base.arn,
          changes: whole,
          carried: [],
          warnings,
          input: content,
        };
        const texts = [
          inspect(whole, { depth: null }),
          JSON.stringify({ ...plan, input: undefined }),
          renderPlan(plan),
        ];
        expect(texts.join() + JSON.stringify(record)).not.toContain(mark);
      }),
      runs,
    );
  });

  it("never appears in the changes of a container that loses or gains a list", () => {
    const environments = fc.array(
      fc.record({ name: fc.string(), value: environmentValue }, { requiredKeys: ["value"] }),
    );
    fc.assert(
      fc.property(environments, fc.constantFrom(undefined, null, [], {}, ""), (environment, other) => {
        const toInput = (value: unknown) => ({
          family: "web",
          containerDefinitions: [
            Object.fromEntries([
              ["name", "app"],
              ["environment", value],
            ]),
          ],
        });
        const [one, two] = [toInput(environment), toInput(other)];
        expect(JSON.stringify([toChanges(one, two), toChanges(two, one)])).not.toContain(mark);
      }),
      runs,
    );
  });

  it("never appears in an error", () => {
    const wrong = fc.record(
      {
        userId: fc.constantFrom("user", 7),
        accessPointId: fc.constantFrom("fsap-01234567", "x"),
        environment: record(environmentValue, 3),
        secrets: record(fc.oneof(valueFrom, environmentValue), 3),
        size: fc.constantFrom({ cpu: 256, memory: 7 }, { cpu: 256 }),
        unset: fc.constantFrom(["A"], ["A="], "A"),
        containers: fc.record({
          log: fc.record({ environment: record(environmentValue, 3), secrets: record(environmentValue, 2) }),
        }),
        image: environmentValue.map((value) => `${value} x`),
        tags: record(environmentValue, 3),
      },
      { requiredKeys: ["userId", "accessPointId"] },
    );
    fc.assert(
      fc.property(base, wrong, (described, value) => {
        try {
          toDraft(described, orderOf(parseUser(value)), { ...rules, reserved: [/^[A-M]/] }, "token");
        } catch (error) {
          expect(inspect(error, { depth: null, showHidden: true })).not.toContain(mark);
        }
      }),
      runs,
    );
  });
});
