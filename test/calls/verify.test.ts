import { describe, expect, it, vi } from "vitest";
import { FailedVerificationError, isWorthRetrying, type TaskDefClonerOptions } from "../../src/index.ts";
import type { Verifier } from "../../src/verify/check.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser, typicalBase } from "../cast.ts";
import { scriptedVerifier, toResult, toVerification } from "../clone/provide/scripted-verifier.ts";
import { newWorld, provision, rejectionOf } from "../world.ts";

const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:2026.9.3";
const sidecar = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3";
const size = { cpu: 1024, memory: 4096 };

/** A world whose cloner verifies with what it is given. */
const newVerifiedWorld = (verify: Verifier, options: Partial<TaskDefClonerOptions> = {}) =>
  newWorld({}, { verify, ...options });

describe("a cloner with a verifier", () => {
  it("verifies what it is about to register, and registers it if nothing failed", async () => {
    const verifier = scriptedVerifier((subject) => (subject === sidecar ? "skipped" : "ok"));
    const { cloner, active, events } = newVerifiedWorld(verifier);
    expect(await cloner.clone(toUser(1))).toMatchObject({ revision: 1, warnings: [] });
    expect(verifier.runs).toStrictEqual([["2026.9.3", "v0.43.3"]]);
    expect(active()).toHaveLength(1);
    expect(events.filter(({ type }) => type === "verified")).toStrictEqual([
      {
        type: "verified",
        userId: "user_1",
        family: cloneFamily,
        baseArn: toArn(baseFamily, 1),
        ok: 1,
        failed: 0,
        unknown: 0,
        skipped: 1,
        findings: [],
      },
    ]);
  });

  it("registers nothing if a check failed, and says which, where, and what to do", async () => {
    const { cloner, count, events } = newVerifiedWorld(scriptedVerifier((one) => (one === image ? "failed" : "ok")));
    const error = await rejectionOf(cloner.clone(toUser(1)));
    expect(error).toBeInstanceOf(FailedVerificationError);
    expect(error).toMatchObject({
      message:
        `User "user_1" gets no clone of ${baseFamily}:1: 1 of 2 checks failed. image ${image} in ` +
        "containerDefinitions[openclaw].image: It is failed. Push it. Nothing was registered.",
      userId: "user_1",
      baseArn: toArn(baseFamily, 1),
      results: [{ status: "failed" }, { status: "ok" }],
    });
    expect(isWorthRetrying(error)).toBe(false);
    expect(count("RegisterTaskDefinition")).toBe(0);
    const findings = [{ kind: "image", subject: image, status: "failed", detail: "It is failed.", advice: "Push it." }];
    expect(events.at(-1)).toMatchObject({ type: "verified", failed: 1, findings });
  });

  it("registers what could not be decided, and warns of it", async () => {
    const { cloner, active } = newVerifiedWorld(scriptedVerifier((one) => (one === image ? "unknown" : "ok")));
    const { warnings } = await cloner.clone(toUser(1));
    expect(warnings).toStrictEqual([
      `Not verified: image ${image} in containerDefinitions[openclaw].image: It is unknown. Push it.`,
    ]);
    expect(active()).toHaveLength(1);
  });

  it('registers nothing that could not be decided with `unverified: "refuse"`', async () => {
    const verifier = scriptedVerifier((one) => (one === image ? "unknown" : "skipped"));
    const { cloner, count } = newVerifiedWorld(verifier, { unverified: "refuse" });
    const error = await rejectionOf(cloner.clone(toUser(1)));
    expect(error).toMatchObject({
      name: "FailedVerificationError",
      message:
        `User "user_1" gets no clone of ${baseFamily}:1: 1 of 2 checks gave no answer, and \`unverified\` is "refuse". image ${image} in ` +
        "containerDefinitions[openclaw].image: It is unknown. Push it. Nothing was registered.",
    });
    expect(isWorthRetrying(error)).toBe(true);
    expect(count("RegisterTaskDefinition")).toBe(0);
  });

  it("verifies in `reclone` and `resize`, and leaves the user on the clone from before if a check failed", async () => {
    const verifier = scriptedVerifier();
    const { ecs, cloner, active } = newVerifiedWorld(verifier);
    const [arn = ""] = await provision(cloner, 1);
    verifier.script = () => "failed";
    ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 } });
    expect(await rejectionOf(cloner.reclone(arn))).toBeInstanceOf(FailedVerificationError);
    expect(await rejectionOf(cloner.resize(arn, size))).toBeInstanceOf(FailedVerificationError);
    expect(active()).toStrictEqual([arn]);
  });

  it("verifies nothing that it reuses", async () => {
    const verifier = scriptedVerifier();
    const { cloner } = newVerifiedWorld(verifier);
    const [current = ""] = await provision(cloner, 1);
    expect(await cloner.reclone(current)).toMatchObject({ reused: true });
    expect(await cloner.clone(toUser(1), { current })).toMatchObject({ reused: true });
    expect(verifier.runs).toHaveLength(1);
  });

  it("verifies nothing that an earlier attempt registered", async () => {
    const verifier = scriptedVerifier();
    const { ecs, cloner } = newVerifiedWorld(verifier);
    const attempt = { token: "request-1", since: new Date(ecs.clock.now()) };
    const { arn } = await cloner.clone(toUser(1), { attempt });
    expect(await cloner.clone(toUser(1), { attempt })).toMatchObject({ arn, resumed: true });
    expect(verifier.runs).toHaveLength(1);
  });

  it("keeps what an earlier attempt registered if a check failed", async () => {
    const verifier = scriptedVerifier();
    const { ecs, cloner, active } = newVerifiedWorld(verifier);
    const attempt = { token: "request-1", since: new Date(ecs.clock.now()) };
    const { arn } = await cloner.clone(toUser(1), { attempt });
    verifier.script = () => "failed";
    const changed = { ...toUser(1), size };
    expect(await rejectionOf(cloner.clone(changed, { attempt }))).toBeInstanceOf(FailedVerificationError);
    expect(active()).toStrictEqual([arn]);
  });

  it("verifies nothing in plans, which ask ECS alone", async () => {
    const verifier = scriptedVerifier(() => "failed");
    const { cloner } = newVerifiedWorld(verifier);
    const { arn } = await cloner.clone(toUser(1), { verify: false });
    await cloner.plan(toUser(1));
    await cloner.planReclone(arn, { size });
    await cloner.inspect(arn);
    expect(verifier.runs).toStrictEqual([]);
  });

  it("verifies nothing in a call with `verify: false`, and verifies in the next", async () => {
    const verifier = scriptedVerifier(() => "failed");
    const { cloner, events } = newVerifiedWorld(verifier);
    const { arn } = await cloner.clone(toUser(1), { verify: false });
    await cloner.reclone(arn, { size }, { verify: false });
    await cloner.resize(arn, { cpu: 2048, memory: 4096 }, { verify: false });
    expect(verifier.runs).toStrictEqual([]);
    expect(events.map(({ type }) => type)).not.toContain("verified");
    expect(await rejectionOf(cloner.clone(toUser(2)))).toBeInstanceOf(FailedVerificationError);
  });

  it("gives the verifier a copy, with the region and account of the base", async () => {
    const verifier = scriptedVerifier();
    const toChecks = vi.fn<Verifier["toChecks"]>((input, where) => {
      const checks = verifier.toChecks(input, where);
      Object.assign(input, { family: "elsewhere", containerDefinitions: [] });
      return checks;
    });
    const { cloner, registered } = newVerifiedWorld({ ...verifier, toChecks });
    expect(await cloner.clone(toUser(1))).toMatchObject({ family: cloneFamily });
    expect(registered().containerDefinitions).toHaveLength(2);
    expect(toChecks.mock.calls[0]?.[1]).toStrictEqual({ region: "us-east-1", accountId: "111122223333" });
  });

  it("is refused if it is given something else for a verifier", () => {
    for (const verify of [{}, null, "yes", { toChecks: () => [] }, { run: async () => toVerification([]) }]) {
      // The cast: a caller without types may pass anything.
      expect(() => newVerifiedWorld(verify as unknown as Verifier)).toThrow(
        expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining("createVerifier") }),
      );
    }
  });

  it("is refused without a verifier if it is to refuse what is not verified", () => {
    expect(() => newWorld({}, { unverified: "refuse" })).toThrow(
      expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining("set `verify`") }),
    );
  });
});

describe("a verifier that gives no verdict", () => {
  const failing: Readonly<Record<string, Partial<Verifier>>> = {
    "rejects in its run": { run: () => Promise.reject(new RangeError("hunter2")) },
    "throws in its run": {
      run: () => {
        throw new RangeError("hunter2");
      },
    },
    "gives nothing": { run: async () => JSON.parse("null") },
    "gives no results": { run: async () => toVerification([]) },
    "throws when asked for checks": {
      toChecks: () => {
        throw new RangeError("hunter2");
      },
    },
  };

  it.each(Object.entries(failing))("and %s, leaves everything unknown", async (_, part) => {
    const verifier = { ...scriptedVerifier(), ...part };
    const { cloner, events } = newVerifiedWorld(verifier);
    const { warnings, arn } = await cloner.clone(toUser(1));
    expect(arn).toBe(toArn(cloneFamily, 1));
    expect(warnings.length).toBeGreaterThan(0);
    for (const warning of warnings) expect(warning).toMatch(/^Not verified: /);
    expect(events.find(({ type }) => type === "verified")).toMatchObject({ ok: 0, unknown: warnings.length });
    expect(JSON.stringify([warnings, events])).not.toContain("hunter2");
    const strict = newVerifiedWorld(verifier, { unverified: "refuse" });
    const error = await rejectionOf(strict.cloner.clone(toUser(1)));
    expect(error).toBeInstanceOf(FailedVerificationError);
    expect(isWorthRetrying(error)).toBe(true);
    expect(strict.active()).toStrictEqual([]);
  });

  it("names the error that it threw", async () => {
    const { cloner } = newVerifiedWorld({ ...scriptedVerifier(), ...failing["rejects in its run"] });
    const { warnings } = await cloner.clone(toUser(1));
    expect(warnings[0]).toContain("The verifier failed with RangeError.");
  });
});

describe("a base whose ARN says nothing of a region and an account, as a mock's may", () => {
  it("cannot be verified", async () => {
    const verifier = scriptedVerifier();
    const described = { ...typicalBase, taskDefinitionArn: "the base" };
    const client = {
      send: async ({ constructor: { name } }: object) =>
        name.startsWith("Describe")
          ? { taskDefinition: described }
          : { taskDefinition: { taskDefinitionArn: toArn(cloneFamily, 1) } },
    };
    const { warnings } = await newVerifiedWorld(verifier, { client }).cloner.clone(toUser(1));
    expect(warnings).toContain(
      `Not verified: shape ${cloneFamily} in the definition: The base's ARN the base names no region and account.`,
    );
    expect(verifier.runs).toStrictEqual([]);
  });
});

describe("many findings", () => {
  it("are named in part, and counted", async () => {
    const verifier: Verifier = {
      ...scriptedVerifier(),
      toChecks: (input, where) => {
        const [check, ...others] = scriptedVerifier().toChecks(input, where);
        const more = Array.from({ length: 7 }, (_, index) => ({ subject: `image-${index}` }));
        return check === undefined ? others : more.map((one) => ({ ...check, ...one }));
      },
      run: async (checks) => toVerification(checks.map((check) => toResult(check, "unknown"))),
    };
    const { cloner } = newVerifiedWorld(verifier);
    const { warnings } = await cloner.clone(toUser(1));
    expect(warnings).toHaveLength(6);
    expect(warnings.at(-1)).toBe("Not verified: 2 more. The event `verified` has them all.");
    const strict = newVerifiedWorld(verifier, { unverified: "refuse" });
    const error = await rejectionOf(strict.cloner.clone(toUser(1)));
    expect(error).toMatchObject({
      message: expect.stringMatching(/image-4 .* And 2 more\. Nothing was registered\.$/),
    });
  });
});
