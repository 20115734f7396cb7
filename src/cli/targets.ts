import { CannotBeginError } from "./exit.ts";
import type { Fleet, Session } from "./session.ts";

/** Whether it names a clone by its ARN, and not a user. */
export const isArn = (text: string): boolean => text.startsWith("arn:");

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
  const own = await findLatestOfOwn(session, userOrArn);
  if (own !== undefined) return own;
  session.output.note(
    `Looking for the newest clone of ${userOrArn}. Set \`currentArn\` in the config to be asked instead.`,
  );
  for await (const { arn, userId } of newestClones(session, [userOrArn])) if (userId === userOrArn) return arn;
  throw new CannotBeginError(`User ${JSON.stringify(userOrArn)} has no ACTIVE clone.`);
}

/** The newest ACTIVE clone in the user's own family, if every user has one. */
async function findLatestOfOwn(session: Session, userId: string): Promise<string | undefined> {
  const { cloner, config } = await session.fleet();
  if (typeof config.cloner.cloneFamily !== "function") return undefined;
  const { internalsOf, readLatestClone, toOwnFamily } = await import("./library.ts");
  const { ecs, settings } = internalsOf(cloner, session.signal);
  const family = toOwnFamily(settings, userId, "clone");
  return (await readLatestClone(ecs, family, settings.baseFamily, userId))?.arn;
}

/**
 * The ARNs of clones to deregister: those that are named, and all ACTIVE ones of users who are named, if every user has a family.
 *
 * @throws {@link CannotBeginError} if a user has none, and {@link InvalidInputError} if users share a family.
 */
export async function toAllOf(session: Session, named: readonly string[]): Promise<readonly string[]> {
  const { findClonesOf, internalsOf, toOwnFamily } = await import("./library.ts");
  const { ecs, settings } = internalsOf((await session.fleet()).cloner, session.signal);
  const arns: string[] = [];
  for (const one of named) {
    if (isArn(one)) {
      arns.push(one);
      continue;
    }
    const clones = await findClonesOf(ecs, toOwnFamily(settings, one, "retire"), settings.baseFamily, one);
    if (clones.length === 0) throw new CannotBeginError(`User ${JSON.stringify(one)} has no ACTIVE clone.`);
    arns.push(...clones.map(({ arn }) => arn));
  }
  return arns;
}

/** The ARNs of each user's newest clone. */
export async function toNewestArns(session: Session): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const { arn } of newestClones(session)) arns.push(arn);
  return arns;
}

/** The ARNs of everybody's current clones: what the config knows, else each user's newest clone. */
export async function toAllArns(session: Session): Promise<readonly string[]> {
  const { config } = await session.fleet();
  if (config.currentArns === undefined) return await toNewestArns(session);
  const arns: string[] = [];
  for await (const arn of await config.currentArns()) arns.push(arn);
  return arns;
}

/** Each user's newest clone, as its family lists them. */
async function* newestClones(
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

/** The families to search. If every user has a family, those of the users, and the one that they may have shared before. */
async function toFamilies(
  { config }: Fleet,
  userIds: readonly string[] = [],
): Promise<{ readonly families?: readonly string[] }> {
  const { baseFamily, cloneFamily } = config.cloner;
  if (typeof cloneFamily !== "function" || userIds.length === 0) return {};
  const { familyPerUser, toCloneFamily } = await import("./library.ts");
  const own = userIds.map((userId) => toCloneFamily(baseFamily, userId, cloneFamily));
  return { families: cloneFamily === familyPerUser ? [...own, toCloneFamily(baseFamily, "")] : own };
}

/** The families of a user's clones. */
export async function toFamiliesOf(fleet: Fleet, userId: string): Promise<readonly string[]> {
  const { families = [fleet.family] } = await toFamilies(fleet, [userId]);
  return families;
}
