import { describe, expect, it } from "vitest";
import { cloneAll, recloneAll } from "../../src/fleet/index.ts";
import { baseInput, toUser, toUsers } from "../cast.ts";
import { scriptedVerifier } from "../clone/provide/scripted-verifier.ts";
import { newWorld } from "../world.ts";
import { collect, toArns } from "./collect.ts";

function newVerifiedWorld() {
  const verifier = scriptedVerifier();
  return { ...newWorld({}, { verify: verifier }), verifier };
}

describe("a fleet whose cloner has a verifier", () => {
  it("clones those for whom no check fails, and reports the others", async () => {
    const { cloner, verifier, active } = newVerifiedWorld();
    verifier.script = (subject) => (subject.endsWith("missing") ? "failed" : "ok");
    const users = [toUser(0), { ...toUser(1), image: "openclaw:missing" }, toUser(2)];
    const outcomes = await collect(cloneAll(cloner, users));
    const failed = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failed).toMatchObject([{ userId: "user_1", reason: { name: "FailedVerificationError", userId: "user_1" } }]);
    expect(active()).toHaveLength(2);
  });

  it("moves no user to a base whose image is missing", async () => {
    const { ecs, cloner, verifier, active } = newVerifiedWorld();
    const arns = toArns(await collect(cloneAll(cloner, toUsers(3))));
    ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 } });
    verifier.script = () => "failed";
    expect(await recloneAll(cloner, arns).complete()).toMatchObject({ done: 0, failed: 3 });
    expect(active()).toStrictEqual(arns);
  });

  it("verifies nothing with `verify: false`", async () => {
    const { ecs, cloner, verifier } = newVerifiedWorld();
    verifier.script = () => "failed";
    const arns = toArns(await collect(cloneAll(cloner, toUsers(3), { verify: false })));
    ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 } });
    expect(await recloneAll(cloner, arns, { verify: false }).complete()).toMatchObject({ done: 3, failed: 0 });
    expect(verifier.runs).toStrictEqual([]);
  });
});
