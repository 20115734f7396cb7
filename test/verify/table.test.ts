import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AwsFault, FakeAws } from "../../src/testing/index.ts";
import type { CheckKind, CheckResult, CheckStatus } from "../../src/verify/check.ts";
import { permissions } from "../../src/verify/permissions.ts";
import type { VerifyOptions } from "../../src/verify/verify-options.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { isAsked, toAccount, toDefinition, toFakeClients, toFakeVerifier } from "./fake-world.ts";
import { place } from "./stub-aws.ts";

interface Row {
  readonly kind: CheckKind;
  /** What it sends. */
  readonly operations: readonly string[];
  /** How it comes out for what is missing. */
  readonly missing: CheckStatus;
  /** The same for what is another account's, if its reference can name another account. */
  readonly foreign?: "unknown";
}

/** Every kind that asks AWS. */
const rows: readonly Row[] = [
  {
    kind: "image",
    operations: ["ecr:BatchGetImage", "ecr:DescribePullThroughCacheRules"],
    missing: "failed",
    foreign: "unknown",
  },
  {
    kind: "image-platform",
    operations: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    missing: "skipped",
    foreign: "unknown",
  },
  { kind: "registry-credentials", operations: ["secretsmanager:DescribeSecret"], missing: "failed" },
  { kind: "secret", operations: ["secretsmanager:DescribeSecret"], missing: "failed", foreign: "unknown" },
  { kind: "parameter", operations: ["ssm:DescribeParameters"], missing: "failed", foreign: "unknown" },
  { kind: "access-point", operations: ["elasticfilesystem:DescribeAccessPoints"], missing: "failed" },
  {
    kind: "file-system",
    operations: ["elasticfilesystem:DescribeFileSystems", "elasticfilesystem:DescribeMountTargets"],
    missing: "failed",
  },
  { kind: "s3files-access-point", operations: ["s3files:GetAccessPoint"], missing: "failed", foreign: "unknown" },
  {
    kind: "s3files-file-system",
    operations: ["s3files:GetFileSystem", "s3files:ListMountTargets"],
    missing: "failed",
    foreign: "unknown",
  },
  { kind: "execution-role", operations: ["iam:GetRole"], missing: "failed" },
  { kind: "task-role", operations: ["iam:GetRole"], missing: "failed" },
  { kind: "log-group", operations: ["logs:DescribeLogGroups"], missing: "failed" },
  { kind: "env-file", operations: ["s3:ListObjectsV2"], missing: "failed" },
  { kind: "role-permission", operations: ["iam:SimulatePrincipalPolicy"], missing: "unknown" },
  {
    kind: "key",
    operations: ["secretsmanager:DescribeSecret", "ssm:DescribeParameters", "kms:DescribeKey"],
    missing: "skipped",
  },
];

/** What answers for every region, and what it says of the wrong one. */
const elsewhere: Readonly<Record<string, readonly [CheckStatus, RegExp]>> = {
  iam: ["ok", /./],
  s3: ["unknown", /The bucket is in us-east-1/],
};

/** IAM's name for the operation. */
const toAction = (operation: string): string => operation.replace("ListObjectsV2", "ListBucket");

const throttling = (operation: string): string =>
  ({ iam: "Throttling", elasticfilesystem: "TooManyRequests", s3: "SlowDown" })[operation.split(":")[0] ?? ""] ??
  "ThrottlingException";

const always = { times: 10_000 };
const failing = (fault: (operation: string) => AwsFault) => (aws: FakeAws, operation: string) =>
  aws.fail(fault(operation));

const faults: Readonly<Record<string, (aws: FakeAws, operation: string) => void>> = {
  denied: (aws, operation) => aws.deny(toAction(operation)),
  throttled: failing((operation) => ({ operation, error: throttling(operation), ...always })),
  "a 500": failing((operation) => ({ operation, error: "InternalFailure", statusCode: 500, ...always })),
  "a proxy's 503": failing((operation) => ({ operation, unavailable: true, ...always })),
  "a hang": failing((operation) => ({ operation, hang: true, ...always })),
  "a reset": failing((operation) => ({ operation, reset: true, ...always })),
  "an answer without anything": failing((operation) => ({ operation, output: {}, ...always })),
  "an answer to something else": failing((operation) => ({ operation, output: { surprise: [{ a: 1 }] }, ...always })),
  "expired credentials": failing((operation) => ({ operation, error: "ExpiredTokenException", ...always })),
};

/** Faults that leave nothing to judge by; an answer of ECR without rules says that there are none. */
const isAnswer = (fault: string, operation: string): boolean =>
  fault.startsWith("an answer") && operation === "ecr:DescribePullThroughCacheRules";

async function resultsOf(
  kind: CheckKind,
  aws: FakeAws,
  options: Partial<VerifyOptions> = {},
  accountId = place.accountId,
): Promise<readonly CheckResult[]> {
  const verifier = toFakeVerifier(aws, options);
  const checks = verifier.toChecks(toDefinition({ accountId }), place);
  const those = checks.filter((check) => check.kind === kind && isAsked(check));
  return (await inFakeTime(verifier.run(those))).results;
}

const statusesOf = async (...args: Parameters<typeof resultsOf>) => [
  ...new Set((await resultsOf(...args)).map(({ status }) => status)),
];

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(rows)("the check $kind", ({ kind, operations, missing }) => {
  it("sends what the table of permissions lists for it", () => {
    const listed = permissions.filter(({ kinds }) => kinds.includes(kind)).map(({ action }) => action);
    expect(listed.sort()).toStrictEqual(operations.map(toAction).sort());
  });

  it("is ok for what is there", async () => {
    expect(await statusesOf(kind, toAccount())).toStrictEqual(["ok"]);
  });

  it(`is ${missing} for what is missing`, async () => {
    expect(await statusesOf(kind, toAccount([]))).toStrictEqual([missing]);
  });

  it("is not judged with a client of another region, and says what to give", async () => {
    const aws = toAccount();
    const results = await resultsOf(kind, aws, { clients: toFakeClients(aws, { region: "eu-west-1" }) });
    const [service] = (operations[0] ?? "").split(":");
    const [status, detail] = elsewhere[String(service)] ?? ["skipped", /as a function of the region\.$/];
    expect(results.length).toBeGreaterThan(0);
    for (const result of results) expect(result).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  it("is skipped without a client, and says which one to give", async () => {
    for (const { status, detail } of await resultsOf(kind, toAccount(), { clients: {} })) {
      expect([status, detail]).toStrictEqual(["skipped", expect.stringMatching(/set `clients\.\w+`/)]);
    }
  });

  describe.each(operations)("with %s", (operation) => {
    it.each(Object.entries(faults))("%s, is never ok or failed by it", async (fault, inject) => {
      for (const names of [undefined, []]) {
        const aws = toAccount(names);
        inject(aws, operation);
        const without = await resultsOf(kind, toAccount(names));
        const results = await resultsOf(kind, aws);
        const isMet = aws.calls.some((call) => call.operation === operation) && !isAnswer(fault, operation);
        const isOpen = ({ status }: CheckResult) => status === "unknown" || status === "skipped";
        for (const [index, result] of results.entries()) {
          if (!isOpen(result)) expect(result.status).toBe(without[index]?.status);
        }
        const open = results.filter(({ status }) => status === "unknown");
        if (isMet) expect(results.some(isOpen)).toBe(true);
        if (isMet && fault === "denied") {
          expect(open.map(({ permission }) => permission)).toContainEqual(
            expect.stringContaining(`${toAction(operation)} on `),
          );
        }
      }
    });
  });
});

describe("what is another account's", () => {
  it.each(rows.filter(({ foreign }) => foreign !== undefined))("leaves the check $kind open", async ({ kind }) => {
    expect(await statusesOf(kind, toAccount([]), {}, "444455556666")).toStrictEqual(["unknown"]);
  });
});

describe("a role of another account", () => {
  it("fails without a request: a role cannot be passed to another account", () => {
    const aws = toAccount();
    const checks = toFakeVerifier(aws).toChecks(toDefinition({ accountId: "444455556666" }), place);
    const shapes = checks.flatMap((check) => (check.kind === "shape" ? [check.subject] : []));
    expect(shapes).toStrictEqual(["arn:aws:iam::444455556666:role/execution", "arn:aws:iam::444455556666:role/task"]);
    expect(aws.calls).toStrictEqual([]);
  });
});
