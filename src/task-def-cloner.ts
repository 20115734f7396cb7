import { randomUUID } from "node:crypto";
import { type BaseSearch, findBase } from "./base/find-base.ts";
import { toUnknownMembersWarnings } from "./base/unknown-members.ts";
import { deploy } from "./clone/deploy.ts";
import { type Draft, isSameClone, type Order, toDraft } from "./clone/draft.ts";
import { inTurnForFamily } from "./clone/family-turn.ts";
import { withHolds } from "./clone/holds.ts";
import { type ExistingClone, ofBaseFamily, readCloneAt, readCurrentClone, requireCloneAt } from "./clone/read-clone.ts";
import { registerClone } from "./clone/register-clone.ts";
import { reuseClone } from "./clone/reuse-clone.ts";
import { toCloneFamily } from "./derivation/clone-family.ts";
import type { Ecs } from "./ecs/connection.ts";
import { deregister } from "./ecs/revisions.ts";
import { InvalidInputError, NotACloneError } from "./errors.ts";
import { toEmitter } from "./events.ts";
import {
  type CallOptions,
  type CloneOptions,
  type ClonerSettings,
  parseCallOptions,
  parseCloneOptions,
  parseOptions,
  parseRecloneOptions,
  type RecloneOptions,
  type TaskDefClonerOptions,
} from "./options.ts";
import { toFound } from "./parse-input.ts";
import { type ClonePlan, toPlan } from "./plan/clone-plan.ts";
import { type ReclonePlan, toReclonePlan } from "./plan/reclone-plan.ts";
import { toMessage } from "./printable.ts";
import { type Clone, hide, type Inspection } from "./results.ts";
import { parseTaskDefinitionArn, refuseBadArn } from "./task-definition-arn.ts";
import { toPatchedUser } from "./user/access-point-forms.ts";
import { refuseImpossibleParts } from "./user/own-parts.ts";
import { parseSize, parseUser, parseUserPatch } from "./user/parse-user.ts";
import type { Size } from "./user/parts/size.ts";
import type { UserPatch, UserSpec } from "./user/user.ts";

/** What the fleet functions need of a cloner. */
export interface ClonerInternals {
  readonly ecs: Ecs;
  readonly settings: ClonerSettings;
  readonly search: BaseSearch;
}

/** Gives the fleet functions what they need of a cloner. @throws {@link InvalidInputError} when it is not a cloner. */
export let internalsOf: (cloner: TaskDefCloner, signal?: AbortSignal) => ClonerInternals;

/**
 * Gives every user a clone of one base task definition.
 *
 * Every call looks up the newest revision of the base family; clones go to a family of their own. Everything in the base is copied except the
 * user-specific parts. The cloner keeps nothing that could go stale: make one per base family, or one per call, in as many processes as you like.
 *
 * @throws {@link InvalidInputError} when an option is wrong or unknown.
 */
export class TaskDefCloner {
  readonly #settings: ClonerSettings;
  readonly #ecs: Ecs;
  readonly #search: BaseSearch;

  static {
    internalsOf = (cloner, signal) => {
      const isCloner = typeof cloner === "object" && cloner !== null && #ecs in cloner;
      if (!isCloner) throw new InvalidInputError(`Invalid cloner: expected a TaskDefCloner, got ${toFound(cloner)}.`);
      return { ecs: { ...cloner.#ecs, signal }, settings: cloner.#settings, search: cloner.#search };
    };
  }

  constructor(options: TaskDefClonerOptions) {
    const settings = parseOptions(options);
    const { client, requestTimeoutMs, deadlineMs, baseFamily, isBase, volume, shared } = settings;
    const { maxBaseRevisions, waitForBaseMs, unknownMembers } = settings;
    this.#settings = settings;
    this.#ecs = { client, requestTimeoutMs, deadlineMs, emit: toEmitter(settings.onEvent) };
    this.#search = {
      family: baseFamily,
      isBase,
      volumes: { volume, shared },
      maxRevisions: maxBaseRevisions,
      waitMs: waitForBaseMs,
      remembered: new Map(),
      unknownMembers,
    };
  }

  /**
   * Dry run: returns what `clone` would register for the user and how it differs from the base. Read-only.
   *
   * @throws {@link InvalidInputError} when the user is wrong; nothing was sent to ECS then.
   * @throws {@link UnfitBaseError} when there is no base, or it cannot carry this user.
   * @throws {@link EcsBusyError} {@link RequestTimeoutError} {@link UnexpectedResponseError} when ECS does not answer as it should.
   */
  async plan(user: UserSpec, options: CallOptions = {}): Promise<ClonePlan> {
    const { signal } = parseCallOptions(options);
    return toPlan(await this.#draft({ ...this.#ecs, signal }, this.#toOrder(user)));
  }

  /**
   * Dry run of `reclone`: returns what it would register, how that differs from the current clone and from the base, and whether it would reuse the
   * current clone. Read-only.
   *
   * @throws {@link NotACloneError} when the ARN is not one of our clones, or is a copy with other values.
   * @throws all that `plan` throws.
   */
  async planReclone(arn: string, changes: UserPatch = {}, options: CallOptions = {}): Promise<ReclonePlan> {
    const { signal } = parseCallOptions(options);
    const patch = parseUserPatch(changes, this.#settings);
    refuseImpossibleParts(patch, this.#settings);
    const ecs = { ...this.#ecs, signal };
    const current = await requireCloneAt(ecs, arn, this.#settings.baseFamily, "planReclone");
    const order = { ...this.#toOrder(toPatchedUser(current, patch, this.#settings)), readFrom: current };
    return toReclonePlan(await this.#draft(ecs, order), current);
  }

  /**
   * Registers the user's clone of the newest base, or returns `current` if a new one would be no different.
   *
   * @throws {@link InvalidInputError} when the user or an option is wrong, or `current` is another user's.
   * @throws {@link UnfitBaseError} when there is no base, or it cannot carry this user.
   * @throws {@link EcsBusyError} when ECS stays too busy past the deadline.
   * @throws {@link OutcomeUnknownError} when ECS gave no answer, and the library cannot tell whether the clone was registered.
   * @throws {@link RequestTimeoutError} {@link UnexpectedResponseError} when ECS does not answer as it should.
   * @throws what `deploy` threw, and the signal's reason. Any revision registered by this call has been rolled back, unless another
   * call in this process was given it as reused: then it stays, and a `kept` event is emitted. (In another process, that call's own step fails, and is
   * to be tried again.) If the rollback failed, an `undo-failed` event is emitted and the error has an `undoError` property. (An abort reason is shared between calls, so it is never mutated: you
   * get a new error with its name and message, and the reason as its `cause`.)
   */
  async clone(user: UserSpec, options: CloneOptions = {}): Promise<Clone> {
    const call = parseCloneOptions(options);
    const order = this.#toOrder(user);
    const { current, signal, deploy } = call;
    const ecs = { ...this.#ecs, signal };
    const existing =
      current === undefined
        ? undefined
        : await readCurrentClone(ecs, current, this.#settings.baseFamily, order.user.userId);
    return await this.#provide(ecs, order, existing, deploy);
  }

  /**
   * Clones the newest base with the user-specific parts of an existing clone, changed by a JSON Merge Patch (RFC 7396: `null` removes). Without changes
   * it moves the user to the newest base. Returns the existing clone if a new one would be no different.
   *
   * @throws {@link NotACloneError} when the ARN is not one of our clones, or is a copy with other values. Call `clone` with the whole user then.
   * @throws all that `clone` throws.
   */
  async reclone(arn: string, changes: UserPatch = {}, options: RecloneOptions = {}): Promise<Clone> {
    const call = parseRecloneOptions(options);
    const patch = parseUserPatch(changes, this.#settings);
    refuseImpossibleParts(patch, this.#settings);
    const ecs = { ...this.#ecs, signal: call.signal };
    const current = await requireCloneAt(ecs, arn, this.#settings.baseFamily, "reclone");
    const order = { ...this.#toOrder(toPatchedUser(current, patch, this.#settings)), readFrom: current };
    return await this.#provide(ecs, order, current, call.deploy);
  }

  /**
   * Gives the user of an existing clone another size: `reclone` with nothing else changed.
   *
   * @throws all that `reclone` throws.
   */
  async resize(arn: string, size: Size, options: RecloneOptions = {}): Promise<Clone> {
    refuseBadArn(arn, "resize");
    return await this.reclone(arn, { size: parseSize(size) }, options);
  }

  /**
   * Returns the clone's user, its base, and whether it is up to date with the newest base. Read-only.
   *
   * @throws {@link NotACloneError} when the ARN is not one of our clones.
   * @throws all that `plan` throws.
   */
  async inspect(arn: string, options: CallOptions = {}): Promise<Inspection> {
    const ecs = { ...this.#ecs, signal: parseCallOptions(options).signal };
    const existing = await requireCloneAt(ecs, arn, this.#settings.baseFamily, "inspect");
    const { family, revision, status, record, user } = existing;
    const draft = await this.#draft(ecs, { ...this.#toOrder(user), readFrom: existing });
    const isUpToDate = isSameClone(existing, draft);
    const { warnings } = draft;
    const { userId, base: baseArn } = record;
    const newestBaseArn = draft.base.arn;
    return hide({ arn, family, revision, status, userId, baseArn, newestBaseArn, isUpToDate, warnings, user }, "user");
  }

  /**
   * Deregisters a clone. Services and tasks that use it go on running. Does nothing if the clone is already deregistered or deleted.
   * Wait until no deployment is in progress: a circuit breaker may roll back to the very revision that is taken away, and then cannot.
   *
   * @throws {@link NotACloneError} when the ARN is not one of our clones; nothing was deregistered then.
   * @throws {@link EcsBusyError} {@link RequestTimeoutError} when ECS does not answer; calling again is safe.
   */
  async retire(arn: string, options: CallOptions = {}): Promise<void> {
    const ecs = { ...this.#ecs, signal: parseCallOptions(options).signal };
    const { baseFamily } = this.#settings;
    const reading = await readCloneAt(ecs, arn, baseFamily, "retire");
    if (reading.kind === "other") throw new NotACloneError(arn, reading.reason);
    // Gone or not, what is asked for is a mistake.
    if (parseTaskDefinitionArn(arn)?.family === baseFamily) throw new NotACloneError(arn, ofBaseFamily);
    if (reading.kind === "gone" || reading.clone.status !== "ACTIVE") return;
    await deregister(ecs, arn);
    ecs.emit({ type: "retired", arn, userId: reading.clone.record.userId, reason: "asked" });
  }

  /** Parses the user, and decides where the clone goes. */
  #toOrder(value: unknown): Order {
    const { baseFamily, cloneFamily } = this.#settings;
    const user = parseUser(value, this.#settings);
    const family = toCloneFamily(baseFamily, user.userId, cloneFamily);
    refuseImpossibleParts(user, this.#settings);
    return { user, family };
  }

  /** @param startedAt when the call began: the time that it spent queueing counts as waiting for a base. */
  async #draft(ecs: Ecs, order: Order, startedAt = performance.now()): Promise<Draft> {
    const base = await findBase(ecs, this.#search, startedAt);
    const draft = toDraft(base, order, this.#settings, randomUUID());
    return { ...draft, warnings: [...draft.warnings, ...toUnknownMembersWarnings(base)].map(toMessage) };
  }

  /** Reuses the current clone or registers a new one when it is the family's turn, and runs the caller's step. */
  async #provide(
    ecs: Ecs,
    order: Order,
    current: ExistingClone | undefined,
    step: CloneOptions["deploy"],
  ): Promise<Clone> {
    const startedAt = performance.now();
    return await withHolds(async (hold) => {
      const clone = await inTurnForFamily(ecs, order.family, async () => {
        const draft = await this.#draft(ecs, order, startedAt);
        return (current && (await reuseClone(ecs, current, draft, hold))) ?? (await registerClone(ecs, draft));
      });
      return await deploy(ecs, clone, step);
    });
  }
}
