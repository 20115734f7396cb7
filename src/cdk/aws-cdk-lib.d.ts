/**
 * What is used of `aws-cdk-lib`, which is an optional peer, and too large to install for everybody who builds this library. The tests in `test-cdk/` run the
 * built entry on the real one.
 */
declare module "aws-cdk-lib" {
  export const Stack: { of(construct: object): Stack };
  export interface Stack {
    readonly account: string;
    readonly region: string;
    readonly partition: string;
    resolve(value: unknown): unknown;
  }

  export const Token: { isUnresolved(value: unknown): boolean };

  export const Names: { uniqueId(construct: object): string };

  export const Aspects: { of(construct: object): Aspects };
  export interface Aspects {
    add(aspect: { visit(node: unknown): void }, options: { readonly priority: number }): void;
  }

  export const Annotations: { of(construct: object): Annotations };
  export interface Annotations {
    addError(message: string): void;
    addWarningV2(id: string, message: string): void;
  }
}

declare module "aws-cdk-lib/aws-iam" {
  export const PolicyStatement: { fromJson(statement: object): object };
}
