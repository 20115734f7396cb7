import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  type Tag,
  type TaskDefinition,
  type TaskDefinitionStatus,
} from "@aws-sdk/client-ecs";
import { UnexpectedResponseError } from "../errors.ts";
import { parseTaskDefinitionArn } from "../task-definition-arn.ts";
import type { Ecs } from "./connection.ts";
import { type JsonReading, readAsJson } from "./json.ts";
import { listPages } from "./list-pages.ts";
import { untilReachable } from "./retry.ts";
import { isNamed } from "./sdk-error.ts";
import { send, sendObserved } from "./send.ts";

/** A revision as ECS describes it. */
export interface DescribedRevision extends JsonReading {
  readonly arn: string;
  /** Everything that ECS sent, but the unknown members at its top level. */
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
  /** Whether an SDK client sent the request without running the library's middleware; absent if not. */
  readonly isUnobserved?: boolean;
}

/** Describes a family's latest ACTIVE revision, or the named one. `undefined` if ECS knows none. */
export async function describe(ecs: Ecs, subject: string): Promise<DescribedRevision | undefined> {
  const operation = "DescribeTaskDefinition";
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: subject, include: ["TAGS"] });
  const toReading = readAsJson(command.middlewareStack);
  // That a revision is missing counts, whatever the client's own middleware makes of it.
  const toRejection = (error: unknown, seen: unknown): unknown => (isMissing(seen) ? seen : error);
  const answer = await sendObserved(ecs, command, { operation, subject, toRejection }).catch(toMissing);
  if (answer === "missing") return undefined;
  const { output, isUnobserved } = answer;
  const { taskDefinition, tags } = output ?? {};
  const arn = taskDefinition?.taskDefinitionArn;
  if (taskDefinition === undefined) throw new UnexpectedResponseError(operation, "a task definition");
  if (arn === undefined) throw new UnexpectedResponseError(operation, "an ARN");
  // What is judged here may be deregistered by its ARN later.
  if (subject.startsWith("arn:") && arn !== subject) throw new UnexpectedResponseError(operation, `the ARN ${subject}`);
  const reading = toReading();
  return {
    arn,
    taskDefinition: without(taskDefinition, reading.unknownMembers),
    tags: tags ?? [],
    ...reading,
    ...(isUnobserved && { isUnobserved }),
  };
}

function without(taskDefinition: TaskDefinition, members: readonly string[]): TaskDefinition {
  if (members.length === 0) return taskDefinition;
  return Object.fromEntries(Object.entries(taskDefinition).filter(([member]) => !members.includes(member)));
}

/** ECS has no error of its own for a family or revision that does not exist. @see hashicorp/terraform-provider-aws#29749 */
const isMissing = (error: unknown): boolean =>
  isNamed(error, "ClientException") && /unable to describe task definition/i.test(error.message);

function toMissing(error: unknown): "missing" {
  if (isMissing(error)) return "missing";
  throw error;
}

/**
 * The ARNs of a family's revisions of one status, highest revision first.
 *
 * All pages are read before the first ARN is given. An earlier stop would rest on the order of the answer, which an endpoint that ignores `sort` does not
 * keep, and no page shows what a later one holds: the base that is taken, or the registration that is found to have had no effect, would be a guess. It
 * costs one request per 100 ACTIVE revisions, and only when the newest is no base, or a registration got no answer. Some endpoints take the family for a
 * prefix, so other families are left out, before anything in them is described.
 */
export async function* listNewestFirst(
  ecs: Ecs,
  family: string,
  status: TaskDefinitionStatus,
): AsyncGenerator<string, void, undefined> {
  const toCommand = (nextToken: string | undefined) =>
    new ListTaskDefinitionsCommand({ familyPrefix: family, status, sort: "DESC", nextToken });
  const request = { operation: "ListTaskDefinitions", subject: family };
  // By ARN: revisions that come or go while pages are read may be listed twice.
  const revisions = new Map<string, number>();
  for await (const arns of listPages(ecs, request, toCommand, (page) => page.taskDefinitionArns)) {
    for (const arn of arns) {
      const parsed = parseTaskDefinitionArn(arn);
      if (parsed?.family === family) revisions.set(arn, parsed.revision);
    }
  }
  for (const [arn] of [...revisions].sort(([, one], [, other]) => other - one)) yield arn;
}

/** The families whose names begin like this and that have revisions of the status, or of any, as ECS lists them. */
export async function* listFamilies(
  ecs: Ecs,
  prefix: string,
  status: "ACTIVE" | "ALL",
): AsyncGenerator<string, void, undefined> {
  const toCommand = (nextToken: string | undefined) =>
    new ListTaskDefinitionFamiliesCommand({ familyPrefix: prefix, status, nextToken });
  const request = { operation: "ListTaskDefinitionFamilies", subject: `${prefix}*` };
  const seen = new Set<string>();
  for await (const families of listPages(ecs, request, toCommand, (page) => page.families)) {
    for (const family of families) {
      if (family.startsWith(prefix) && !seen.has(family)) yield family;
      seen.add(family);
    }
  }
}

/** Deregisters a revision. An INACTIVE revision stays as it is. */
export async function deregister(ecs: Ecs, arn: string): Promise<void> {
  const operation = "DeregisterTaskDefinition";
  const command = new DeregisterTaskDefinitionCommand({ taskDefinition: arn });
  const output = await untilReachable(ecs, () => send(ecs, command, { operation, subject: arn }));
  const status = output?.taskDefinition?.status;
  if (status === undefined || status === "ACTIVE")
    throw new UnexpectedResponseError(operation, "a revision that is INACTIVE");
}
