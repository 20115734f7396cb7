/** What `src/cdk/` uses of `aws-cdk-lib`, in memory: this suite runs without the real one, on which `test-cdk/` runs. */

const aspects = new Map<object, FakeAspect[]>();
const annotations = new Map<object, string[]>();

interface FakeAspect {
  readonly priority: number;
  visit(node: unknown): void;
}

/** A token stands for what only the deployment knows. */
const token = "<Token[TOKEN.1]>";

export const Stack = {
  of: () => ({
    account: "111122223333",
    region: "us-east-1",
    partition: "aws",
    resolve: (value: unknown): unknown => structuredClone(value),
  }),
};

export const Token = { isUnresolved: (value: unknown): boolean => value === token };

export const Names = { uniqueId: (): string => generatedFamily };

export const Aspects = {
  of: (construct: object) => ({
    add(aspect: Omit<FakeAspect, "priority">, { priority }: { priority: number }): void {
      aspects.set(construct, [...(aspects.get(construct) ?? []), { ...aspect, priority }]);
    },
  }),
};

export const Annotations = {
  of(construct: object) {
    const add = (text: string): void => {
      annotations.set(construct, [...(annotations.get(construct) ?? []), text]);
    };
    return {
      addError: (message: string) => add(`error: ${message}`),
      addWarningV2: (id: string, message: string) => add(`${id}: ${message}`),
    };
  },
};

export const PolicyStatement = { fromJson: (statement: object): object => ({ ...statement }) };

/** A family that is a token. */
export const tokenFamily = token;

/** The family of a base that gives none. */
export const generatedFamily = "StackBase93336DB5";

/** Visits a construct and what is below it, as the CDK does at synthesis, and returns what was annotated. */
export function synthesize(construct: object, ...below: readonly object[]): readonly string[] {
  for (const node of [construct, ...below]) for (const aspect of aspects.get(construct) ?? []) aspect.visit(node);
  return annotations.get(construct) ?? [];
}

/** With what priority the aspects of a construct run. */
export const prioritiesOf = (construct: object): number[] =>
  (aspects.get(construct) ?? []).map(({ priority }) => priority);
