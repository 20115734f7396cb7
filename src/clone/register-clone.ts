import { RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { toTooLarge } from "../derivation/definition-size.ts";
import type { Ecs } from "../ecs/connection.ts";
import { readArnOnly, writeAsJson } from "../ecs/json.ts";
import { untilReachable } from "../ecs/retry.ts";
import { describe, listNewestFirst } from "../ecs/revisions.ts";
import { httpStatus, isRefusal, isThrottling } from "../ecs/sdk-error.ts";
import { send } from "../ecs/send.ts";
import { OutcomeUnknownError, RequestTimeoutError, UnexpectedResponseError } from "../errors.ts";
import { readRecord } from "../record/record.ts";
import type { Clone } from "../results.ts";
import type { RegisterInput } from "../task-definition.ts";
import { parseTaskDefinitionArn } from "../task-definition-arn.ts";
import { membersOf } from "../unknown-value.ts";
import { sleep } from "../waiting.ts";
import type { Draft } from "./draft.ts";

/** Registers the clone that a draft describes. @throws all that `register` throws */
export async function registerClone(ecs: Ecs, draft: Draft): Promise<Clone> {
  const { base, input, record, warnings } = draft;
  const { userId, family, token } = record;
  const registration = { input, userId, token, since: base.answeredAt ?? new Date() };
  const arn = await register(ecs, registration).catch((error: unknown) => Promise.reject(toTooLarge(error, draft)));
  ecs.emit({ type: "registered", arn, userId });
  const revision = parseTaskDefinitionArn(arn)?.revision ?? 0;
  return { arn, family, revision, baseArn: base.arn, userId, reused: false, warnings };
}

/** A clone that is ready to be registered. */
interface Registration {
  readonly input: RegisterInput & { readonly family: string };
  readonly userId: string;
  /** Stands in the clone's record, and in no other call's. */
  readonly token: string;
  /** ECS's own time before which the clone cannot have been registered. */
  readonly since: Date;
}

/** How many times a registration is sent in all. It is sent again only when a search has shown that it had no effect. */
const mostSends = 3;

/**
 * Registers a clone, and returns its ARN as ECS gave it. If ECS does not answer, the family is searched for the clone, since ECS has no idempotency
 * token for RegisterTaskDefinition: sending it again blindly may leave a second revision.
 *
 * The signal takes effect only between requests. A registration that was sent is always seen to its end.
 *
 * @throws EcsBusyError, OutcomeUnknownError, or the SDK's own error; only after an OutcomeUnknownError may a revision be registered.
 */
async function register(ecs: Ecs, registration: Registration): Promise<string> {
  for (let sends = 1; ; sends += 1) {
    ecs.signal?.throwIfAborted();
    try {
      return await sendRegistration(ecs, registration);
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
      const arn = await findOutcome({ ...ecs, signal: undefined }, registration, error.cause);
      if (arn !== undefined) return arn;
      if (sends >= mostSends) throw error.cause;
    }
  }
}

async function sendRegistration(ecs: Ecs, { input }: Registration): Promise<string> {
  const operation = "RegisterTaskDefinition";
  const command = new RegisterTaskDefinitionCommand(input);
  writeAsJson(command.middlewareStack);
  const isDone = readArnOnly(command.middlewareStack, input.family);
  const output = await send(ecs, command, {
    operation,
    subject: `family ${input.family}`,
    letFinish: true,
    toOurs,
    toRejection: (error) => {
      if (error instanceof UnansweredError) return error;
      return isDone() || mayHaveTakenEffect(error) ? new UnansweredError(error) : error;
    },
  });
  const arn = output?.taskDefinition?.taskDefinitionArn;
  if (arn === undefined) throw new UnansweredError(new UnexpectedResponseError(operation, "an ARN"));
  const { family = input.family } = parseTaskDefinitionArn(arn) ?? {};
  if (family !== input.family) {
    throw new UnansweredError(new UnexpectedResponseError(operation, `an ARN of family ${input.family}`));
  }
  return arn;
}

/** A registration was sent, and whether it took effect is unknown. */
class UnansweredError extends Error {
  constructor(cause: unknown) {
    super("no answer", { cause });
  }
}

/** What becomes of an error of a registration: the SDK may repeat what ECS certainly refused, as for a skewed clock, and nothing else. */
function toOurs(error: unknown): unknown {
  if (isThrottling(error)) return error;
  // Whatever else goes wrong here went wrong with a request that was given to the network.
  return isRefusal(error) || isNeverSent(error) ? undefined : new UnansweredError(error);
}

const isNeverSent = (error: unknown): boolean =>
  ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(String(membersOf(error).code));

/** Whether a registration may have taken effect although the middleware saw no response: our own time-out, or any rejection of a mocked client. */
const mayHaveTakenEffect = (error: unknown): boolean =>
  error instanceof RequestTimeoutError ||
  (httpStatus(error) ?? 0) >= 500 ||
  membersOf(error).$fault === "server" ||
  ["ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(String(membersOf(error).code));

/** A listing may lag behind, and a request may still be on its way, so we search twice, after these delays. */
const looks = [1000, 4000];

/** ECS's hosts need not agree on the time to the second. */
const clockMarginMs = 60_000;

/**
 * Finds out whether a registration took effect: the clone's ARN, or `undefined` if there certainly is none.
 *
 * @throws OutcomeUnknownError where it cannot be told.
 */
async function findOutcome(ecs: Ecs, registration: Registration, cause: unknown): Promise<string | undefined> {
  const { userId, input } = registration;
  const { family } = input;
  let arn: string | undefined;
  try {
    for (const pauseMs of looks) {
      await sleep(pauseMs, undefined);
      arn = await untilReachable(ecs, () => findByToken(ecs, registration));
      if (arn !== undefined) break;
    }
  } catch (error) {
    throw new OutcomeUnknownError(
      family,
      userId,
      new AggregateError([cause, error], "the register's error, and the search's"),
    );
  }
  ecs.emit({ type: "settled", family, userId, ...(arn !== undefined && { arn }) });
  return arn;
}

/** Looks at the family's newest revisions, back to when the call began. One that is listed and not described yet may be the one. */
async function findByToken(ecs: Ecs, { input, token, since }: Registration): Promise<string | undefined> {
  for await (const arn of listNewestFirst(ecs, input.family, "ACTIVE")) {
    const described = await describe(ecs, arn);
    if (described === undefined) throw new Error(`ECS lists ${arn} as ACTIVE, and does not describe it`);
    const reading = readRecord(described.taskDefinition);
    if (reading.kind === "record" && reading.record.token === token) return arn;
    const { registeredAt } = described.taskDefinition;
    if (registeredAt !== undefined && registeredAt.getTime() < since.getTime() - clockMarginMs) return undefined;
  }
  return undefined;
}
