import { CannotBeginError } from "./exit.ts";
import type { Fleet, Session } from "./session.ts";

const isArn = (text: string): boolean => text.startsWith("arn:");

/**
 * The ARN of a user's current clone, or of the clone that is named by its ARN: what the config knows, else the user's newest clone.
 *
 * @throws {@link CannotBeginError} if the user has none.
 */
export async function toCurrentArn(session: Session, userOrArn: string): Promise<string> {
  if (isArn(userOrArn)) return userOrArn;
  const { config } = await session.fleet();
  if (config.currentArn !== undefined) {
    const arn = await config.currentArn(userOrArn);
    if (arn !== undefined) return arn;
    throw new CannotBeginError(`The config's \`currentArn\` knows no clone of user ${JSON.stringify(userOrArn)}.`);
  }
  session.output.note(
    `Looking for the newest clone of ${userOrArn}. Set \`currentArn\` in the config to be asked instead.`,
  );
  for await (const { arn, userId } of newestClones(session, [userOrArn])) if (userId === userOrArn) return arn;
  throw new CannotBeginError(`User ${JSON.stringify(userOrArn)} has no ACTIVE clone.`);
}

/** The ARNs of everybody's current clones: what the config knows, else each user's newest clone. */
export async function toAllArns(session: Session): Promise<readonly string[]> {
  const { config } = await session.fleet();
  const arns: string[] = [];
  if (config.currentArns === undefined) {
    for await (const { arn } of newestClones(session)) arns.push(arn);
    return arns;
  }
  for await (const arn of await config.currentArns()) arns.push(arn);
  return arns;
}

/** Each user's newest clone, as its family lists them. */
export async function* newestClones(
  session: Session,
  userIds?: readonly string[],
): AsyncGenerator<{ readonly arn: string; readonly userId: string }, void, undefined> {
  const fleet = await session.fleet();
  const { listClones } = await import("../fleet/index.ts");
  const seen = new Set<string>();
  for await (const { arn, userId } of listClones(fleet.cloner, {
    ...(await toFamilies(fleet, userIds)),
    signal: session.signal,
  })) {
    if (seen.has(userId)) continue;
    seen.add(userId);
    yield { arn, userId };
  }
}

/** The families to search. If every user has a family, those of the users. */
async function toFamilies(
  { config }: Fleet,
  userIds: readonly string[] = [],
): Promise<{ readonly families?: readonly string[] }> {
  const { baseFamily, cloneFamily } = config.cloner;
  if (typeof cloneFamily !== "function" || userIds.length === 0) return {};
  const { toCloneFamily } = await import("./library.ts");
  return { families: userIds.map((userId) => toCloneFamily(baseFamily, userId, cloneFamily)) };
}

/** The families of a user's clones. */
export async function toFamiliesOf(fleet: Fleet, userId: string): Promise<readonly string[]> {
  const { families = [fleet.family] } = await toFamilies(fleet, [userId]);
  return families;
}
