import * as z from "zod";
import { functionOf, parseInput } from "../parse-input.ts";
import { type CheckKind, checkKinds } from "./check.ts";
import type { ForRegion, Sender, VerifyClients } from "./clients.ts";

/**
 * Names the JSON keys of a secret, which AWS returns only together with their values. `undefined` if you do not know them.
 *
 * @param secretArn the ARN without the parts that ECS adds.
 */
export type SecretKeys = (
  secretArn: string,
  options: {
    readonly versionStage: string | undefined;
    readonly versionId: string | undefined;
    readonly signal: AbortSignal;
  },
) => Promise<readonly string[] | undefined>;

/** Options for {@link verify} and {@link createVerifier}. */
export interface VerifyOptions {
  /** Your AWS clients. Checks whose client is missing are skipped. */
  readonly clients: VerifyClients;
  /** Kinds of checks to skip. @default none */
  readonly skip?: readonly CheckKind[] | undefined;
  /** Whether to simulate the policies of the roles, with `iam:SimulatePrincipalPolicy`. @default false */
  readonly simulate?: boolean | undefined;
  /** Whether to look at the KMS keys of secrets and parameters, with `kms:DescribeKey`. @default false */
  readonly keys?: boolean | undefined;
  /**
   * How to find the platform of an image. `config` reads the image's configuration where the manifest does not say it, over HTTPS from S3; `index`
   * leaves that out. @default "config"
   */
  readonly platform?: "config" | "index" | undefined;
  /** Hosts of other registries to ask for images anonymously, such as `public.ecr.aws` or `docker.io`. @default none */
  readonly registries?: readonly string[] | undefined;
  /** The `fetch` for registries and image configurations. @default the global one */
  readonly fetch?: typeof fetch | undefined;
  /** Names the JSON keys of a secret. Without it, keys are not checked. */
  readonly secretKeys?: SecretKeys | undefined;
  /** How long (ms) to wait before asking once more about what is missing, for resources that were just made. @default 0: take the first answer */
  readonly settleMs?: number | undefined;
  /** Maximum number of requests at a time to each service of a region. @default 8 */
  readonly concurrency?: number | undefined;
  /** How long (ms) a single request may take. @default 5000 */
  readonly requestTimeoutMs?: number | undefined;
  /** How long (ms) all checks together may take. What has no answer by then is `unknown`. @default 15000 */
  readonly deadlineMs?: number | undefined;
}

/** The options with their defaults filled in. */
export interface VerifySettings extends VerifyOptions {
  readonly skip: readonly CheckKind[];
  readonly platform: "config" | "index";
  readonly registries: readonly string[];
  readonly settleMs: number;
  readonly concurrency: number;
  readonly requestTimeoutMs: number;
  readonly deadlineMs: number;
}

const client = z
  .custom<ForRegion<Sender>>(
    (value) =>
      typeof value === "function" ||
      (typeof value === "object" && value !== null && "send" in value && typeof value.send === "function"),
    "expected a client of the AWS SDK, or a function that gives one for a region",
  )
  .optional();

// The longest delay that a timer accepts.
const milliseconds = z
  .int()
  .nonnegative()
  .max(2 ** 31 - 1);

const schema = z.strictObject({
  clients: z.strictObject({
    ecr: client,
    secretsManager: client,
    ssm: client,
    efs: client,
    iam: client,
    logs: client,
    s3: client,
    s3files: client,
    kms: client,
  }),
  skip: z.array(z.enum(checkKinds)).readonly().default([]),
  simulate: z.boolean().optional(),
  keys: z.boolean().optional(),
  platform: z.enum(["config", "index"]).default("config"),
  registries: z.array(z.string().min(1)).readonly().default([]),
  fetch: functionOf<typeof fetch>().optional(),
  secretKeys: functionOf<SecretKeys>().optional(),
  settleMs: milliseconds.default(0),
  concurrency: z.int().positive().default(8),
  requestTimeoutMs: milliseconds.positive().default(5000),
  deadlineMs: milliseconds.positive().default(15_000),
}) satisfies z.ZodType<VerifySettings, VerifyOptions>;

/** @throws {@link InvalidInputError} naming each option that is invalid or unknown. */
export const parseVerifyOptions = (options: unknown): VerifySettings =>
  parseInput(schema, options, "options of the verifier");
