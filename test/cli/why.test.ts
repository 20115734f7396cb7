import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { explainStop } from "../../src/cli/stop-reason.ts";
import { toStoppedTask } from "../../src/cli/stopped-tasks.ts";
import { baseFamily, cloneFamily, type Fleet, newFleet, runHere, toBase, toObjects } from "./fleet.ts";

describe("explainStop", () => {
  it.each([
    [
      "CannotPullContainerError: Error response from daemon: toomanyrequests: You have reached your pull rate limit",
      [],
    ],
    ["CannotPullContainerError: write /var/lib/containerd: no space left on device", []],
    [
      "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
      ["image-platform"],
    ],
    ["CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout", []],
    ["CannotPullImageManifestError: registry/openclaw:1: not found", ["image"]],
    ["The task can't pull the image. Check whether the image exists.", ["image"]],
    [
      "CannotPullContainerError: AccessDeniedException: not authorized to perform: ecr:BatchGetImage",
      ["image", "execution-role", "registry-credentials", "role-permission"],
    ],
    ["exec /usr/bin/node: exec format error", ["image-platform"]],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: retrieved secret from Secrets Manager did not contain json key token",
      ["secret", "secret-key"],
    ],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: Access to KMS is not allowed",
      ["key", "execution-role"],
    ],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: connection refused",
      [],
    ],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: secretsmanager:GetSecretValue",
      ["execution-role", "role-permission"],
    ],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: invalid parameters: /a",
      ["parameter"],
    ],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: ResourceNotFoundException",
      ["secret", "registry-credentials"],
    ],
    [
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-1.efs"',
      ["file-system", "s3files-file-system"],
    ],
    [
      "failed to invoke EFS utils commands: mount.nfs4: access denied by server while mounting",
      ["access-point", "s3files-access-point", "task-role"],
    ],
    ["failed to invoke EFS utils commands: mount.nfs4: No such file or directory", ["access-point", "file-system"]],
    [
      "failed to invoke EFS utils commands: mount.nfs4: Connection reset by peer",
      ["file-system", "s3files-file-system"],
    ],
    [
      "failed to invoke EFS utils commands: something else",
      ["access-point", "file-system", "s3files-access-point", "s3files-file-system"],
    ],
    [
      "ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task.",
      ["execution-role", "task-role"],
    ],
    [
      "ResourceInitializationError: failed to validate logger args: : signal: killed: The specified log group does not exist.",
      ["log-group", "execution-role"],
    ],
    [
      "ResourceInitializationError: failed to download env files: file download command: non empty error stream",
      ["env-file", "execution-role"],
    ],
    ["OutOfMemoryError: Container killed due to memory usage", []],
    ["Task failed ELB health checks in (target-group x)", []],
    ["Essential container in task exited", []],
    ["Capacity is unavailable at this time. Please try again later", []],
    ["Your Spot Task was interrupted.", []],
    ["Scaling activity initiated by (deployment ecs-svc/1)", []],
  ] as const)("knows: %s", (text, checks) => {
    const meaning = explainStop(text);

    expect(meaning?.checks).toStrictEqual(checks);
    expect(meaning?.means).not.toBe("");
    expect(meaning?.advice).not.toBe("");
  });

  it.each(["", "Task stopped by user", "CannotPullContainerError: something new"])("guesses at nothing: %j", (text) => {
    expect(explainStop(text)).toBeUndefined();
  });
});

describe("toStoppedTask", () => {
  it("gives what the task and its containers say", () => {
    const stoppedAt = new Date(0);
    const task = {
      taskArn: "task",
      taskDefinitionArn: "web:1",
      stoppedAt,
      stopCode: "TaskFailedToStart" as const,
      stoppedReason: "gone",
      containers: [
        { name: "app", exitCode: 137, reason: "OOM" },
        { name: "quiet", exitCode: 0 },
        { reason: "why" },
        { name: "code", exitCode: 1 },
      ],
    };

    expect(toStoppedTask(task)).toStrictEqual({
      arn: "task",
      definitionArn: "web:1",
      stoppedAt,
      stoppedMs: 0,
      stopCode: "TaskFailedToStart",
      texts: [
        { source: "task", text: "gone" },
        { source: "app", text: "exit code 137: OOM" },
        { source: "container", text: "why" },
        { source: "code", text: "exit code 1" },
      ],
    });
    expect(toStoppedTask({})).toMatchObject({ arn: "", definitionArn: "", stoppedAt: undefined, texts: [] });
  });
});

describe("why", () => {
  let fleet: Fleet;
  let task: string;

  beforeAll(async () => {
    fleet = await newFleet(2);
    const stop = (taskDefinition: string, reason: string) =>
      fleet.ecs.stoppedTask({ cluster: "users", taskDefinition, reason });
    fleet.ecs.register({ ...toBase("missing"), family: cloneFamily });
    stop(`${cloneFamily}:1`, "CannotPullContainerError: not found");
    stop(`${cloneFamily}:1`, "Words that are new\u001b[2J");
    stop(`${cloneFamily}:2`, "Essential container in task exited");
    task = stop(`${cloneFamily}:3`, "CannotPullContainerError: not found");
  });
  afterAll(async () => fleet.close());
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const cli = (line: string, cwd?: string) => runHere(line.split(" "), { env: fleet.env, ...(cwd && { cwd }) });

  it("explains the user's stopped tasks, newest first, and no other user's", async () => {
    const { code, stdout } = await cli("why user_1 --json");

    expect(code).toBe(0);
    const objects = toObjects(stdout);
    expect(objects).toMatchObject([
      { type: "stop", userId: "user_1" },
      { type: "stop", userId: "user_1" },
      { type: "summary", stopped: 2, explained: 2 },
    ]);
    expect(stdout).toContain('"text":"Words that are new\\\\u001b[2J"}');
  });

  it("explains as many as it is asked to, and says so", async () => {
    expect((await cli("why user_1 --last 1")).stdout).toContain("2 stopped tasks, the newest 1 explained.");
  });

  it("shows words that are not known as they are", async () => {
    expect((await cli("why user_1")).stdout).toContain("This reason is not known here: it is shown as ECS words it.");
  });

  it("explains a task by its ARN or id, whoever's it is, with what a check finds wrong by now", async () => {
    for (const name of [task, task.slice(-32)]) {
      const { stdout } = await cli(`why ${name}`);

      expect(stdout).toContain(`not a clone, ${cloneFamily}:3: task`);
      expect(stdout).toMatch(/now +✗ image/);
      expect(stdout).toMatch(/do +Push it/);
    }
  });

  it("asks nothing where no check can see the cause", async () => {
    fleet.aws.clearCalls();

    expect((await cli("why user_2")).stdout).toContain("means  The container ended by itself.");
    expect(fleet.aws.calls).toHaveLength(0);
  });

  it("says that there is no stopped task", async () => {
    expect((await cli("why user_3")).stdout).toBe(
      "No stopped task of user_3 in users. ECS shows them for about an hour.\n",
    );
  });

  it("explains what it can of a task whose definition is gone, or that ECS does not describe", async () => {
    const gone = { error: "ClientException", message: "Unable to describe task definition." };
    fleet.ecs.fail({ ...gone, operation: "DescribeTaskDefinition", times: 2 });
    expect((await cli(`why ${task}`)).stdout).toContain("means  The image is not there.");
    fleet.ecs.fail({ operation: "DescribeTasks", body: {} });
    expect((await cli(`why ${task}`)).stdout).toContain("No stopped task of");
  });

  it("needs to know the cluster", async () => {
    const { code, stderr } = await cli(`why user_1 --base-family ${baseFamily}`, "/");

    expect(code).toBe(2);
    expect(stderr).toContain("In which cluster? Pass --cluster, or set `cluster` in the config.");
  });
});
