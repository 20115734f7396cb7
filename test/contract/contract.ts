/**
 * The endpoint that the contract is held against, and what its rules are written with. In `npm test` that is FakeEcs;
 * `ECS_ENDPOINT=http://127.0.0.1:5000 npm run test:contract` holds the contract against an emulator, and `ECS_ENDPOINT=aws npm run test:contract` against the
 * account of the credentials in the environment.
 */
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { afterAll, expect, it, vi } from "vitest";
import { toSecretArn } from "../cast.ts";
import { Families, isNotImplemented, refusalOf, toEndpoint } from "./endpoint.ts";

export const endpoint = toEndpoint(process.env);
const { client, executionRoleArn } = endpoint;
export const families = new Families(client);
const timeout = endpoint.name === "AWS" ? 120_000 : 20_000;

afterAll(async () => {
  // An emulator is gone after the tests anyway.
  await families.removeAll().catch((error) => {
    if (endpoint.isComplete) throw error;
  });
}, 600_000);

/** A test of one rule. Where the endpoint need not have every rule and lacks this one, it is a skip that says so. */
export function rule(title: string, check: () => Promise<void>): void {
  it(title, { timeout }, async (context) => {
    try {
      await check();
    } catch (error) {
      if (error instanceof NeedsSetupError) context.skip(error.message);
      if (endpoint.isComplete || !isNotImplemented(error)) throw error;
      context.skip(`not implemented by this endpoint: ${title}`);
    }
  });
}

/** A rule cannot be tested with what the environment gives. */
export class NeedsSetupError extends Error {
  override readonly name = "NeedsSetupError" as const;
}

/** Tries again for as long as the endpoint may take to show everywhere what was written. */
export const eventually = (check: () => Promise<void>): Promise<void> =>
  endpoint.settlesInMs === 0 ? check() : vi.waitFor(check, { timeout: endpoint.settlesInMs, interval: 1000 });

export const executionRole = (): { executionRoleArn: string } => {
  if (executionRoleArn !== undefined) return { executionRoleArn };
  throw new NeedsSetupError("needs the name of a role that may be passed, in ECS_EXECUTION_ROLE_ARN");
};

export const app = {
  name: "app",
  image: "public.ecr.aws/docker/library/busybox:stable",
  essential: true,
  mountPoints: [{ sourceVolume: "home", containerPath: "/home" }],
};

export const home = {
  name: "home",
  efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0", transitEncryption: "ENABLED" },
} as const;

export const accessPoint = { authorizationConfig: { accessPointId: "fsap-0123456789abcdef0" } };

export const secret = {
  name: "TOKEN",
  valueFrom: toSecretArn("token-AbCdEf"),
};

/** The smallest base that a user can be cloned from, with members laid over it. */
export const toInput = (
  family: string,
  members: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput => ({
  family,
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: [app],
  volumes: [home],
  ...members,
});

export const describeRevision = (
  taskDefinition: string,
  include: "TAGS"[] = [],
): Promise<DescribeTaskDefinitionCommandOutput> =>
  client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include }));

export const deregister = (
  taskDefinition: string,
): Promise<{ taskDefinition?: { status?: string | undefined } | undefined }> =>
  client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));

/** Registering this is refused with these words. */
export async function expectRefusal(
  members: Partial<RegisterTaskDefinitionCommandInput>,
  message: RegExp,
): Promise<void> {
  const refusal = await refusalOf(families.register(toInput(families.next(), members)));
  expect(refusal).toStrictEqual({ name: "ClientException", message: expect.stringMatching(message) });
}
