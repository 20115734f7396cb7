import { Names, Stack, Token } from "aws-cdk-lib";
import { isFamilyName } from "../derivation/clone-family.ts";
import { InvalidInputError } from "../errors.ts";
import { toFound, toShown } from "../parse-input.ts";
import { membersOf } from "../unknown-value.ts";

/**
 * A base that your CDK app defines: a `TaskDefinition`, `FargateTaskDefinition`, `Ec2TaskDefinition` or `ExternalTaskDefinition` from `aws-cdk-lib/aws-ecs`.
 * Described by its shape, so it fits any version of CDK 2.
 */
export interface BaseConstruct {
  readonly family: string;
  readonly taskRole: RoleConstruct;
  obtainExecutionRole(): RoleConstruct;
  readonly node: { readonly defaultChild?: unknown };
}

/** A role from `aws-cdk-lib/aws-iam`. */
export interface RoleConstruct {
  readonly roleArn: string;
}

const setFamily =
  "Give the task definition a literal `family`, the one that the cloner has as `baseFamily`: it is how the newest base is found.";

/**
 * The family that the app's code gives to a base.
 *
 * @throws {@link InvalidInputError} if the base is not defined in the app, or its family is no literal text.
 */
export function toLiteralFamily(base: BaseConstruct): string {
  const { family, obtainExecutionRole }: { readonly [Name in keyof BaseConstruct]?: unknown } = membersOf(base);
  if (typeof family !== "string" || typeof obtainExecutionRole !== "function") {
    throw new InvalidInputError(
      `Expected a task definition that this app defines, got ${toFound(base)} without a family or roles of its own. An imported one does not say what it ` +
        "contains: pass the construct that defines the base.",
    );
  }
  if (Token.isUnresolved(family)) {
    throw new InvalidInputError(`The base's family is a token, which has no value until it is deployed. ${setFamily}`);
  }
  if (family === Names.uniqueId(base)) {
    throw new InvalidInputError(
      `The base has no family of its own, so the CDK generates ${toShown(family)} from its path, and another name when it moves. ${setFamily}`,
    );
  }
  if (!isFamilyName(family)) {
    throw new InvalidInputError(
      `The base's family ${toShown(family)} is no family name: ECS takes 1 to 255 letters, digits, \`_\` and \`-\`.`,
    );
  }
  return family;
}

/**
 * The properties with which CloudFormation registers a base, with the overrides that the app made on the resource.
 *
 * @throws {@link InvalidInputError} if it is no task definition.
 */
export function toProperties(base: BaseConstruct): unknown {
  const { defaultChild } = base.node;
  if (!isResource(defaultChild))
    throw new InvalidInputError("The base has no CloudFormation resource, so it can't be checked.");
  const { Resources } = membersOf(Stack.of(base).resolve(defaultChild._toCloudFormation()));
  const [resource] = Object.values(membersOf(Resources));
  return membersOf(resource).Properties;
}

/** What every resource of the CDK has. It is public there, since stacks call it. */
interface Resource {
  _toCloudFormation(): object;
}

const isResource = (child: unknown): child is Resource => typeof membersOf(child)._toCloudFormation === "function";
