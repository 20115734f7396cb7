/** A clone and the access points on its volumes. */
export interface AccessPointUse {
  /** The clone's ARN. */
  readonly arn: string;
  readonly userId: string;
  /** Access points, by what you like, such as the volume's name. */
  readonly accessPoints: Readonly<Record<string, string>>;
}

/** An access point that several users have: each can read and write the others' files. */
export interface SharedAccessPoint {
  readonly accessPoint: string;
  readonly userIds: readonly string[];
  /** ARNs of the clones that have it. */
  readonly arns: readonly string[];
}

/**
 * Finds the access points that more than one user has. No AWS check finds them: each is there, available, and of the right file system. The
 * clones of one user may share what they like.
 */
export function findSharedAccessPoints(clones: Iterable<AccessPointUse>): readonly SharedAccessPoint[] {
  const uses = new Map<string, { readonly userIds: Set<string>; readonly arns: Set<string> }>();
  for (const { arn, userId, accessPoints } of clones) {
    for (const accessPoint of Object.values(accessPoints)) {
      const use = uses.get(accessPoint) ?? { userIds: new Set(), arns: new Set() };
      uses.set(accessPoint, use);
      use.userIds.add(userId);
      use.arns.add(arn);
    }
  }
  return [...uses]
    .filter(([, { userIds }]) => userIds.size > 1)
    .map(([accessPoint, use]) => ({ accessPoint, userIds: [...use.userIds].sort(), arns: [...use.arns].sort() }))
    .sort((one, other) => (one.accessPoint < other.accessPoint ? -1 : 1));
}
