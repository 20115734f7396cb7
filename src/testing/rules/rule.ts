import type { TaskDefinitionInput } from "../task-definition-input.ts";

/** The account that registers a task definition, and the size of what it sends. */
export interface Registration {
  readonly accountId: string;
  /** Size of the task definition's JSON, without its tags. */
  readonly bytes: number;
}

/** Why ECS refuses this task definition; `undefined` if the rule is kept. */
export type Rule = (input: TaskDefinitionInput, registration: Registration) => string | undefined;
