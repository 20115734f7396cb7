import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RegisterInput } from "../../src/task-definition.ts";
import { type Check, checkKinds } from "../../src/verify/check.ts";
import { toChecks } from "../../src/verify/to-checks.ts";
import { baseInput, deepFreeze } from "../cast.ts";
import { maximalBase } from "../maximal-base.ts";

const place = { region: "us-east-1", accountId: "111122223333" };
const secretArn = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:hub-AbCdEf";

const checksOf = (input: object, more = {}): readonly Check[] =>
  // The cast: a definition may be anything, and checks must come out all the same.
  toChecks(input as RegisterInput, place, more);

const told = (checks: readonly Check[]) => checks.map(({ kind, subject, where }) => [kind, subject, where.join(" ")]);

/** Only what is about one kind. */
const only = <Kind extends Check["kind"]>(checks: readonly Check[], kind: Kind) =>
  checks.filter((check): check is Extract<Check, { kind: Kind }> => check.kind === kind);

describe("toChecks", () => {
  it("lists every reference of a definition once, with every place that names it", () => {
    expect(told(toChecks(baseInput, place))).toStrictEqual([
      [
        "image",
        "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:2026.9.3",
        "containerDefinitions[openclaw].image",
      ],
      [
        "image",
        "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3",
        "containerDefinitions[otel-collector].image",
      ],
      [
        "image-platform",
        "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:2026.9.3",
        "containerDefinitions[openclaw].image",
      ],
      [
        "secret",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/gateway-Ab12Cd",
        "containerDefinitions[openclaw].secrets[GATEWAY_TOKEN]",
      ],
      [
        "secret",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/openai-placeholder-Ef34Gh",
        "containerDefinitions[openclaw].secrets[OPENAI_API_KEY]",
      ],
      [
        "secret",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/openai-sidecar-Ij56Kl",
        "containerDefinitions[otel-collector].secrets[OPENAI_API_KEY]",
      ],
      [
        "secret-key",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/gateway-Ab12Cd:token::",
        "containerDefinitions[openclaw].secrets[GATEWAY_TOKEN]",
      ],
      [
        "parameter",
        "arn:aws:ssm:us-east-1:111122223333:parameter/isol8/dev/telemetry-key",
        "containerDefinitions[openclaw].secrets[TELEMETRY_KEY]",
      ],
      ["file-system", "fs-0a1b2c3d4e5f60718", "volumes[workspace].efsVolumeConfiguration.fileSystemId"],
      ["execution-role", "arn:aws:iam::111122223333:role/isol8-dev-openclaw-execution", "executionRoleArn"],
      ["task-role", "arn:aws:iam::111122223333:role/isol8-dev-openclaw-task", "taskRoleArn"],
      [
        "log-group",
        "/ecs/isol8-dev-openclaw",
        "containerDefinitions[openclaw].logConfiguration.options.awslogs-group containerDefinitions[otel-collector].logConfiguration.options.awslogs-group",
      ],
    ]);
  });

  it("finds references in log options, registry credentials, environment files and volumes", () => {
    const input = {
      containerDefinitions: [
        {
          image: "ghcr.io/acme/web:1",
          repositoryCredentials: { credentialsParameter: "hub" },
          logConfiguration: { logDriver: "splunk", secretOptions: [{ name: "splunk-token", valueFrom: secretArn }] },
          environmentFiles: [{ type: "s3", value: "arn:aws:s3:::b-1/web.env" }, { type: "s3" }],
          firelensConfiguration: {
            options: { "config-file-type": "s3", "config-file-value": "arn:aws:s3:::b-1/fluent.conf" },
          },
        },
        { repositoryCredentials: { credentialsParameter: secretArn }, secrets: [{}] },
      ],
      volumes: [
        {
          name: "data",
          efsVolumeConfiguration: {
            fileSystemId: "fs-01234567",
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: "fsap-01234567" },
          },
        },
        {
          fsxWindowsFileServerVolumeConfiguration: {
            authorizationConfig: { credentialsParameter: "/aws/reference/secretsmanager/fsx" },
          },
        },
      ],
    };
    expect(told(checksOf(input))).toStrictEqual([
      ["shape", "splunk", "containerDefinitions[0].logConfiguration"],
      ["image", "ghcr.io/acme/web:1", "containerDefinitions[0].image"],
      ["registry-credentials", secretArn, "containerDefinitions[1].repositoryCredentials.credentialsParameter"],
      ["registry-credentials", "hub", "containerDefinitions[0].repositoryCredentials.credentialsParameter"],
      [
        "secret",
        "/aws/reference/secretsmanager/fsx",
        "volumes[1].fsxWindowsFileServerVolumeConfiguration.authorizationConfig.credentialsParameter",
      ],
      ["secret", secretArn, "containerDefinitions[0].logConfiguration.secretOptions[splunk-token]"],
      ["access-point", "fsap-01234567", "volumes[data].efsVolumeConfiguration.authorizationConfig.accessPointId"],
      ["file-system", "fs-01234567", "volumes[data].efsVolumeConfiguration.fileSystemId"],
      [
        "env-file",
        "arn:aws:s3:::b-1/fluent.conf",
        "containerDefinitions[0].firelensConfiguration.options.config-file-value",
      ],
      ["env-file", "arn:aws:s3:::b-1/web.env", "containerDefinitions[0].environmentFiles[0]"],
    ]);
  });

  it("asks in the region and account that a reference names, and in the task's for what names none", () => {
    const image = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/web:1";
    const secrets = ["/a", secretArn].map((valueFrom, index) => ({ name: `S${index}`, valueFrom }));
    const options = { "awslogs-group": "g", "awslogs-region": "eu-north-1", "awslogs-create-group": "true" };
    const logConfiguration = { logDriver: "awslogs", options };
    const checks = checksOf({ containerDefinitions: [{ image, secrets, logConfiguration }] });
    expect(checks.map(({ kind, region, accountId, isForeign }) => [kind, region, accountId, isForeign])).toStrictEqual([
      ["image", "eu-west-1", "444455556666", true],
      ["image-platform", "eu-west-1", "444455556666", true],
      ["secret", "eu-west-1", "444455556666", true],
      ["parameter", "us-east-1", "111122223333", false],
      ["log-group", "eu-north-1", "111122223333", false],
    ]);
    expect(only(checks, "log-group")[0]?.isCreatedByTask).toBe(true);
  });

  it("asks for a secret once, whichever of its keys and however many are used", () => {
    const secrets = ["a", "b"].map((key) => ({ name: key, valueFrom: `${secretArn}:${key}::` }));
    secrets.push({ name: "old", valueFrom: `${secretArn}:a:AWSPREVIOUS:` });
    const checks = checksOf({ containerDefinitions: [{ secrets }] });
    expect(told(only(checks, "secret"))).toStrictEqual([
      ["secret", secretArn, "containerDefinitions[0].secrets[a] containerDefinitions[0].secrets[b]"],
      ["secret", `${secretArn}::AWSPREVIOUS:`, "containerDefinitions[0].secrets[old]"],
    ]);
    expect(only(checks, "secret-key").map(({ secret }) => secret.jsonKey)).toStrictEqual(["a", "a", "b"]);
  });

  it("keeps apart what is asked for differently", () => {
    const image = "ghcr.io/acme/web:1";
    const repositoryCredentials = { credentialsParameter: "hub" };
    const containerDefinitions = [{ image }, { image, repositoryCredentials }, { image }];
    const checks = only(checksOf({ containerDefinitions }), "image");
    expect(checks.map(({ hasCredentials, where }) => [hasCredentials, ...where])).toStrictEqual([
      [false, "containerDefinitions[0].image", "containerDefinitions[2].image"],
      [true, "containerDefinitions[1].image"],
    ]);
    expect(only(checksOf({ containerDefinitions: containerDefinitions.toReversed() }), "image")).toHaveLength(2);
  });

  it("makes a check of what it cannot read", () => {
    const input = {
      executionRoleArn: "a role",
      containerDefinitions: [
        {
          image: "not an image",
          secrets: [{ valueFrom: "a b" }, { valueFrom: `${secretArn}:key` }],
          environmentFiles: [{ value: "s3://b/k" }],
          logConfiguration: { logDriver: "awslogs", options: {} },
        },
      ],
      volumes: [{ s3filesVolumeConfiguration: { fileSystemArn: "fs-1", accessPointArn: "fs-1/access-point/fsap-1" } }],
      taskRoleArn: "task",
    };
    const shapes = only(checksOf(input), "shape");
    expect(shapes.map(({ subject, status }) => [subject, status])).toStrictEqual([
      ["a role", "unknown"],
      [`${secretArn}:key`, "failed"],
      ["awslogs", "unknown"],
      ["containerDefinitions[0].secrets[0]", "unknown"],
      ["fs-1", "unknown"],
      ["fs-1/access-point/fsap-1", "unknown"],
      ["not an image", "unknown"],
      ["s3://b/k", "unknown"],
    ]);
  });

  it("lets no control character into what people read", () => {
    const [check] = checksOf({ containerDefinitions: [{ name: "a\u001b[31m", image: `x\u0007${"y".repeat(1000)} ` }] });
    expect(check?.where).toStrictEqual(["containerDefinitions[a\\u001b[31m].image"]);
    expect(check?.subject).toBe(`x\\u0007${"y".repeat(592)}…`);
  });

  it("adds the checks of roles' rights and of keys only if asked to", () => {
    const kinds = (more: object) => new Set(checksOf(baseInput, more).map(({ kind }) => kind));
    expect(kinds({}).has("role-permission")).toBe(false);
    expect(kinds({}).has("key")).toBe(false);
    expect(kinds({ simulate: true, keys: true }).has("role-permission")).toBe(true);
    expect(only(checksOf(baseInput, { keys: true }), "key").map(({ subject }) => subject)).toStrictEqual([
      ...only(checksOf(baseInput), "secret").map(({ subject }) => subject),
      ...only(checksOf(baseInput), "parameter").map(({ subject }) => subject),
    ]);
  });

  it("says of a role what it must be allowed", () => {
    const input = {
      ...baseInput,
      taskRoleArn: "task",
      containerDefinitions: [
        ...(baseInput.containerDefinitions ?? []),
        {
          image: "444455556666.dkr.ecr.eu-west-1.amazonaws.com/web:1",
          repositoryCredentials: { credentialsParameter: "hub" },
          environmentFiles: [{ value: "arn:aws:s3:::b-1/web.env" }],
          secrets: [{ name: "P", valueFrom: "/p" }],
          logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "g", "awslogs-create-group": "true" } },
        },
      ],
      volumes: [
        { efsVolumeConfiguration: { fileSystemId: "fs-1", authorizationConfig: { iam: "ENABLED" } } },
        { efsVolumeConfiguration: { fileSystemId: "fs-2" } },
      ],
    };
    const [execution, task] = only(checksOf(input, { simulate: true }), "role-permission");
    expect(execution?.grants.map(({ actions, resources }) => [actions.join(), ...resources])).toStrictEqual([
      ["ecr:GetAuthorizationToken", "*"],
      [
        "ecr:BatchCheckLayerAvailability,ecr:GetDownloadUrlForLayer,ecr:BatchGetImage",
        "arn:aws:ecr:eu-west-1:444455556666:repository/web",
        "arn:aws:ecr:us-east-1:111122223333:repository/openclaw",
      ],
      [
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:hub-??????",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/gateway-Ab12Cd",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/openai-placeholder-Ef34Gh",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/openai-sidecar-Ij56Kl",
      ],
      [
        "ssm:GetParameters",
        "arn:aws:ssm:us-east-1:111122223333:parameter/isol8/dev/telemetry-key",
        "arn:aws:ssm:us-east-1:111122223333:parameter/p",
      ],
      [
        "logs:CreateLogStream,logs:PutLogEvents",
        "arn:aws:logs:us-east-1:111122223333:log-group:/ecs/isol8-dev-openclaw:log-stream:*",
        "arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:*",
      ],
      ["logs:CreateLogGroup", "arn:aws:logs:us-east-1:111122223333:log-group:g"],
      ["s3:GetObject", "arn:aws:s3:::b-1/web.env"],
    ]);
    expect(task?.subject).toBe("arn:aws:iam::111122223333:role/task");
    expect([execution?.prevents, task?.prevents]).toStrictEqual([
      expect.stringContaining("CannotPullContainerError"),
      expect.stringContaining("EFS utils"),
    ]);
    expect(task?.grants.map(({ actions, resources }) => [...actions, ...resources])).toStrictEqual([
      ["elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1"],
    ]);
    const plain = { executionRoleArn: "execution", taskRoleArn: "task" };
    expect(only(checksOf(plain, { simulate: true }), "role-permission")).toStrictEqual([]);
  });

  it("never looks at the values of environment variables", () => {
    const environment = [
      { name: "A", value: "hunter2" },
      { name: secretArn, value: secretArn },
    ];
    expect(JSON.stringify(checksOf({ containerDefinitions: [{ name: "app", environment }] }))).toBe("[]");
  });

  it("gives the same checks for the same definition, in the order of kinds", () => {
    const input = deepFreeze({ ...maximalBase });
    const checks = checksOf(input, { simulate: true, keys: true });
    expect(checksOf(structuredClone(input), { simulate: true, keys: true })).toStrictEqual(checks);
    const order = checks.map(({ kind }) => checkKinds.indexOf(kind));
    expect(order).toStrictEqual([...order].sort((one, other) => one - other));
    expect(checks.length).toBeGreaterThan(5);
  });

  it("is total: anything gives checks", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ containerDefinitions: fc.anything(), volumes: fc.anything() }),
    );
    const element = fc.dictionary(
      fc.constantFrom(
        ...["name", "image", "secrets", "logConfiguration", "environmentFiles", "repositoryCredentials"],
        ...["efsVolumeConfiguration", "s3filesVolumeConfiguration", "firelensConfiguration"],
      ),
      fc.anything(),
    );
    const definition = fc.record({ containerDefinitions: fc.array(element), volumes: fc.array(element) });
    fc.assert(
      fc.property(fc.oneof(anything, definition), (input) => {
        // The cast: see above.
        for (const check of toChecks(input as RegisterInput, place, { simulate: true, keys: true })) {
          expect(checkKinds).toContain(check.kind);
          expect(check.where).not.toHaveLength(0);
          expect(check.prevents).not.toBe("");
        }
      }),
    );
  });
});
