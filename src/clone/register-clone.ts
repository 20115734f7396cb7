import { RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { toTooLarge } from "../derivation/definition-size.ts";
import { isUnobserved, unobservedWarning } from "../ecs/attempt.ts";
import type { Ecs } from "../ecs/connection.ts";
import { readArnOnly, writeAsJson } from "../ecs/json.ts";
import { untilReachable } from "../ecs/retry.ts";
import { httpStatus, isNeverSent, isRefusal, isThrottling } from "../ecs/sdk-error.ts";
import { sendOnce } from "../ecs/send.ts";
import { OutcomeUnknownError, RequestTimeoutError, UnexpectedResponseError } from "../errors.ts";
import { readRecord } from "../record/record.ts";
import type { Clone } from "../results.ts";
import type { RegisterInput } from "../task-definition.ts";
import { parseTaskDefinitionArn } from "../task-definition-arn.ts";
import { membersOf } from "../unknown-value.ts";
import { sleep } from "../waiting.ts";
import type { Draft } from "./draft.ts";
import { describeSince } from "./recent-revisions.ts";

/**
 * Registers the clone that a draft describes.
 *
 * @throws all that `register` throws, and what `onThrottled` throws
 */
export async function registerClone(ecs: Ecs, draft: Draft, listeners: RegistrationListeners): Promise<Clone> {
  const { base, record, warnings } = draft;
  const { userId, family, token } = record;
  // The client's own middleware may change what it sends.
  const input = Object.isFrozen(base) ? structuredClone(draft.input) : draft.input;
  const registration = { input, userId, token, since: base.answeredAt ?? new Date(), ...listeners };
  const registered = register(ecs, registration);
  const { arn, isUnobserved } = await registered.catch((error: unknown) => Promise.reject(toTooLarge(error, draft)));
  ecs.emit({ type: "registered", arn, userId });
  const revision = parseTaskDefinitionArn(arn)?.revision ?? 0;
  if (revision >= nearlyFull) {
    ecs.emit({ type: "family-nearly-full", family, revision, left: mostRevisions - revision });
  }
  const isNews = isUnobserved && !warnings.includes(unobservedWarning);
  return {
    arn,
    family,
    revision,
    baseArn: base.arn,
    userId,
    reused: false,
    resumed: false,
    warnings: isNews ? [...warnings, unobservedWarning] : warnings,
  };
}

/** How many revisions a family takes, deregistered ones included; it cannot be raised. ECS's quota L-B9151B48. */
const mostRevisions = 1_000_000;

const nearlyFull = 0.9 * mostRevisions;

/** Who learns of a registration's requests. */
export interface RegistrationListeners {
  /** Called each time that the registration is about to be sent. */
  readonly onSend: () => void;
  /** Called each time that ECS throttles it, which had no effect then. What it throws ends the registration. */
  readonly onThrottled: () => void;
}

/** A clone that is ready to be registered. */
interface Registration extends RegistrationListeners {
  readonly input: RegisterInput & { readonly family: string };
  readonly userId: string;
  /** Stands in the clone's record, and in no other call's. */
  readonly token: string;
  /** ECS's own time before which the clone cannot have been registered. */
  readonly since: Date;
}

/** How many times a registration is sent in all. It is sent again only when a search has shown that it had no effect. */
const mostSends = 3;

/** A registration that took effect. */
interface Registered {
  readonly arn: string;
}

/** A registration was sent, and whether it took effect is unknown. */
interface Unanswered {
  readonly unanswered: unknown;
}

/** Whether an SDK client sent the registration without running the library's middleware, so that the library does not know what was sent. */
interface Observed {
  readonly isUnobserved: boolean;
}

/**
 * Registers a clone, and gives its ARN as ECS gave it. If ECS does not answer, the family is searched for the clone, since ECS has no idempotency
 * token for RegisterTaskDefinition: sending it again blindly may leave a second revision.
 *
 * The signal takes effect only between requests. A registration that was sent is always seen to its end.
 *
 * @throws EcsBusyError, OutcomeUnknownError, or the SDK's own error; only after an OutcomeUnknownError may a revision be registered.
 */
async function register(ecs: Ecs, registration: Registration): Promise<Registered & Observed> {
  for (let sends = 1; ; sends += 1) {
    ecs.signal?.throwIfAborted();
    const sent = await sendRegistration(ecs, registration);
    if ("arn" in sent) return sent;
    const { unanswered, isUnobserved } = sent;
    const arn = await findOutcome({ ...ecs, signal: undefined }, registration, unanswered);
    if (arn !== undefined) return { arn, isUnobserved };
    if (sends >= mostSends) throw toLastError(registration, unanswered);
  }
}

/** What is left to say of a registration that was sent for the last time, and of which the family shows nothing. */
function toLastError({ input, userId }: Registration, unanswered: unknown): unknown {
  return isAnswer(unanswered) ? unanswered : new OutcomeUnknownError(input.family, userId, unanswered, "found nothing");
}

/** Whether ECS, or a proxy, is done with a request that ended like this. Otherwise it may still be on its way. */
function isAnswer(error: unknown): boolean {
  const status = httpStatus(error);
  // A mock may say no more than whose fault it is.
  if (status === undefined) return error instanceof UnexpectedResponseError || "$fault" in membersOf(error);
  return status !== gatewayTimeout;
}

/** A proxy has given up waiting for ECS. */
const gatewayTimeout = 504;

async function sendRegistration(
  ecs: Ecs,
  { input, onSend, onThrottled }: Registration,
): Promise<(Registered | Unanswered) & Observed> {
  const operation = "RegisterTaskDefinition";
  const { family } = input;
  const command = new RegisterTaskDefinitionCommand(input);
  writeAsJson(command.middlewareStack);
  const isDone = readArnOnly(command.middlewareStack, family);
  const options = { operation, subject: `family ${family}`, letFinish: true, onSend, onThrottled, toOurs };
  return await sendOnce(ecs, command, options, (outcome, attempt) => {
    // What ECS said counts, whatever the client made of it.
    const { seen = outcome, mayHaveTakenEffect, isObserved } = attempt;
    if ("output" in seen) {
      return { ...toRegistered(operation, family, seen.output), isUnobserved: isUnobserved(attempt, seen.output) };
    }
    const error = "error" in outcome ? outcome.error : seen.error;
    const isTimeOut = error instanceof RequestTimeoutError;
    const isLost =
      isDone() || mayHaveTakenEffect || (seen === outcome && mayBeLost(error) && !(isTimeOut && isObserved));
    if (!isLost) throw error;
    return { unanswered: isTimeOut ? error : seen.error, isUnobserved: !isObserved };
  });
}

function toRegistered(operation: string, family: string, output: unknown): Registered | Unanswered {
  const { taskDefinitionArn: arn } = membersOf(membersOf(output).taskDefinition);
  if (typeof arn !== "string") return { unanswered: new UnexpectedResponseError(operation, "an ARN") };
  const { family: given = family } = parseTaskDefinitionArn(arn) ?? {};
  if (given === family) return { arn };
  return { unanswered: new UnexpectedResponseError(operation, `an ARN of family ${family}`) };
}

/** What the SDK must not repeat by itself: all but what ECS certainly refused, as for a skewed clock, or never got. */
function toOurs(error: unknown): unknown {
  return isThrottling(error) || !(isRefusal(error) || isNeverSent(error)) ? error : undefined;
}

/** Whether a registration may have taken effect although the library's middleware saw no request: any rejection of a mocked client. */
const mayBeLost = (error: unknown): boolean =>
  error instanceof RequestTimeoutError ||
  error instanceof UnexpectedResponseError ||
  (httpStatus(error) ?? 0) >= 500 ||
  membersOf(error).$fault === "server" ||
  ["ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(String(membersOf(error).code));

/** A listing may lag behind, and a request may still be on its way, so we search twice, after these delays. */
const looks = [1000, 4000];

/**
 * Finds out whether a registration took effect: the clone's ARN, or `undefined` if it certainly had no effect.
 *
 * @throws OutcomeUnknownError if that stays unknown.
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

/** Looks at the family's newest revisions, back to when the call began. */
async function findByToken(ecs: Ecs, { input, token, since }: Registration): Promise<string | undefined> {
  for await (const { arn, taskDefinition } of describeSince(ecs, input.family, since)) {
    const reading = readRecord(taskDefinition);
    if (reading.kind === "record" && reading.record.token === token) return arn;
  }
  return undefined;
}
