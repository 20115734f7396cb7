import { randomUUID } from "node:crypto";
import { type BaseSearch, findBase } from "./base/find-base.ts";
import { toUnknownMembersWarnings } from "./base/unknown-members.ts";
import { type CloneAddress, type CloneRef, requireClone, toAddress, toOwnFamily } from "./clone/clone-ref.ts";
import { type Draft, isSameClone, type Order, toDraft } from "./clone/draft.ts";
import { Gate } from "./clone/gate.ts";
import { type ProvidingSteps, provideClone } from "./clone/provide-clone.ts";
import { type CurrentReading, type ExistingClone, readCurrentClone, readLatestClone } from "./clone/read-clone.ts";
import { retire } from "./clone/retire-clone.ts";
import { toCloneFamily } from "./derivation/clone-family.ts";
import type { Ecs } from "./ecs/connection.ts";
import type { DescribedRevision } from "./ecs/revisions.ts";
import { InvalidInputError } from "./errors.ts";
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
import { toPatchedUser } from "./user/access-point-forms.ts";
import { refuseImpossibleParts } from "./user/own-parts.ts";
import { parseSize, parseUser, parseUserPatch } from "./user/parse-user.ts";
import type { Size } from "./user/parts/size.ts";
import type { UserPatch, UserSpec } from "./user/user.ts";
import { sideBySide } from "./waiting.ts";

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
    const order = this.#toOrder(user);
    const base = await this.#findBase({ ...this.#ecs, signal });
    return toPlan(this.#toDraft(base, order));
  }

  /**
   * Dry run of `reclone`: returns what it would register, how that differs from the current clone and from the base, and whether it would reuse the
   * current clone. Read-only.
   *
   * @throws {@link NotACloneError} when the ARN is not a clone made by this cloner, or is a copy with other values.
   * @throws all that `plan` throws.
   */
  async planReclone(clone: CloneRef, changes: UserPatch = {}, options: CallOptions = {}): Promise<ReclonePlan> {
    const { signal } = parseCallOptions(options);
    const address = toAddress(clone, this.#settings, "planReclone");
    const patch = parseUserPatch(changes, this.#settings);
    refuseImpossibleParts(patch, this.#settings);
    const [current, base] = await this.#readCloneAndBase({ ...this.#ecs, signal }, address, "planReclone");
    return toReclonePlan(this.#toDraft(base, this.#toPatchedOrder(current, patch)), current);
  }

  /**
   * Registers the user's clone of the newest base, or returns `current` if a new one would be no different.
   *
   * @throws {@link InvalidInputError} when the user or an option is wrong, or `current` is another user's.
   * @throws {@link UnfitBaseError} when there is no base, or it cannot carry this user.
   * @throws {@link FailedVerificationError} when the cloner has a verifier, and a check of what would be registered failed. Nothing was registered.
   * @throws {@link EcsBusyError} when ECS stays too busy past the deadline.
   * @throws {@link OutcomeUnknownError} when ECS gave no answer, and the library cannot tell whether the clone was registered.
   * @throws {@link RequestTimeoutError} {@link UnexpectedResponseError} when ECS does not answer as it should.
   * @throws what `deploy` threw, and the signal's reason. Any revision registered by this call has been rolled back, unless the call is an attempt, or another
   * call in this process was given it as reused: then it stays, and a `kept` event is emitted. (In another process, that call's own step fails, and is
   * to be tried again.) If the rollback failed, an `undo-failed` event is emitted and the error has an `undoError` property. (An abort reason is shared between calls, so it is never mutated: you
   * get a new error with its name and message, and the reason as its `cause`.)
   */
  async clone(user: UserSpec, options: CloneOptions = {}): Promise<Clone> {
    const { current, ...call } = parseCloneOptions(options);
    const order = this.#toOrder(user, call);
    const { baseFamily } = this.#settings;
    const { userId } = order.user;
    const isCurrentLatest = current === "latest";
    if (isCurrentLatest) toOwnFamily(this.#settings, userId, 'clone, `current: "latest"`');
    let reading: CurrentReading = {};
    return await this.#provide(call, {
      isCurrentLatest,
      readCurrent: async (ecs) => {
        if (current === undefined) return undefined;
        if (isCurrentLatest) return await readLatestClone(ecs, order.family, baseFamily, userId);
        reading = await readCurrentClone(ecs, current, baseFamily, userId);
        return reading.clone;
      },
      toOrder: () => ({ ...order, warning: reading.warning }),
    });
  }

  /**
   * Clones the newest base with the user-specific parts of an existing clone, changed by a JSON Merge Patch (RFC 7396: `null` removes). Without changes
   * it moves the user to the newest base. Returns the existing clone if a new one would be no different.
   *
   * @param clone its ARN, or, if every user has a family, `{ userId }` for the user's newest ACTIVE one, which need not have been deployed.
   * @throws {@link NotACloneError} when the ARN is not a clone made by this cloner, or is a copy with other values. Call `clone` with the whole user then.
   * @throws all that `clone` throws.
   */
  async reclone(clone: CloneRef, changes: UserPatch = {}, options: RecloneOptions = {}): Promise<Clone> {
    const call = parseRecloneOptions(options);
    const address = toAddress(clone, this.#settings, "reclone");
    const patch = parseUserPatch(changes, this.#settings);
    refuseImpossibleParts(patch, this.#settings);
    return await this.#provide(call, {
      isCurrentLatest: address.kind === "latest",
      readCurrent: async (ecs) => await requireClone(ecs, address, this.#settings.baseFamily, "reclone"),
      toOrder: (current) => this.#toPatchedOrder(current, patch, call),
    });
  }

  /**
   * Gives the user of an existing clone another size: `reclone` with nothing else changed.
   *
   * @param clone its ARN, or, if every user has a family, `{ userId }` for the user's newest ACTIVE one.
   * @throws all that `reclone` throws.
   */
  async resize(clone: CloneRef, size: Size, options: RecloneOptions = {}): Promise<Clone> {
    toAddress(clone, this.#settings, "resize");
    return await this.reclone(clone, { size: parseSize(size) }, options);
  }

  /**
   * Returns the clone's user, its base, and whether it is up to date with the newest base. Read-only.
   *
   * @param clone its ARN, or, if every user has a family, `{ userId }` for the user's newest ACTIVE one.
   * @throws {@link NotACloneError} when the ARN is not a clone made by this cloner, or the user has none.
   * @throws all that `plan` throws.
   */
  async inspect(clone: CloneRef, options: CallOptions = {}): Promise<Inspection> {
    const ecs = { ...this.#ecs, signal: parseCallOptions(options).signal };
    const address = toAddress(clone, this.#settings, "inspect");
    const [existing, base] = await this.#readCloneAndBase(ecs, address, "inspect");
    const { arn } = existing;
    const { family, revision, status, record, user } = existing;
    const draft = this.#toDraft(base, { ...this.#toOrder(user), readFrom: existing });
    const isUpToDate = isSameClone(existing, draft);
    const { warnings } = draft;
    const { userId, base: baseArn } = record;
    const newestBaseArn = base.arn;
    return hide({ arn, family, revision, status, userId, baseArn, newestBaseArn, isUpToDate, warnings, user }, "user");
  }

  /**
   * Deregisters a clone. Services and tasks that use it go on running. Does nothing if the clone is already deregistered or deleted.
   * Wait until no deployment is in progress: a circuit breaker may roll back to the very revision that is taken away, and then cannot.
   *
   * @param clone its ARN, or, if every user has a family, `{ userId }` for all of the user's ACTIVE ones.
   * @throws {@link NotACloneError} when the ARN is not a clone made by this cloner; nothing was deregistered then.
   * @throws {@link EcsBusyError} {@link RequestTimeoutError} when ECS does not answer; calling again is safe.
   */
  async retire(clone: CloneRef, options: CallOptions = {}): Promise<void> {
    const ecs = { ...this.#ecs, signal: parseCallOptions(options).signal };
    await retire(ecs, toAddress(clone, this.#settings, "retire"), this.#settings.baseFamily);
  }

  /** Parses the user, and decides where the clone goes. */
  #toOrder(value: unknown, { attempt }: Pick<CloneOptions, "attempt"> = {}): Order {
    const { baseFamily, cloneFamily } = this.#settings;
    const user = parseUser(value, this.#settings);
    const family = toCloneFamily(baseFamily, user.userId, cloneFamily);
    refuseImpossibleParts(user, this.#settings);
    return { user, family, attempt: attempt?.token };
  }

  /** The order of a clone's user, changed by a patch. */
  #toPatchedOrder(current: ExistingClone, patch: UserPatch, call?: RecloneOptions): Order {
    return { ...this.#toOrder(toPatchedUser(current, patch, this.#settings), call), readFrom: current };
  }

  async #readCloneAndBase(ecs: Ecs, address: CloneAddress, call: string): Promise<[ExistingClone, DescribedRevision]> {
    return await sideBySide(
      ecs.signal,
      () => requireClone(ecs, address, this.#settings.baseFamily, call),
      (signal) => this.#findBase({ ...ecs, signal }),
    );
  }

  async #findBase(ecs: Ecs): Promise<DescribedRevision> {
    return await findBase(ecs, this.#search, performance.now());
  }

  #toDraft(base: DescribedRevision, order: Order): Draft {
    const draft = toDraft(base, order, this.#settings, randomUUID());
    return { ...draft, warnings: [...draft.warnings, ...toUnknownMembersWarnings(base)].map(toMessage) };
  }

  async #provide<Current extends ExistingClone | undefined>(
    { signal, verify, ...call }: RecloneOptions,
    steps: Pick<ProvidingSteps<Current>, "readCurrent" | "isCurrentLatest" | "toOrder">,
  ): Promise<Clone> {
    // All the time since then counts as waiting for a base.
    const startedAt = performance.now();
    const ecs = { ...this.#ecs, signal };
    const { baseFamily, verify: verifier, unverified } = this.#settings;
    const gate = verify === false || verifier === undefined ? undefined : new Gate(ecs, { verifier, unverified });
    return await provideClone(ecs, {
      ...call,
      ...steps,
      gate,
      baseFamily,
      findBase: (ecs, onLook) => findBase(ecs, this.#search, startedAt, onLook),
      toDraft: (base, order) => this.#toDraft(base, order),
    });
  }
}
