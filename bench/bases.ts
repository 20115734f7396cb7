import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { UserSpec } from "../src/user/user.ts";

export const baseFamily = "isol8-dev-openclaw";

/** The user's container in every base here. */
export const container = "openclaw";

const accountArn = (service: string, rest: string): string => `arn:aws:${service}:111122223333:${rest}`;

const [user, sidecar] = [
  {
    name: container,
    image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:1.4.0",
    essential: true,
    secrets: [{ name: "GATEWAY_TOKEN", valueFrom: accountArn("secretsmanager:us-east-1", "secret:gateway-XyZabc") }],
    mountPoints: [{ sourceVolume: "home", containerPath: "/home/node" }],
    portMappings: [{ containerPort: 18789 }],
  },
  { name: "log-router", image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable", essential: false },
] as const;

/**
 * A base for Fargate with a sidecar, EFS, a secret and tags, whose input takes about so many KiB as JSON: it is filled up with environment
 * variables, every other one in the user's container.
 */
export function toBase(kibibytes: number): RegisterTaskDefinitionCommandInput {
  const toInput = (count: number): RegisterTaskDefinitionCommandInput => {
    const variables = Array.from({ length: count }, (_, index) => ({
      // ECS gives variables back in no order, so these are in none either.
      name: `SERVICE_SETTING_${((index * 7919) % 1000).toString().padStart(3, "0")}`,
      value: `a value of the usual length ${index}`,
    }));
    return {
      family: baseFamily,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "512",
      memory: "1024",
      executionRoleArn: accountArn("iam:", "role/isol8-dev-execution"),
      containerDefinitions: [
        {
          ...user,
          secrets: [...user.secrets],
          mountPoints: [...user.mountPoints],
          portMappings: [...user.portMappings],
          environment: variables.filter((_, index) => index % 2 === 0),
        },
        { ...sidecar, environment: variables.filter((_, index) => index % 2 === 1) },
      ],
      volumes: [
        {
          name: "home",
          efsVolumeConfiguration: {
            fileSystemId: "fs-0123456789abcdef0",
            transitEncryption: "ENABLED",
            authorizationConfig: { iam: "ENABLED" },
          },
        },
      ],
      tags: [{ key: "service", value: "openclaw" }],
    };
  };
  const size = (count: number): number => JSON.stringify(toInput(count)).length;
  let count = 0;
  while (size(count + 1) <= kibibytes * 1024) count += 1;
  return toInput(count);
}

/** The user of this number: an access point, a secret, a tag, and so many environment variables. */
export function toUser(number: number, variables = 1): UserSpec {
  return {
    userId: `user_${number}`,
    accessPointId: `fsap-${number.toString(16).padStart(17, "0")}`,
    secrets: {
      OPENAI_API_KEY: `arn:aws:secretsmanager:us-east-1:111122223333:secret:user-keys/user_${number}-AbCdEf`,
    },
    environment: Object.fromEntries(
      Array.from({ length: variables }, (_, index) => [`USER_SETTING_${index}`, `/home/user_${number}/${index}`]),
    ),
    tags: { user: `user_${number}` },
  };
}
