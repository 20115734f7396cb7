import * as z from "zod";
import { isFamilyName } from "../derivation/clone-family.ts";
import { InvalidInputError } from "../errors.ts";
import { parseInput, toShown } from "../parse-input.ts";
import { toPartition } from "../partition.ts";
import { type Grant, type GrantedPermission, type PolicyScope, toGrants } from "./grants.ts";

/** What to make a policy for. */
export interface PolicyOptions {
  /** The AWS account, 12 digits. @default `<account>`, to be filled in */
  readonly accountId?: string | undefined;
  /** The region. @default `<region>`, to be filled in */
  readonly region?: string | undefined;
  /** The partition, as ARNs name it. @default the region's */
  readonly partition?: string | undefined;
  /** The base's family. */
  readonly baseFamily: string;
  /** The clones' family; `*` in it stands for anything, for the option `cloneFamily` as a function. @default `<base>-user` */
  readonly cloneFamily?: string | undefined;
  /** ARNs of the roles that clones may have: the base's task and execution role, and users' own. */
  readonly passRoles: readonly string[];
  /** Whether to allow what `taskdef-cloner/fleet` asks too. @default false */
  readonly fleet?: boolean | undefined;
  /** What else to allow, such as what checks of AWS ask. @default nothing */
  readonly verify?: readonly GrantedPermission[] | undefined;
}

const schema = z.strictObject({
  accountId: z
    .string()
    .regex(/^\d{12}$/, "expected the 12 digits of an AWS account")
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2,}(?:-[a-z0-9]+)+$/, "expected the name of an AWS region, such as us-east-1")
    .optional(),
  partition: z
    .string()
    .regex(/^aws[a-z-]*$/, "expected a partition, such as aws or aws-cn")
    .optional(),
  baseFamily: z.string(),
  cloneFamily: z.string().optional(),
  passRoles: z.array(
    z
      .string()
      .regex(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
        "expected the ARN of a role: arn:<partition>:iam::<account>:role/<name>",
      ),
  ),
  fleet: z.boolean().optional(),
  verify: z.array(z.custom<GrantedPermission>()).optional(),
}) satisfies z.ZodType<PolicyOptions>;

/** A statement of an IAM policy. */
export interface PolicyStatement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, string>> };
}

/** An IAM policy document. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/**
 * The least IAM policy for a backend that clones a base.
 *
 * @throws {@link InvalidInputError} naming each option that is invalid or unknown.
 */
export function toPolicy(options: PolicyOptions): PolicyDocument {
  return toDocument(toGrants(toScope(options)));
}

/** Checks the options of a policy and fills in their defaults. @throws InvalidInputError */
export function toScope(options: PolicyOptions): PolicyScope {
  const parsed = parseInput(schema, options, "options of the policy");
  const { accountId, region, partition, baseFamily, passRoles } = parsed;
  return {
    partition: partition ?? toPartition(region ?? ""),
    region: region ?? "<region>",
    accountId: accountId ?? "<account>",
    cloneFamily: toClonesFamily(baseFamily, parsed.cloneFamily),
    passRoles,
    fleet: parsed.fleet ?? false,
    verify: parsed.verify ?? [],
  };
}

/**
 * The clones' family in a policy, where `*` stands for anything.
 *
 * @throws {@link InvalidInputError} if it is malformed, or lets clones into the base family.
 */
export function toClonesFamily(baseFamily: string, cloneFamily = `${baseFamily}-user`): string {
  if (!isFamilyName(baseFamily))
    throw new InvalidInputError(
      `The base family ${toShown(baseFamily)} is no family name: pass it without a revision.`,
    );
  if (!isFamilyName(cloneFamily.replaceAll("*", "x"))) {
    throw new InvalidInputError(
      `The clone family ${toShown(cloneFamily)} is no family name: ECS takes 1 to 255 letters, digits, \`_\` and \`-\`. In a policy, \`*\` stands for anything.`,
    );
  }
  if (new RegExp(`^${cloneFamily.replaceAll("*", ".*")}$`).test(baseFamily)) {
    throw new InvalidInputError(
      `The clone family ${cloneFamily} covers the base family ${baseFamily}. Who may register there can replace the base of every user. Choose a ` +
        "narrower `cloneFamily`.",
    );
  }
  return cloneFamily;
}

/** Grants as an IAM policy document. */
export function toDocument(grants: readonly Grant[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: grants.map(toStatement) };
}

/** A grant as a statement of an IAM policy. */
export function toStatement({ actions, resources, condition }: Grant): PolicyStatement {
  const [only, ...others] = resources;
  return {
    Effect: "Allow",
    Action: actions,
    Resource: only !== undefined && others.length === 0 ? only : resources,
    ...(condition && { Condition: { StringEquals: condition } }),
  };
}
