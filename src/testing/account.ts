/** The account and region of an ECS, and the time there. */
export interface Account {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The ARN of an ECS resource, such as `task-definition/web:1`. */
export function toArn({ partition, region, accountId }: Account, resource: string): string {
  return `arn:${partition}:ecs:${region}:${accountId}:${resource}`;
}

/** AWS JSON writes a timestamp as seconds since the epoch. */
export function toTimestamp(milliseconds: number): number {
  return milliseconds / 1000;
}
