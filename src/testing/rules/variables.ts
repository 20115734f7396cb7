import type { ContainerInput, TaskDefinitionInput } from "../task-definition-input.ts";
import type { Rule } from "./rule.ts";

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html */
export const rulesOnVariables: readonly Rule[] = [
  /** compose-x/ecs_composex#707. Names repeated within `environment` are accepted: metaps/genova#295. */
  function secretNamesAreUnique({ containerDefinitions }) {
    const shared = containerDefinitions.map(toSharedName).find((name) => name !== undefined);
    if (shared === undefined) return;
    return (
      "The secret name must be unique and not shared with any new or existing environment variables set on the container, " +
      `such as '${shared}'.`
    );
  },

  function secretsHaveAnExecutionRole(input) {
    if (secretsOf(input).length > 0 && !input.executionRoleArn) {
      return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
    }
  },

  /** ECS reads anything that is not an ARN as the name of an SSM parameter, which cannot contain a colon. */
  function parameterNamesAreValid(input) {
    const invalid = secretsOf(input).find(({ valueFrom }) => !/^arn:|^[\w.\-/]+$/.test(valueFrom ?? ""));
    if (invalid) return `The Systems Manager parameter name specified for secret ${invalid.name} is invalid.`;
  },

  /** badmintoncryer/cdk-preflight pf-ecs-secrets-without-execution-role */
  function parametersAreOfThisAccount(input, { accountId }) {
    const isForeign = (valueFrom: string): boolean => {
      const [, , service, , owner] = valueFrom.split(":");
      return service === "ssm" && owner !== accountId;
    };
    if (secretsOf(input).some(({ valueFrom }) => valueFrom && isForeign(valueFrom))) {
      // The middle of the message is unverified.
      return (
        "The Systems Manager parameter ARN has a different account ID than the current account. " +
        "Cross-account access for ARNs is not currently supported."
      );
    }
  },
];

function secretsOf({ containerDefinitions }: TaskDefinitionInput): NonNullable<ContainerInput["secrets"]> {
  return containerDefinitions.flatMap(({ secrets }) => secrets ?? []);
}

function toSharedName({ environment, secrets }: ContainerInput): string | null | undefined {
  const taken = new Set(environment.map(({ name }) => name));
  for (const { name } of secrets ?? []) {
    if (taken.has(name)) return name;
    taken.add(name);
  }
}
