import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RegisterInput } from "../../src/task-definition.ts";
import type { CheckKind } from "../../src/verify/check.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { place } from "./stub-aws.ts";
import { toClients, type Wire, type WireAnswer } from "./wire-aws.ts";

type Protocol = "json" | "rest-json" | "query" | "s3";

const fileSystemArn = "arn:aws:s3files:us-east-1:111122223333:file-system/fs-0a1b2c3d4e5f60718";
const everything = {
  requiresCompatibilities: ["FARGATE"],
  executionRoleArn: "execution",
  taskRoleArn: "task",
  containerDefinitions: [
    {
      name: "app",
      image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1",
      secrets: [
        { name: "A", valueFrom: "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf" },
        { name: "B", valueFrom: "/b" },
      ],
      repositoryCredentials: { credentialsParameter: "hub" },
      environmentFiles: [{ type: "s3", value: "arn:aws:s3:::b-1/web.env" }],
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "g" } },
    },
    { name: "log", image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/log:1" },
  ],
  volumes: [
    {
      name: "efs",
      efsVolumeConfiguration: {
        fileSystemId: "fs-01234567",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: "fsap-01234567" },
      },
    },
    {
      name: "s3files",
      s3filesVolumeConfiguration: {
        fileSystemArn,
        accessPointArn: `${fileSystemArn}/access-point/fsap-0123456789abcdef0`,
      },
    },
  ],
};

/** Every kind that asks AWS, and how its service speaks. */
const kinds: readonly (readonly [CheckKind, Protocol])[] = [
  ["image", "json"],
  ["image-platform", "json"],
  ["registry-credentials", "json"],
  ["secret", "json"],
  ["parameter", "json"],
  ["access-point", "rest-json"],
  ["file-system", "rest-json"],
  ["s3files-access-point", "rest-json"],
  ["s3files-file-system", "rest-json"],
  ["execution-role", "query"],
  ["task-role", "query"],
  ["log-group", "json"],
  ["env-file", "s3"],
  ["role-permission", "query"],
  ["key", "json"],
];

const text = (name: string) => `${name} because no identity-based policy allows it`;

const toError = (protocol: Protocol, name: string, statusCode: number): WireAnswer => {
  const xml = `<Error><Code>${name}</Code><Message>${text(name)}</Message></Error>`;
  if (protocol === "query") return { statusCode, body: `<ErrorResponse>${xml}</ErrorResponse>` };
  if (protocol === "s3") return { statusCode, body: xml };
  const headers = { "x-amzn-errortype": name };
  return { statusCode, headers, body: JSON.stringify({ __type: name, ErrorCode: name, message: text(name) }) };
};

type Named = Readonly<Record<Protocol, readonly [name: string, statusCode: number]>>;

const denied: Named = {
  json: ["AccessDeniedException", 400],
  "rest-json": ["AccessDeniedException", 403],
  query: ["AccessDenied", 403],
  s3: ["AccessDenied", 403],
};
const busy: Named = {
  json: ["ThrottlingException", 400],
  "rest-json": ["TooManyRequests", 429],
  query: ["Throttling", 400],
  s3: ["SlowDown", 503],
};

/** What goes wrong, for every protocol. */
const faults: Readonly<Record<string, (protocol: Protocol) => ReturnType<Wire>>> = {
  denied: async (protocol) => toError(protocol, ...denied[protocol]),
  throttled: async (protocol) => toError(protocol, ...busy[protocol]),
  expired: async (protocol) => toError(protocol, "ExpiredTokenException", 400),
  "a proxy's 503": async () => ({ statusCode: 503, body: "<html><body>Service Unavailable</body></html>" }),
  "a 500": async (protocol) => toError(protocol, "InternalFailure", 500),
  "a hang": () => new Promise(() => {}),
  "a reset": () => Promise.reject(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })),
  "no such host": () => Promise.reject(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" })),
  "an answer that is a web page": async () => ({ statusCode: 200, body: "<html><p>hunter2" }),
  "an answer cut off": async () => ({ statusCode: 200, body: '{"Parameters":[{"Name":"hunter2' }),
  "an empty answer": async () => ({ statusCode: 200, body: "" }),
  "an answer without anything": async (protocol) => ({
    statusCode: 200,
    body: protocol.includes("json") ? "{}" : "<R/>",
  }),
};

const run = (kind: CheckKind, clients: ReturnType<typeof toClients>) => {
  const verifier = createVerifier({ clients, simulate: true, keys: true });
  // The cast: members that ECS's own types spell as enumerations.
  const checks = verifier
    .toChecks(everything as unknown as RegisterInput, place)
    .filter((check) => check.kind === kind);
  return inFakeTime(verifier.run(checks));
};

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(faults))("%s", (fault, answer) => {
  it.each(kinds)("leaves the check %s open", async (kind, protocol) => {
    const { results } = await run(
      kind,
      toClients(() => answer(protocol)),
    );
    // Images with credentials are not asked for, and a secret that tells nothing has no key to ask for.
    const asked = results.filter(({ status }) => status !== "skipped" || !["image", "key"].includes(kind));
    expect(results.length).toBeGreaterThan(0);
    expect(asked.map(({ status }) => status)).toStrictEqual(asked.map(() => "unknown"));
    expect(JSON.stringify(results)).not.toContain("hunter2");
    if (fault !== "denied") return;
    for (const { permission, detail } of asked) {
      expect(permission).toMatch(/^[a-z0-9]+:\w+ on (?:arn:aws:[^<>]+|\*)$/);
      expect(detail).toContain("no identity-based policy allows it");
    }
  });
});

describe("a client of another region", () => {
  it.each(kinds)("leaves the check %s out, and says what to give", async (kind, protocol) => {
    const wire: Wire = async () => toError(protocol, "AccessDenied", 403);
    const { results } = await run(kind, toClients(wire, "eu-west-1"));
    const isWithoutRegion = protocol === "query" || protocol === "s3";
    expect(results.every(({ status }) => status === (isWithoutRegion ? "unknown" : "skipped"))).toBe(true);
    if (isWithoutRegion) return;
    expect(results.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(/as a function of the region\.$/));
  });
});
