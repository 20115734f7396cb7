import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import type { RegisterInput } from "../../src/task-definition.ts";
import { createVerifier, verify } from "../../src/verify/verify.ts";
import { baseInput, plainUser } from "../cast.ts";
import { newWorld } from "../world.ts";
import { StubAws, sdkError } from "./stub-aws.ts";

const input: RegisterInput = { family: "web", containerDefinitions: [], taskRoleArn: "task" };
const where = { region: "eu-west-1", accountId: "111122223333" };

describe("verify", () => {
  it("checks a definition in the place that it is given", async () => {
    const aws = new StubAws({ GetRole: sdkError("NoSuchEntityException", "", 404) });
    const { ok, results } = await verify({ input, ...where }, { clients: aws.clients });
    expect(ok).toBe(false);
    expect(results.map(({ check }) => [check.kind, check.region, check.accountId])).toStrictEqual([
      ["task-role", "eu-west-1", "111122223333"],
    ]);
  });

  it("checks a plan in the region and account of its base, and does not keep environment values", async () => {
    const plan = await newWorld().cloner.plan(plainUser);
    const aws = new StubAws();
    const verification = await verify(plan, { clients: aws.clients });
    expect(verification.results.find(({ check }) => check.kind === "access-point")?.check).toMatchObject({
      subject: plainUser.accessPointId,
      region: plan.baseArn.split(":")[3],
    });
    expect(JSON.stringify(verification)).not.toContain("/home/node/.codex");
  });

  it("refuses a plan that has lost its input, and a definition without a place", async () => {
    const options = { clients: {} };
    // @ts-expect-error: a plan that went through JSON
    await expect(verify({ baseArn: "arn", userId: "u" }, options)).rejects.toThrow(/has lost it/);
    // @ts-expect-error: no place
    await expect(verify({ input }, options)).rejects.toThrow(InvalidInputError);
    // @ts-expect-error: no account
    await expect(verify({ input, region: "eu-west-1" }, options)).rejects.toThrow(/expected a plan, or/);
    // @ts-expect-error: nothing
    await expect(verify({ input: null }, options)).rejects.toThrow(InvalidInputError);
  });

  it("ends with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(verify({ input, ...where }, { clients: {}, signal })).rejects.toThrow("enough");
  });
});

describe("the options of a verifier", () => {
  it.each([
    [{}, /clients/],
    [{ clients: { ecr: {} } }, /clients\.ecr: expected a client of the AWS SDK/],
    [{ clients: { s4: () => {} } }, /s4/],
    [{ clients: {}, skip: ["everything"] }, /skip/],
    [{ clients: {}, concurrency: 0 }, /concurrency/],
    [{ clients: {}, typo: true }, /typo/],
  ])("are refused if they are %j", (options, message) => {
    // @ts-expect-error: what is wrong with them is for the parser to say
    expect(() => createVerifier(options)).toThrow(message);
    // @ts-expect-error: see above
    expect(() => createVerifier(options)).toThrow(InvalidInputError);
  });
});

describe("a verifier", () => {
  it("adds the checks that its options ask for", () => {
    const kinds = (options: object) =>
      new Set(
        createVerifier({ clients: {}, ...options })
          .toChecks(baseInput, where)
          .map(({ kind }) => kind),
      );
    expect(kinds({}).has("key")).toBe(false);
    expect([...kinds({ keys: true, simulate: true })]).toStrictEqual(
      expect.arrayContaining(["key", "role-permission"]),
    );
  });

  it("skips everything without clients, and says what to give", async () => {
    const { ok, complete, results } = await verify({ input, ...where }, { clients: {} });
    expect([ok, complete]).toStrictEqual([true, true]);
    expect(results[0]?.detail).toBe("No client was given to ask with: set `clients.iam`.");
  });
});
