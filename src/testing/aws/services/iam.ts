import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations, RoleResource, View } from "../resources.ts";

const defaultTrust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

export const toRoleArn = ({ name, path = "/" }: RoleResource, { partition, accountId }: View): string =>
  `arn:${partition}:iam::${accountId}:role${path}${name}`;

/** The values of a list in the query protocol: `ActionNames.member.1`, `ActionNames.member.2`… */
function membersOf(input: Readonly<Record<string, unknown>>, name: string): string[] {
  const pattern = new RegExp(`^${name}\\.member\\.\\d+$`);
  return Object.entries(input).flatMap(([key, value]) => (pattern.test(key) ? [String(value)] : []));
}

const noSuchEntity = (what: string): AwsError => new AwsError("NoSuchEntity", `${what} cannot be found.`, 404);

export const iam: ReadOnlyOperations = {
  GetRole({ RoleName }, view) {
    const role = view.all("role").find(({ name }) => name === RoleName);
    if (role === undefined) throw noSuchEntity(`The role with name ${String(RoleName)}`);
    const { name, path = "/", trust = defaultTrust } = role;
    return {
      Role: {
        Path: path,
        RoleName: name,
        RoleId: "AROAEXAMPLE",
        Arn: toRoleArn(role, view),
        CreateDate: "2026-01-01T00:00:00Z",
        AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
      },
    };
  },
  SimulatePrincipalPolicy(input, view) {
    const role = view.all("role").find((one) => toRoleArn(one, view) === input.PolicySourceArn);
    if (role === undefined) throw noSuchEntity("The principal");
    const { allows = [], denies = [] } = role;
    const resources = membersOf(input, "ResourceArns");
    const decide = (action: string): string => {
      if (denies.includes(action)) return "explicitDeny";
      return allows.includes(action) || allows.includes("*") ? "allowed" : "implicitDeny";
    };
    return {
      EvaluationResults: membersOf(input, "ActionNames").map((action) => ({
        EvalActionName: action,
        EvalResourceName: resources[0] ?? "*",
        EvalDecision: decide(action),
        ResourceSpecificResults: resources.map((resource) => ({
          EvalResourceName: resource,
          EvalResourceDecision: decide(action),
        })),
      })),
      IsTruncated: "false",
    };
  },
};
