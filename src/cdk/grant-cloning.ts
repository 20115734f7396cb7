import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import { parseInput } from "../parse-input.ts";
import { toGrants } from "../policy/grants.ts";
import { toClonesFamily, toStatement } from "../policy/to-policy.ts";
import { permissions } from "../verify/permissions.ts";
import { type BaseConstruct, toLiteralFamily } from "./base-construct.ts";

/** Who gets the permissions: a role, a user, a Lambda function… Any `IGrantable` from `aws-cdk-lib/aws-iam`. */
export interface GranteeConstruct {
  readonly grantPrincipal: {
    addToPrincipalPolicy(statement: object): { readonly statementAdded: boolean };
  };
}

/** Options for {@link grantCloning}. */
export interface GrantCloningOptions {
  /**
   * Family of the clones, as the cloner has it. If it is a function there, a pattern for what it returns: `*` stands for anything, and the base family must
   * not match. @default `<base>-user`
   */
  readonly cloneFamily?: string | undefined;
  /** Whether to grant what `taskdef-cloner/fleet` needs too. @default false */
  readonly fleet?: boolean | undefined;
  /** Whether to grant what `taskdef-cloner/verify` asks too, apart from checks that have an option of their own. @default false */
  readonly verify?: boolean | undefined;
  /** ARNs of other roles that clones may have, besides the base's task and execution roles. @default none */
  readonly passRoles?: readonly string[] | undefined;
}

const schema = z.strictObject({
  cloneFamily: z.string().optional(),
  fleet: z.boolean().optional(),
  verify: z.boolean().optional(),
  passRoles: z.array(z.string()).optional(),
}) satisfies z.ZodType<GrantCloningOptions>;

/**
 * Grants your backend what `TaskDefCloner` needs to clone this base, and no more. Creates the base's execution role if it has none yet: users' secrets and
 * ECR images need one, and so does the permission to pass it.
 *
 * @param base the task definition that your app defines. It needs a literal `family`.
 * @throws {@link InvalidInputError} if the base has no literal `family`, the options are invalid, or the grantee can't be given permissions.
 */
export function grantCloning(base: BaseConstruct, grantee: GranteeConstruct, options: GrantCloningOptions = {}): void {
  const parsed = parseInput(schema, options, "options of grantCloning");
  const { cloneFamily, fleet = false, verify = false, passRoles = [] } = parsed;
  const family = toLiteralFamily(base);
  const { partition, region, account } = Stack.of(base);
  const grants = toGrants({
    partition,
    region,
    accountId: account,
    cloneFamily: toClonesFamily(family, cloneFamily),
    passRoles: [base.taskRole.roleArn, base.obtainExecutionRole().roleArn, ...passRoles],
    fleet,
    verify: verify ? permissions.filter(({ option }) => option === undefined) : [],
  });
  for (const grant of grants) {
    const statement = PolicyStatement.fromJson(toStatement(grant));
    if (!grantee.grantPrincipal.addToPrincipalPolicy(statement).statementAdded) {
      throw new InvalidInputError(
        `The grantee can't be given ${grant.actions.join(", ")}: the CDK does not manage its permissions. Grant them to a role that your app defines.`,
      );
    }
  }
}
