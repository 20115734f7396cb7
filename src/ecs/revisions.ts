import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  type Tag,
  type TaskDefinition,
  type TaskDefinitionStatus,
} from "@aws-sdk/client-ecs";
import { UnexpectedResponseError } from "../errors.ts";
import { type PlainBody, type WholeDescription, watchBody } from "./json.ts";
import { type Ecs, inTime, untilDeadline, untilReachable } from "./retry.ts";
import { isNamed } from "./sdk-error.ts";
import { onOurTerms } from "./send.ts";

/** A revision as ECS describes it. */
export interface DescribedRevision extends WholeDescription {
  readonly arn: string;
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/**
 * Describes a family's latest ACTIVE revision, or the named one. `undefined` where ECS knows none.
 *
 * @param plainBody what is known of an earlier response; it is replaced by what is known of this one.
 */
export async function describe(
  ecs: Ecs,
  subject: string,
  signal?: AbortSignal,
  plainBody: PlainBody = {},
): Promise<DescribedRevision | undefined> {
  const operation = "DescribeTaskDefinition";
  const request = { operation, subject, signal };
  const described = await untilDeadline(ecs, request, async () => {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: subject, include: ["TAGS"] });
    onOurTerms(command.middlewareStack);
    const toWhole = watchBody(command.middlewareStack, plainBody);
    const output = await inTime(ecs, request, (options) => ecs.client.send(command, options)).catch(toMissing);
    return output === "missing" ? undefined : toWhole(output);
  });
  if (described === undefined) return undefined;
  const { taskDefinition, tags = [], ...rest } = described;
  const arn = taskDefinition?.taskDefinitionArn;
  if (taskDefinition === undefined) throw new UnexpectedResponseError(operation, "a task definition");
  if (arn === undefined) throw new UnexpectedResponseError(operation, "an ARN");
  // What is judged here may be deregistered by its ARN later.
  if (subject.startsWith("arn:") && arn !== subject) throw new UnexpectedResponseError(operation, `the ARN ${subject}`);
  return { arn, taskDefinition, tags, ...rest };
}

/** ECS has no error of its own for a family or revision that is not there. @see hashicorp/terraform-provider-aws#29749 */
function toMissing(error: unknown): "missing" {
  if (isNamed(error, "ClientException") && /unable to describe task definition/i.test(error.message)) return "missing";
  throw error;
}

/** The ARNs of a family's revisions of one status, newest first. One page is asked for at a time. */
export async function* listNewestFirst(
  ecs: Ecs,
  family: string,
  status: TaskDefinitionStatus,
  signal?: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const operation = "ListTaskDefinitions";
  const request = { operation, subject: family, signal };
  let nextToken: string | undefined;
  do {
    const page = new ListTaskDefinitionsCommand({ familyPrefix: family, status, sort: "DESC", nextToken });
    onOurTerms(page.middlewareStack);
    const output = await untilDeadline(ecs, request, () =>
      inTime(ecs, request, (options) => ecs.client.send(page, options)),
    );
    if (output?.taskDefinitionArns === undefined) throw new UnexpectedResponseError(operation, "a list of ARNs");
    yield* output.taskDefinitionArns;
    nextToken = output.nextToken;
  } while (nextToken !== undefined);
}

/** Deregisters a revision. One that is INACTIVE already stays so. */
export async function deregister(ecs: Ecs, arn: string, signal?: AbortSignal): Promise<void> {
  const operation = "DeregisterTaskDefinition";
  const request = { operation, subject: arn, signal };
  const command = new DeregisterTaskDefinitionCommand({ taskDefinition: arn });
  onOurTerms(command.middlewareStack);
  const output = await untilReachable(ecs, signal, () =>
    untilDeadline(ecs, request, () => inTime(ecs, request, (options) => ecs.client.send(command, options))),
  );
  const status = output?.taskDefinition?.status;
  if (status === undefined || status === "ACTIVE")
    throw new UnexpectedResponseError(operation, "a revision that is INACTIVE");
}
