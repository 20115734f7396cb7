import type { TaskDefinitionInput } from "../task-definition-input.ts";

/** Where and as what a task definition is registered. */
export interface Registration {
  readonly accountId: string;
  /** Size of the task definition's JSON, without its tags. */
  readonly bytes: number;
}

/** Why ECS does not register this task definition; `undefined` where the rule is kept. */
export type Rule = (input: TaskDefinitionInput, registration: Registration) => string | undefined;
