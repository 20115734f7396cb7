import type { RegisterTaskDefinitionCommandInput, Tag, TaskDefinition } from "@aws-sdk/client-ecs";

/** What RegisterTaskDefinition takes. */
export type RegisterInput = RegisterTaskDefinitionCommandInput;

/** A described revision of the base family. */
export interface Base {
  readonly taskDefinition: TaskDefinition;
  /** Its tags. `DescribeTaskDefinition` returns them next to the task definition, and only if asked to. */
  readonly tags?: readonly Tag[] | undefined;
}
