/** A fleet on local ports, and command lines that are run against it: in this process, or in one of their own. */
import { readFileSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { CreateServiceCommand } from "@aws-sdk/client-ecs";
import { expect, vi } from "vitest";
import type { Host } from "../../src/cli/host.ts";
import { run } from "../../src/cli/run.ts";
import { TaskDefCloner } from "../../src/task-def-cloner.ts";
import { FakeAws, FakeEcs, type FakeEcsOptions, systemClock } from "../../src/testing/index.ts";

export const baseFamily = "isol8-dev-openclaw";
export const cloneFamily = `${baseFamily}-user`;
const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw";

/** A base of this image tag. */
export const toBase = (tag: string) => ({
  family: baseFamily,
  taskRoleArn: "arn:aws:iam::111122223333:role/task",
  executionRoleArn: "arn:aws:iam::111122223333:role/execution",
  requiresCompatibilities: ["FARGATE" as const],
  networkMode: "awsvpc" as const,
  cpu: "256",
  memory: "512",
  containerDefinitions: [
    {
      name: "openclaw",
      image: `${image}:${tag}`,
      environment: [{ name: "NODE_ENV", value: "a value that nobody may see" }],
      mountPoints: [{ sourceVolume: "home", containerPath: "/home/node" }],
    },
  ],
  volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
});

/** The ARN of a revision. */
export const toArn = (family: string, revision: number): string =>
  `arn:aws:ecs:us-east-1:111122223333:task-definition/${family}:${revision}`;

/** The ids of this many users. */
const toUserIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `user_${index + 1}`);

/** A fleet, and the environment in which command lines find it. */
export interface Fleet {
  readonly ecs: FakeEcs;
  readonly aws: FakeAws;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const project = new URL("./project/", import.meta.url).pathname;

/** Two revisions of a base, and users whose clones are of the first. What tasks refer to is there, but for the image of the second. */
export async function newFleet(users = 2, options: FakeEcsOptions = {}): Promise<Fleet> {
  const ecs = new FakeEcs({ clock: systemClock, ...options });
  const aws = new FakeAws({ clock: systemClock });
  ecs.register(toBase("1.0.0"));
  const client = ecs.client();
  const cloner = new TaskDefCloner({ client, baseFamily });
  for (const userId of toUserIds(users)) {
    const accessPointId = `fsap-${userId.replace(/\D/g, "").padStart(17, "0")}`;
    const user = { userId, accessPointId, environment: { GREETING: `hello ${userId}` } };
    const { arn } = await cloner.clone(user);
    const service = { cluster: "users", serviceName: userId, taskDefinition: arn, desiredCount: 1 };
    await client.send(new CreateServiceCommand(service));
    aws.accessPoint({ id: accessPointId, fileSystemId: "fs-0123456789abcdef0" });
  }
  aws.image({ repository: "openclaw", tag: "1.0.0", platforms: ["linux/amd64"] });
  aws.fileSystem({ id: "fs-0123456789abcdef0" });
  aws.role({ name: "task" });
  aws.role({ name: "execution" });
  ecs.register(toBase("2.0.0"));
  ecs.clearCalls();
  const [ecsServer, awsServer] = [await ecs.listen(), await aws.listen()];
  return {
    ecs,
    aws,
    env: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "fake",
      AWS_ACCOUNT_ID: "111122223333",
      AWS_ENDPOINT_URL_ECS: ecsServer.endpoint,
      AWS_ENDPOINT_URL: awsServer.endpoint,
      AWS_CONFIG_FILE: "/nowhere/config",
      AWS_SHARED_CREDENTIALS_FILE: "/nowhere/credentials",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    close: async () => {
      await Promise.all([ecsServer.close(), awsServer.close()]);
    },
  };
}

/** What a command line wrote, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command line in this process. */
export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What is typed, or piped in. */
  readonly input?: string;
  /** Whether all three streams are terminals. */
  readonly isTerminal?: boolean;
  readonly stdin?: PassThrough;
  readonly stdout?: PassThrough;
  /** Is given a function that presses Ctrl-C, once the command has begun. */
  readonly onStart?: (interrupt: () => void) => void;
}

/** Runs a command line in this process. */
export async function runHere(args: readonly string[], options: RunOptions): Promise<Ran & { readonly left?: number }> {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(options.env)) vi.stubEnv(name, value);
  const { isTerminal = false, input = "" } = options;
  const { stdin = new PassThrough(), stdout = new PassThrough() } = options;
  const streams = { stdin, stdout, stderr: new PassThrough() };
  for (const stream of Object.values(streams)) Object.assign(stream, { isTTY: isTerminal });
  const written = { stdout: "", stderr: "" };
  streams.stdout.on("data", (chunk) => (written.stdout += chunk));
  streams.stderr.on("data", (chunk) => (written.stderr += chunk));
  if (options.stdin === undefined) stdin.end(input);
  let left: number | undefined;
  const host: Host = {
    readVersion: () => "1.2.3",
    args,
    env: options.env,
    cwd: options.cwd ?? project,
    ...streams,
    onInterrupt: (callback) => {
      options.onStart?.(callback);
      return () => {};
    },
    leave: (code) => {
      left = code;
    },
  };
  const code = await run(host);
  await new Promise(setImmediate);
  return { code, ...written, ...(left !== undefined && { left }) };
}

/** Text with what differs from run to run taken out. */
export const toStable = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<request>");

/** Compares a text with a golden file, or writes it with `UPDATE_GOLDEN=1`. */
export function expectGolden(name: string, text: string): void {
  const file = new URL(`./golden/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}

/** The objects of a run with `--json`. */
export const toObjects = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
