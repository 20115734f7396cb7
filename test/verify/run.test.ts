import "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RegisterInput } from "../../src/task-definition.ts";
import { systemClock } from "../../src/testing/index.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import type { VerifyOptions } from "../../src/verify/verify-options.ts";
import { baseInput, deepFreeze } from "../cast.ts";
import { fakeTime, inFakeTime, pass } from "../fake-time.ts";
import { outcomeOf as outcomeNow, place, resultsOf, type StubAnswers, StubAws, sdkError } from "./stub-aws.ts";

const { sleep } = systemClock;

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});
afterEach(() => {
  vi.useRealTimers();
});

const group = (name: string) => ({ logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": name } } });
const logs = (...names: string[]) => ({ containerDefinitions: names.map(group) });
const there = ({ logGroupNamePrefix }: Readonly<Record<string, unknown>>) => ({
  logGroups: [{ logGroupName: logGroupNamePrefix }],
});

/** A verifier, and the run of a definition's checks of log groups. */
function verifierOf(answers: StubAnswers, options: Partial<VerifyOptions> = {}) {
  const aws = new StubAws(answers);
  const verifier = createVerifier({ clients: aws.clients, ...options });
  // The cast: a definition with only what matters.
  const checksOf = (input: object) =>
    verifier.toChecks(input as RegisterInput, place).filter(({ kind }) => kind === "log-group");
  return { aws, verifier, run: (input: object, signal?: AbortSignal) => verifier.run(checksOf(input), { signal }) };
}

const outcomeOf = (...args: Parameters<typeof outcomeNow>) => inFakeTime(outcomeNow(...args));

/** A promise, and how to settle it. */
function later<Value>() {
  let settle: (value: Value) => void = () => {};
  const promise = new Promise<Value>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

describe("a run of checks", () => {
  it("runs all to the end, and gives the results in the order of the checks, whatever the order of answers", async () => {
    const slow = async (input: Readonly<Record<string, unknown>>) => {
      if (input.logGroupNamePrefix === "a") await sleep(20);
      return input.logGroupNamePrefix === "b" ? sdkError("AccessDeniedException") : there(input);
    };
    const { run } = verifierOf({ DescribeLogGroups: slow });
    const { ok, complete, results } = await inFakeTime(run(logs("c", "b", "a")));
    expect(results.map(({ check: { subject }, status }) => [subject, status])).toStrictEqual([
      ["a", "ok"],
      ["b", "unknown"],
      ["c", "ok"],
    ]);
    expect([ok, complete]).toStrictEqual([true, false]);
  });

  it("is not ok if a check failed, and complete if none is unknown", async () => {
    const { run } = verifierOf({ DescribeLogGroups: { logGroups: [] } });
    expect(await run(logs("a"))).toMatchObject({ ok: false, complete: false });
    expect(await run({})).toStrictEqual({ ok: true, complete: true, results: [] });
  });

  it("asks the same once", async () => {
    const aws = new StubAws({ DescribeSecret: { ARN: "x" } });
    const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf";
    const secrets = ["", "::AWSPREVIOUS:", ":::v1"].map((suffix, index) => ({
      name: `${index}`,
      valueFrom: secretArn + suffix,
    }));
    expect(await resultsOf("secret", { containerDefinitions: [{ secrets }] }, aws)).toHaveLength(3);
    expect(aws.calls).toHaveLength(1);
  });

  it("never sends more requests at once to a service than the option allows", async () => {
    let running = 0;
    let most = 0;
    const counted = async (input: Readonly<Record<string, unknown>>) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(2);
      running -= 1;
      return there(input);
    };
    const names = Array.from({ length: 20 }, (_, index) => `g${index}`);
    const { run } = verifierOf({ DescribeLogGroups: counted }, { concurrency: 3 });
    expect(await inFakeTime(run(logs(...names)))).toMatchObject({ complete: true });
    expect(most).toBe(3);
  });

  it.each([
    ["busy", sdkError("ThrottlingException")],
    ["down", sdkError("InternalFailure", "", 500)],
    ["out of reach", Object.assign(new Error("reset"), { code: "ECONNRESET" })],
  ])("asks again while AWS is %s", async (_, fault) => {
    let count = 0;
    const flaky = (input: Readonly<Record<string, unknown>>) => {
      count += 1;
      return count < 3 ? fault : there(input);
    };
    const { run, aws } = verifierOf({ DescribeLogGroups: flaky });
    expect(await inFakeTime(run(logs("a")))).toMatchObject({ complete: true });
    expect(aws.calls).toHaveLength(3);
  });

  it("gives up at the deadline, and says what was in the way", async () => {
    const short = { deadlineMs: 3000, requestTimeoutMs: 500 };
    const hang = () => new Promise(() => {});
    const on = (answer: object) => outcomeOf("log-group", logs("a"), { DescribeLogGroups: answer }, short);
    expect(await on(sdkError("ThrottlingException"))).toMatchObject({
      status: "unknown",
      detail: "AWS was too busy for DescribeLogGroups until the deadline (ThrottlingException).",
    });
    expect(await on(hang)).toMatchObject({
      status: "unknown",
      detail: "DescribeLogGroups got no answer (TimeoutError): no answer within 500 ms.",
    });
    const untimed = { ...short, requestTimeoutMs: 5000 };
    expect(await outcomeOf("log-group", logs("a"), { DescribeLogGroups: hang }, untimed)).toMatchObject({
      status: "unknown",
      detail: "DescribeLogGroups got no answer (DeadlineError): no answer within 3000 ms.",
    });
  });

  it("does not wait for a slot past the deadline, and leaves no slot behind", async () => {
    const first = later<object>();
    let isFirst = true;
    const hangOnce = (input: Readonly<Record<string, unknown>>) => {
      if (!isFirst) return there(input);
      isFirst = false;
      return first.promise;
    };
    const { run } = verifierOf({ DescribeLogGroups: hangOnce }, { concurrency: 1, requestTimeoutMs: 60_000 });
    const { results } = await inFakeTime(run(logs("a", "b")));
    expect(results.map(({ status }) => status)).toStrictEqual(["unknown", "unknown"]);
    expect(await inFakeTime(run(logs("a", "b")))).toMatchObject({ complete: true });
  });

  it("skips what the option names", async () => {
    const skip = ["log-group" as const];
    expect(await outcomeOf("log-group", logs("a"), {}, { skip })).toStrictEqual({
      status: "skipped",
      detail: "Left out by the option `skip`.",
    });
  });

  it("asks once more for what is missing, if it may have been made a moment ago", async () => {
    const second = (input: Readonly<Record<string, unknown>>) => {
      second.count += 1;
      return second.count < 2 ? { logGroups: [] } : there(input);
    };
    second.count = 0;
    expect(await outcomeOf("log-group", logs("a"), { DescribeLogGroups: second }, { settleMs: 5 })).toMatchObject({
      status: "ok",
    });
    let count = 0;
    const thenDenied = () => {
      count += 1;
      return count < 2 ? { logGroups: [] } : sdkError("AccessDeniedException");
    };
    const denied = { DescribeLogGroups: thenDenied };
    expect(await outcomeOf("log-group", logs("a"), denied, { settleMs: 5 })).toMatchObject({ status: "failed" });
    const late = { settleMs: 10_000, deadlineMs: 5000 };
    const missing = { DescribeLogGroups: { logGroups: [] } };
    expect(await outcomeOf("log-group", logs("a"), missing, late)).toMatchObject({ status: "failed" });
    expect(await outcomeOf("shape", { executionRoleArn: "arn:aws:iam::444455556666:role/x" }, {}, late)).toMatchObject({
      status: "failed",
    });
  });

  it("changes nothing of what it is given", async () => {
    const { verifier } = verifierOf({});
    const checks = deepFreeze(verifier.toChecks(deepFreeze(structuredClone(baseInput)), place));
    await expect(verifier.run(checks)).resolves.toMatchObject({ ok: true });
  });
});

describe("an abort", () => {
  it("ends a run at once with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const { run } = verifierOf({ DescribeLogGroups: () => new Promise(() => {}) });
    const running = run(logs("a"), controller.signal);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(run(logs("a"), controller.signal)).rejects.toBe(reason);
  });

  it("ends a run that waits for what may have been made a moment ago", async () => {
    const controller = new AbortController();
    const { run } = verifierOf({ DescribeLogGroups: { logGroups: [] } }, { settleMs: 10_000 });
    const running = run(logs("a"), controller.signal);
    await pass(10);
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });

  it("aborts the request when no caller waits for it, and not before", async () => {
    const aborted: unknown[] = [];
    const hang = (_: unknown, signal: AbortSignal | undefined) => {
      signal?.addEventListener("abort", () => aborted.push(signal.reason));
      return new Promise(() => {});
    };
    const { run } = verifierOf({ DescribeLogGroups: hang });
    const [one, other] = [new AbortController(), new AbortController()];
    const runs = [run(logs("a"), one.signal), run(logs("a"), other.signal)];
    await pass(5);
    one.abort(new Error("one"));
    await expect(runs[0]).rejects.toThrow("one");
    expect(aborted).toHaveLength(0);
    other.abort(new Error("other"));
    await expect(runs[1]).rejects.toThrow("other");
    await pass(5);
    expect(aborted).toHaveLength(1);
  });
});

describe("calls of one verifier", () => {
  it("share a request under way, and never an answer that came before they asked", async () => {
    const answers = [later<object>(), later<object>()];
    let asked = 0;
    const { run, aws } = verifierOf({
      DescribeLogGroups: () => {
        asked += 1;
        return answers[asked - 1]?.promise;
      },
    });
    const first = [run(logs("a")), run(logs("a"))];
    await pass(5);
    expect(aws.calls).toHaveLength(1);
    answers[0]?.settle({ logGroups: [] });
    expect((await Promise.all(first)).map(({ ok }) => ok)).toStrictEqual([false, false]);
    const second = run(logs("a"));
    answers[1]?.settle({ logGroups: [{ logGroupName: "a" }] });
    expect(await second).toMatchObject({ ok: true });
    expect(aws.calls).toHaveLength(2);
  });

  it("do not wait for each other's regions", async () => {
    const names = { "awslogs-group": "a", "awslogs-region": "eu-west-1" };
    const elsewhere = { containerDefinitions: [{ logConfiguration: { logDriver: "awslogs", options: names } }] };
    const { run, aws } = verifierOf(
      { DescribeLogGroups: (input) => (aws.calls.length > 1 ? there(input) : new Promise(() => {})) },
      { concurrency: 1, requestTimeoutMs: 60_000 },
    );
    const stuck = run(logs("a"));
    await pass(2);
    expect(await run(elsewhere)).toMatchObject({ complete: true });
    expect(await inFakeTime(stuck)).toMatchObject({ complete: false });
  });
});
