import type { Ecs } from "../ecs/connection.ts";
import { deregister } from "../ecs/revisions.ts";
import { NotACloneError } from "../errors.ts";
import { parseTaskDefinitionArn } from "../task-definition-arn.ts";
import type { CloneAddress } from "./clone-ref.ts";
import { type ExistingClone, listClonesNewestFirst, ofBaseFamily, readCloneAt, toForeignError } from "./read-clone.ts";

/** Deregisters the clone at an ARN, or all ACTIVE clones of a user who has a family. */
export async function retire(ecs: Ecs, address: CloneAddress, baseFamily: string): Promise<void> {
  const clones =
    address.kind === "arn"
      ? await findAt(ecs, address.arn, baseFamily)
      : await findClonesOf(ecs, address.family, baseFamily, address.userId);
  for (const { arn, record } of clones) {
    await deregister(ecs, arn);
    ecs.emit({ type: "retired", arn, userId: record.userId, reason: "asked" });
  }
}

/** The clone at the ARN, unless it is deregistered or gone. @throws {@link NotACloneError} */
async function findAt(ecs: Ecs, arn: string, baseFamily: string): Promise<readonly ExistingClone[]> {
  const reading = await readCloneAt(ecs, arn, baseFamily, "retire");
  if (reading.kind === "other") throw new NotACloneError(arn, reading.reason);
  // Gone or not, what is asked for is a mistake.
  if (parseTaskDefinitionArn(arn)?.family === baseFamily) throw new NotACloneError(arn, ofBaseFamily);
  return reading.kind === "gone" || reading.clone.status !== "ACTIVE" ? [] : [reading.clone];
}

/**
 * All ACTIVE clones in a user's own family. They are found before the first is deregistered, so that another user's clone among them keeps everything as
 * it is.
 *
 * @throws {@link InvalidInputError} if one is another user's.
 */
export async function findClonesOf(
  ecs: Ecs,
  family: string,
  baseFamily: string,
  userId: string,
): Promise<readonly ExistingClone[]> {
  const found: ExistingClone[] = [];
  for await (const clone of listClonesNewestFirst(ecs, family, baseFamily)) {
    if (clone.record.userId !== userId) throw toForeignError(family, clone, userId);
    found.push(clone);
  }
  return found;
}
