import * as z from "zod";
import { parseInput } from "../parse-input.ts";

/** CPU and memory of a task, always both. */
export interface Size {
  /** CPU units: 1024 are one vCPU. */
  readonly cpu: number;
  /** Memory in MiB. */
  readonly memory: number;
}

/** What is one user's own. Everything else of a clone is its base's, so what is absent here is "as in the base". */
export interface UserSpec {
  /** The user's id in your system, in whatever form your identity provider gives it. */
  readonly userId: string;
  /** The user's EFS access point: `fsap-` and 8 to 40 hexadecimal digits. */
  readonly accessPointId: string;
  /**
   * Secrets by the name of the environment variable that the container sees. The value says where ECS finds the secret, and never is
   * the secret: a Secrets Manager ARN (with its optional `:json-key:version-stage:version-id`), an SSM parameter ARN, or an SSM
   * parameter name that begins with `/`.
   */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** Plain environment variables, by name. Whoever may describe the task definition can read them. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The task's size. Once given it stays the user's, also when the base's own size changes. */
  readonly size?: Size | undefined;
  /** The image of the user's container. */
  readonly image?: string | undefined;
  /** Tags of the task definition, by key, laid over the base's. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** @see https://docs.aws.amazon.com/efs/latest/ug/API_DescribeMountTargets.html for the pattern; ECS wants the id, not the ARN. */
const accessPointIdPattern = /^fsap-[0-9a-f]{8,40}$/;

/**
 * The three forms of a secret's `valueFrom`. ECS reads whatever is not an ARN as the name of an SSM parameter, so a bare secret name
 * would be looked up in the wrong service, at task start.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.md for the colons
 */
const valueFromPatterns = [
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:\s]+(?::[^:\s]*:[^:\s]*:[^:\s]*)?$/,
  /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/\S+$/,
  /^\/[A-Za-z0-9_./-]+$/,
];

const sizeNumber = z.int().positive();

/** A size in CPU units and MiB. */
export const sizeSchema = z.strictObject({ cpu: sizeNumber, memory: sizeNumber }) satisfies z.ZodType<Size>;

const hasOwnPrototypeName = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__");

/** A record by name. Zod passes over a member named `__proto__`, which would lose it without a word: it is refused instead. */
const recordOf = <Value extends z.ZodType>(value: Value) =>
  z
    .custom((input) => !hasOwnPrototypeName(input), { error: "`__proto__` cannot be a name here", abort: true })
    .pipe(z.record(z.string().min(1), value));

/** Docker splits a variable at its first `=`, and no process environment holds a NUL. */
const variableName = (name: string): boolean => !/[=\0]/.test(name);

const variables = <Value extends z.ZodType>(value: Value) =>
  recordOf(value).superRefine((record, context) => {
    for (const name of Object.keys(record)) {
      if (!variableName(name)) {
        context.addIssue({
          code: "custom",
          path: [name],
          message: "the name of a variable may hold neither `=` nor NUL",
        });
      }
    }
  });

const valueFrom = z.string().refine((value) => valueFromPatterns.some((pattern) => pattern.test(value)), {
  error:
    "expected a Secrets Manager ARN (arn:aws:secretsmanager:<region>:<account>:secret:<name>, optionally followed by " +
    ":<json-key>:<version-stage>:<version-id> with all three colons), an SSM parameter ARN, or an SSM parameter name that begins with `/`; " +
    "a bare secret name would be read as an SSM parameter",
});

const accessPointId = z
  .string()
  .regex(accessPointIdPattern, "expected the id of an EFS access point: `fsap-` and 8 to 40 hexadecimal digits");

const image = z.string().regex(/^\S+$/, "expected an image reference without spaces");

const schema = z
  .strictObject({
    userId: z.string().min(1, "expected the user's id, found the empty string"),
    accessPointId,
    secrets: variables(valueFrom).optional(),
    environment: variables(z.string()).optional(),
    size: sizeSchema.optional(),
    image: image.optional(),
    tags: recordOf(z.string()).optional(),
  })
  .superRefine((user, context) => {
    for (const name of Object.keys(user.environment ?? {})) {
      if (Object.hasOwn(user.secrets ?? {}, name)) {
        context.addIssue({
          code: "custom",
          path: ["environment", name],
          message: "the name is among the user's secrets too; ECS takes a name once per container",
        });
      }
    }
  }) satisfies z.ZodType<UserSpec>;

/**
 * Checks what somebody passed as a user.
 *
 * @throws {@link InvalidInputError} naming each member that is wrong. Values are never repeated in it.
 */
export function parseUser(value: unknown): UserSpec {
  return parseInput(schema, value, "the user");
}

/** Variables or tags to set, and with `null` those to remove. */
export type VariablesPatch = Readonly<Record<string, string | null | undefined>>;

/** Changes to what is a user's own, as a JSON Merge Patch (RFC 7396): `null` removes, what is absent stays. */
export interface UserPatch {
  readonly accessPointId?: string | undefined;
  readonly secrets?: VariablesPatch | null | undefined;
  readonly environment?: VariablesPatch | null | undefined;
  /** `null` gives the size back to the cloner's default, or the base. */
  readonly size?: { readonly cpu?: number | undefined; readonly memory?: number | undefined } | null | undefined;
  /** `null` gives the image back to the base. */
  readonly image?: string | null | undefined;
  readonly tags?: VariablesPatch | null | undefined;
}

const patchSchema = z.strictObject({
  accessPointId: accessPointId.optional(),
  secrets: variables(valueFrom.nullish()).nullish(),
  environment: variables(z.string().nullish()).nullish(),
  size: z.strictObject({ cpu: sizeNumber.optional(), memory: sizeNumber.optional() }).nullish(),
  image: image.nullish(),
  tags: recordOf(z.string().nullish()).nullish(),
}) satisfies z.ZodType<UserPatch>;

/**
 * Checks what somebody passed as changes to a user.
 *
 * @throws {@link InvalidInputError} naming each member that is wrong. Values are never repeated in it.
 */
export function parseUserPatch(value: unknown): UserPatch {
  return parseInput(patchSchema, value, "the changes");
}

/**
 * Checks what somebody passed as a size.
 *
 * @throws {@link InvalidInputError}
 */
export function parseSize(value: unknown): Size {
  return parseInput(sizeSchema, value, "the size");
}
