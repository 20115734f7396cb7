/** The parts of a task definition's ARN: `arn:<partition>:ecs:<region>:<account>:task-definition/<family>:<revision>`. */
export interface TaskDefinitionArn {
  /** Everything up to and with the slash: the same for every task definition of an account and region. */
  readonly prefix: string;
  readonly family: string;
  readonly revision: number;
}

const pattern = /^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/)([0-9A-Za-z_-]{1,255}):([1-9]\d*)$/;

/** Takes the ARN of one revision apart. `undefined` where it is something else. */
export function parseTaskDefinitionArn(arn: string): TaskDefinitionArn | undefined {
  const match = pattern.exec(arn);
  if (match === null) return undefined;
  const [, prefix, family, revision] = match;
  return { prefix: String(prefix), family: String(family), revision: Number(revision) };
}

/** `family:revision`, the short form in which people speak of a revision; what is no such ARN stays as it is. */
export function toFamilyRevision(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
