/**
 * Every error this library makes itself. Errors of the AWS SDK are not among them: they are thrown on as they came.
 *
 * Catch a leaf where you would do something about it, this class where you only tell ours from others.
 * No error holds the value of an environment variable, in its message or in a field.
 */
export abstract class TaskDefClonerError extends Error {
  abstract override readonly name: string;
}

/** What the caller passed cannot be right, by itself or with this base. Nothing was sent that changes anything. Fix the call. */
export class InvalidInputError extends TaskDefClonerError {
  override readonly name = "InvalidInputError" as const;
}

/**
 * The base task definition is missing, is not one, or cannot carry this user. Nothing was registered.
 * The infrastructure code that registers the base, or the cloner's options, has to change.
 */
export class UnfitBaseError extends TaskDefClonerError {
  override readonly name = "UnfitBaseError" as const;
}

/** The ARN names no clone that this cloner made, or none that can be read as one. Nothing was changed. */
export class NotACloneError extends TaskDefClonerError {
  override readonly name = "NotACloneError" as const;
  /** The ARN that was given. */
  readonly arn: string;

  constructor(arn: string, reason: string) {
    super(`${arn} is not a clone made by this cloner: ${reason}`);
    this.arn = arn;
  }
}

/** ECS went on answering "try again" (throttling, or its limit on concurrent registers of a family) until the deadline. Try later. */
export class EcsBusyError extends TaskDefClonerError {
  override readonly name = "EcsBusyError" as const;
  /** The ECS operation, for instance `RegisterTaskDefinition`. */
  readonly operation: string;
  /** How often it was sent. */
  readonly attempts: number;
  /** Milliseconds from the first attempt to giving up. */
  readonly waitedMs: number;

  constructor(operation: string, subject: string, attempts: number, waitedMs: number, cause: unknown) {
    super(
      `ECS was too busy for ${operation} of ${subject}: ${attempts} attempts in ${(waitedMs / 1000).toFixed(1)} s, the last refused with ` +
        `"${cause instanceof Error ? cause.message : "no message"}". Try again later, spread users over several clone families, or raise \`deadlineMs\`.`,
      { cause },
    );
    this.operation = operation;
    this.attempts = attempts;
    this.waitedMs = waitedMs;
  }
}

/** ECS did not answer within `requestTimeoutMs` to a call that changes nothing, or whose repetition changes nothing. Try again. */
export class RequestTimeoutError extends TaskDefClonerError {
  override readonly name = "RequestTimeoutError" as const;
  /** The ECS operation, for instance `DescribeTaskDefinition`. */
  readonly operation: string;

  constructor(operation: string, timeoutMs: number) {
    super(`ECS did not answer ${operation} within ${timeoutMs} ms. Try again, or raise \`requestTimeoutMs\`.`);
    this.operation = operation;
  }
}

/** ECS answered without an error, and without what every such answer holds. A proxy, or a mock that stubs too little, looks like this. */
export class UnexpectedResponseError extends TaskDefClonerError {
  override readonly name = "UnexpectedResponseError" as const;
  /** The ECS operation, for instance `DescribeTaskDefinition`. */
  readonly operation: string;

  constructor(operation: string, missing: string) {
    super(
      `ECS answered ${operation} without ${missing}. Is there a proxy, or a mock that stubs too little, in between?`,
    );
    this.operation = operation;
  }
}

/**
 * A register was sent, no answer came, and whether it took effect cannot be told. A revision too many may be ACTIVE: it carries this library's record, so
 * `prune` deregisters it once its user has newer ones. Calling again is safe, and makes another revision.
 */
export class OutcomeUnknownError extends TaskDefClonerError {
  override readonly name = "OutcomeUnknownError" as const;
  /** The family into which the clone was to be registered. */
  readonly family: string;
  /** The user whose clone it was to be. */
  readonly userId: string;

  constructor(family: string, userId: string, cause: unknown) {
    super(
      `Whether the clone of user ${JSON.stringify(userId)} was registered into ${family} is unknown: no answer came, and the family could not be ` +
        "looked through. If it was, the revision carries this library's record, and `prune` deregisters it once the user has newer ones.",
      { cause },
    );
    this.family = family;
    this.userId = userId;
  }
}

/** Notes on an error that undoing what came before it failed too, as its member `undoError`. It stays the error that it is. */
export function withUndoError(error: unknown, undoError: unknown): unknown {
  if (Object.isExtensible(error)) {
    Object.defineProperty(error, "undoError", { value: undoError, enumerable: true, configurable: true });
  }
  return error;
}
