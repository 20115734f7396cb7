import { randomUUID } from "node:crypto";
import type { TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import { type BaseSearch, findBase } from "./base/find-base.ts";
import { hasNoAccessPoint, toAccessPointAdvice } from "./base/is-base.ts";
import { refuseUnknownMembers, toUnknownMembersWarnings } from "./base/unknown-members.ts";
import { type Draft, isSameClone, toDraft } from "./clone/draft.ts";
import { inTurnForFamily } from "./clone/family-turn.ts";
import { type ReadClone, readCloneAt, requireCloneAt } from "./clone/read-clone.ts";
import { register } from "./clone/register-clone.ts";
import { toCloneFamily } from "./derivation/clone-family.ts";
import { refuseImpossibleUser } from "./derivation/derive-clone.ts";
import { toRegisterInput } from "./derivation/register-input.ts";
import type { Ecs } from "./ecs/connection.ts";
import { type DescribedRevision, deregister, describe } from "./ecs/revisions.ts";
import { errorName } from "./ecs/sdk-error.ts";
import { InvalidInputError, NotACloneError, withUndoError } from "./errors.ts";
import { toEmitter } from "./events.ts";
import {
  type CallOptions,
  type Clone,
  type CloneOptions,
  type ClonerSettings,
  parseCallOptions,
  parseCloneOptions,
  parseOptions,
  parseRecloneOptions,
  type RecloneOptions,
  type TaskDefClonerOptions,
} from "./options.ts";
import { type ClonePlan, toChanges } from "./plan/changes.ts";
import { hide } from "./results.ts";
import { parseTaskDefinitionArn } from "./task-definition-arn.ts";
import { toPatched } from "./user/merge-patch.ts";
import { refuseReservedNames } from "./user/parts/variables.ts";
import { parseSize, parseUser, parseUserPatch, type Size, type UserPatch, type UserSpec } from "./user/user.ts";
import { orAborted } from "./waiting.ts";

/** What a clone is, and how it stands against the newest base. */
export interface Inspection {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: TaskDefinitionStatus | undefined;
  readonly userId: string;
  /** ARN of the base revision that it was cloned from. */
  readonly baseArn: string;
  /** ARN of the newest base revision. */
  readonly newestBaseArn: string;
  /** Whether cloning the newest base for this user would give the same again. */
  readonly isUpToDate: boolean;
  /** What is the user's own. It holds values of environment variables, so printing or serialising the inspection leaves it out. */
  readonly user: UserSpec;
}

/** What the fleet functions work with, of a cloner. */
export interface ClonerInternals {
  readonly ecs: Ecs;
  readonly settings: ClonerSettings;
}

/** Gives the fleet functions what they need of a cloner. @throws {@link InvalidInputError} where it is none. */
export let internalsOf: (cloner: TaskDefCloner) => ClonerInternals;

/**
 * Gives every user a clone of one base task definition.
 *
 * The base is the newest revision of its family, looked up at every call; clones go to a family of their own. Everything of the base is
 * copied but what is the user's own. The cloner keeps nothing that could go stale: make one per base family, or one per call, in as many processes as you
 * like.
 *
 * @throws {@link InvalidInputError} when an option is wrong or unknown.
 */
export class TaskDefCloner {
  readonly #settings: ClonerSettings;
  readonly #ecs: Ecs;
  readonly #search: BaseSearch;

  static {
    internalsOf = (cloner) => {
      const isCloner = typeof cloner === "object" && cloner !== null && #ecs in cloner;
      if (!isCloner) throw new InvalidInputError("Invalid input for the cloner: expected a TaskDefCloner.");
      return { ecs: cloner.#ecs, settings: cloner.#settings };
    };
  }

  constructor(options: TaskDefClonerOptions) {
    const settings = parseOptions(options);
    const { client, requestTimeoutMs, deadlineMs, baseFamily, isBase, maxBaseRevisions, waitForBaseMs } = settings;
    this.#settings = settings;
    this.#ecs = { client, requestTimeoutMs, deadlineMs, emit: toEmitter(settings.onEvent) };
    this.#search = {
      family: baseFamily,
      isBase,
      maxRevisions: maxBaseRevisions,
      waitMs: waitForBaseMs,
      knownOthers: new Map(),
    };
  }

  /**
   * Tells what `clone` would register for the user, and what it would change against the base. Only reads.
   *
   * @throws {@link InvalidInputError} when the user is wrong; nothing was sent to ECS then.
   * @throws {@link UnfitBaseError} when there is no base, or it cannot carry this user.
   * @throws {@link EcsBusyError} {@link RequestTimeoutError} {@link UnexpectedResponseError} when ECS does not answer as it should.
   */
  async plan(user: UserSpec, options: CallOptions = {}): Promise<ClonePlan> {
    const { signal } = parseCallOptions(options);
    const draft = await this.#draft(this.#parseUser(user), signal);
    const { base, input, record, warnings } = draft;
    const tags = base.tags.length === 0 ? {} : { tags: [...base.tags] };
    const before = { ...toRegisterInput(base.taskDefinition), ...tags };
    const plan = {
      userId: record.userId,
      family: record.family,
      baseArn: base.arn,
      changes: toChanges(before, draft.content),
      carried: [],
      warnings,
      input,
    };
    return hide(plan, "input");
  }

  /**
   * Registers the user's clone of the newest base, or returns `current` where that is no different.
   *
   * @throws {@link InvalidInputError} when the user or an option is wrong, or `current` is another user's.
   * @throws {@link UnfitBaseError} when there is no base, or it cannot carry this user.
   * @throws {@link EcsBusyError} when ECS stays too busy past the deadline.
   * @throws {@link OutcomeUnknownError} when ECS gave no answer, and it cannot be told whether the clone was registered.
   * @throws {@link RequestTimeoutError} {@link UnexpectedResponseError} when ECS does not answer as it should.
   * @throws what `deploy` threw, and the signal's reason. No revision that this call registered is ACTIVE then; should undoing fail, there is an event
   * `undo-failed`, and the error gets a member `undoError`, where it is an object that takes one. The signal's reason, which others may throw too, is not
   * changed: an object with it as its prototype is thrown.
   */
  async clone(user: UserSpec, options: CloneOptions = {}): Promise<Clone> {
    const call = parseCloneOptions(options);
    const spec = this.#parseUser(user);
    if (call.current === undefined) return await this.#cloneAndDeploy(spec, call);
    const reading = await readCloneAt(this.#ecs, call.current, this.#settings.baseFamily, call.signal);
    if (reading.kind !== "clone") return await this.#cloneAndDeploy(spec, call);
    if (reading.clone.record.userId !== spec.userId) {
      throw new InvalidInputError(
        `The present clone ${call.current}, given for user ${JSON.stringify(spec.userId)}, is another user's. Give the user's own, or none.`,
      );
    }
    return await this.#cloneAndDeploy(spec, call, reading.clone);
  }

  /**
   * Clones the newest base with the user's own part of an existing clone, changed by a JSON Merge Patch (RFC 7396: `null` removes). Without changes it
   * moves the user to the newest base. Returns the existing clone where a new one would be no different.
   *
   * @throws {@link NotACloneError} when the ARN is no clone of ours. For one from before this library, call `clone` with the whole user.
   * @throws all that `clone` throws.
   */
  async reclone(arn: string, changes: UserPatch = {}, options: RecloneOptions = {}): Promise<Clone> {
    const call = parseRecloneOptions(options);
    const patch = parseUserPatch(changes);
    refuseReservedNames(patch, this.#settings.reserved);
    const present = await requireCloneAt(this.#ecs, arn, this.#settings.baseFamily, call.signal);
    return await this.#cloneAndDeploy(this.#parseUser(toPatched(present.user, patch)), call, present);
  }

  /**
   * Gives the user of an existing clone another size: `reclone` with nothing else changed.
   *
   * @throws all that `reclone` throws.
   */
  async resize(arn: string, size: Size, options: RecloneOptions = {}): Promise<Clone> {
    return await this.reclone(arn, { size: parseSize(size) }, options);
  }

  /**
   * Tells whose clone it is, of which base, and whether the newest base would give something else. Only reads.
   *
   * @throws {@link NotACloneError} when the ARN is no clone of ours.
   * @throws all that `plan` throws.
   */
  async inspect(arn: string, options: CallOptions = {}): Promise<Inspection> {
    const { signal } = parseCallOptions(options);
    const { family, revision, status, record, user } = await requireCloneAt(
      this.#ecs,
      arn,
      this.#settings.baseFamily,
      signal,
    );
    const draft = await this.#draft(user, signal);
    const inspection = {
      arn,
      family,
      revision,
      status,
      userId: record.userId,
      baseArn: record.base,
      newestBaseArn: draft.base.arn,
      isUpToDate: isSameClone(record, draft),
      user,
    };
    return hide(inspection, "user");
  }

  /**
   * Deregisters a clone. Services and tasks that use it go on running. One that is deregistered already, or gone, stays so.
   *
   * @throws {@link NotACloneError} when the ARN is no clone of ours; nothing was deregistered then.
   * @throws {@link EcsBusyError} {@link RequestTimeoutError} when ECS does not answer; calling again is safe.
   */
  async retire(arn: string, options: CallOptions = {}): Promise<void> {
    const { signal } = parseCallOptions(options);
    const { baseFamily } = this.#settings;
    const reading = await readCloneAt(this.#ecs, arn, baseFamily, signal);
    if (reading.kind === "other") throw new NotACloneError(arn, reading.reason);
    // Gone or not, what is asked for is a mistake.
    if (parseTaskDefinitionArn(arn)?.family === baseFamily) throw new NotACloneError(arn, "it is of the base family.");
    if (reading.kind === "gone" || reading.clone.status !== "ACTIVE") return;
    await deregister(this.#ecs, arn, signal);
    this.#ecs.emit({ type: "retired", arn, userId: reading.clone.record.userId, reason: "asked" });
  }

  #parseUser(user: unknown): UserSpec {
    const spec = parseUser(user);
    refuseImpossibleUser(spec, this.#settings.baseFamily, this.#settings);
    return spec;
  }

  async #findBase(startedAt: number, signal: AbortSignal | undefined): Promise<DescribedRevision> {
    const { emit } = this.#ecs;
    const base = await findBase(this.#ecs, this.#search, startedAt, signal);
    const { arn, unknownMembers, unchecked } = base;
    emit({ type: "base-described", arn });
    if (unchecked !== undefined) emit({ type: "unknown-members-unchecked", arn, reason: unchecked });
    if (unknownMembers.length > 0) emit({ type: "unknown-members", arn, carried: [], left: unknownMembers });
    if (this.#settings.unknownMembers === "refuse") refuseUnknownMembers(base);
    return base;
  }

  /** @param startedAt when the call began: what it waited for its turn is not waited again for a base. */
  async #draft(user: UserSpec, signal: AbortSignal | undefined, startedAt = performance.now()): Promise<Draft> {
    const base = await this.#findBase(startedAt, signal);
    const draft = toDraft(base, user, this.#settings, randomUUID());
    const { volume } = draft.target;
    const warnings = [...draft.warnings, ...toUnknownMembersWarnings(base)];
    if (this.#settings.isBase !== undefined || hasNoAccessPoint(volume)(base)) return { ...draft, warnings };
    const advice = toAccessPointAdvice(draft.target.base, volume);
    this.#ecs.emit({ type: "base-has-access-point", arn: base.arn, volume, advice });
    return { ...draft, warnings: [...warnings, advice] };
  }

  async #cloneAndDeploy(user: UserSpec, call: CloneOptions, present?: ReadClone): Promise<Clone> {
    const { signal } = call;
    const family = toCloneFamily(this.#settings.baseFamily, user.userId, this.#settings.cloneFamily);
    const startedAt = performance.now();
    const clone = await inTurnForFamily(this.#ecs, family, signal, async () => {
      const draft = await this.#draft(user, signal, startedAt);
      const isReusable =
        present !== undefined && isSameClone(present.record, draft) && (await this.#isActive(present, signal));
      return isReusable ? this.#reuse(present, draft) : await this.#register(draft, signal);
    });
    return await this.#deploy(clone, call);
  }

  /** Asks again: while the call waited for its turn, the clone may have been deregistered. */
  async #isActive({ arn, status }: ReadClone, signal: AbortSignal | undefined): Promise<boolean> {
    if (status !== "ACTIVE") return false;
    return (await describe(this.#ecs, arn, signal))?.taskDefinition.status === "ACTIVE";
  }

  #reuse({ arn, family, revision, record }: ReadClone, { warnings }: Draft): Clone {
    const { userId, base } = record;
    this.#ecs.emit({ type: "reused", arn, userId });
    return { arn, family, revision, baseArn: base, userId, reused: true, warnings };
  }

  async #register({ base, input, record, warnings }: Draft, signal: AbortSignal | undefined): Promise<Clone> {
    const { userId, family, token } = record;
    const registration = {
      input,
      userId,
      token,
      since: base.answeredAt ?? new Date(),
    };
    const arn = await register(this.#ecs, registration, signal);
    this.#ecs.emit({ type: "registered", arn, userId });
    const revision = parseTaskDefinitionArn(arn)?.revision ?? 0;
    return { arn, family, revision, baseArn: base.arn, userId, reused: false, warnings };
  }

  /** Runs the caller's step. What was registered for it goes when it fails, or when the call was aborted meanwhile. */
  async #deploy(clone: Clone, { deploy, signal }: CloneOptions): Promise<Clone> {
    try {
      signal?.throwIfAborted();
      if (deploy) await orAborted(Promise.resolve(deploy(clone, { signal })), signal);
      return clone;
    } catch (error) {
      throw clone.reused ? error : await this.#undo(clone, error, signal);
    }
  }

  async #undo({ arn, userId }: Clone, error: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const { emit } = this.#ecs;
    try {
      await deregister(this.#ecs, arn);
      emit({ type: "retired", arn, userId, reason: "undone" });
      return error;
    } catch (undoError) {
      emit({ type: "undo-failed", arn, userId, error: errorName(undoError) });
      // A signal's reason is not this call's alone: others that it aborts throw the very same.
      const isShared = signal?.aborted && error === signal.reason && typeof error === "object" && error !== null;
      return withUndoError(isShared ? Object.create(error) : error, undoError);
    }
  }
}
