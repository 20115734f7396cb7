import type { Volume } from "@aws-sdk/client-ecs";
import { expect } from "vitest";
import { familyPerUser } from "../../src/derivation/family-per-user.ts";
import { prune } from "../../src/fleet/index.ts";
import { readRecord } from "../../src/record/record.ts";
import type { Clone } from "../../src/results.ts";
import type { TaskDefCloner } from "../../src/task-def-cloner.ts";
import { type Fault, systemClock } from "../../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, named } from "../cast.ts";
import { inFakeTime } from "../fake-time.ts";
import { newWorld, type World } from "../world.ts";
import { type Ask, type AttemptStep, type UserId, userIds } from "./attempt-steps.ts";

/** Another copy of the library, which shares nothing with this one: another process. */
export interface OtherProcess {
  readonly TaskDefCloner: typeof TaskDefCloner;
}

/** A clone, as it was registered. */
interface Known {
  readonly arn: string;
  readonly family: string;
  readonly isActive: boolean;
  readonly userId: string;
  readonly attempt: string | undefined;
  /** The base's variation, and what the user asked for. */
  readonly content: string;
}

/** A call that is over. */
interface Asked {
  readonly ask: Ask;
  readonly token: string | undefined;
  /** Whether the call looked for earlier attempts. */
  readonly looks: boolean;
  /** What the call took for the current clone. */
  readonly current: Known | undefined;
  readonly deployed: readonly string[];
  readonly outcome: PromiseSettledResult<Clone>;
}

class StepError extends Error {}
class GivenUp extends Error {}

const toToken = ({ userId, request }: Ask): string | undefined =>
  request === null ? undefined : `${userIds.indexOf(userId)}:${request}`;

/** A world of attempts, with one family or one per user, and what must be true of it. */
export class AttemptModel {
  readonly world: World;
  readonly #isOwn: boolean;
  readonly #cloners: readonly [TaskDefCloner, TaskDefCloner];
  readonly #strangers: readonly string[];
  /** What each user has stored: the clone of the last call that succeeded. */
  readonly #stored = new Map<UserId, string>();
  /** The last call of each attempt. */
  readonly #asked = new Map<string, Ask>();
  /** The attempts that ran in two processes at once, each of which may have registered a clone. */
  readonly #raced = new Set<string>();
  /** The variations of the base since the step began. */
  #variations: number[] = [];
  #isLate = false;
  /** Whether a call of the last step failed. */
  #hasFailed = false;

  constructor(isOwn: boolean, other: OtherProcess) {
    this.#isOwn = isOwn;
    const options = { requestTimeoutMs: 1000, deadlineMs: 5000, ...(isOwn && { cloneFamily: familyPerUser }) };
    this.world = newWorld({ clock: systemClock, latencyMs: 20, concurrentRevisionError: true }, options);
    const { ecs, events, cloner } = this.world;
    const common = { client: ecs.client(), baseFamily, container: "openclaw", ...options };
    this.#cloners = [cloner, new other.TaskDefCloner({ ...common, onEvent: (event) => events.push(event) })];
    const families = [this.#toFamily("ana"), `${baseFamily}-user-service`];
    this.#strangers = families.map((family) => ecs.register({ ...baseInput, family }));
    this.#deploy(0);
  }

  fail(fault: Fault): void {
    this.world.ecs.fail(fault);
    this.#isLate ||= "delayMs" in fault;
  }

  async run(step: AttemptStep): Promise<void> {
    this.world.ecs.clearCalls();
    this.world.events.length = 0;
    this.#variations = this.#variations.slice(-1);
    if (step.kind === "deploy") this.#deploy(step.variation);
    else if (step.kind === "prune") await this.#prune();
    else await this.#askAll(step.asks);
    const active = this.world.ecs.revisions().filter(({ status }) => status === "ACTIVE");
    expect(active.map(({ arn }) => arn)).toStrictEqual(expect.arrayContaining([...this.#strangers]));
    for (const { userId, family } of this.#clones()) expect(family).toBe(this.#toFamily(userId));
  }

  /** Repeats every attempt until nothing fails: whatever had happened, one clone of it stays, and the step ran with it. */
  async finish(): Promise<void> {
    for (const [token, last] of this.#asked) {
      const ask = { ...last, kind: "clone", withCurrent: false, step: "works", abortAfterMs: null } as const;
      let undisturbed = 0;
      for (let tries = 0; undisturbed < 2; tries += 1) {
        expect(tries).toBeLessThan(60);
        await this.run({ kind: "ask", asks: [ask] });
        undisturbed = this.#isDisturbed() ? 0 : undisturbed + 1;
      }
      expect(this.world.count("RegisterTaskDefinition")).toBe(0);
      const left = this.#active().filter(({ attempt }) => attempt === token);
      expect(new Set(left.map(({ content }) => content)).size).toBe(1);
      if (!this.#raced.has(token)) expect(left).toHaveLength(1);
    }
  }

  #toFamily(userId: string): string {
    return this.#isOwn ? familyPerUser(userId, baseFamily) : cloneFamily;
  }

  #deploy(variation: number): void {
    this.#variations.push(variation);
    const [container, ...sidecars] = baseInput.containerDefinitions ?? [];
    const containerDefinitions = [{ ...container, image: `base:${variation}` }, ...sidecars];
    this.world.ecs.register({ ...baseInput, containerDefinitions });
  }

  /** Only what fails on the way may make a call fail. What is late ends well in the end, and is not seen by its outcome. */
  #mayFail(): boolean {
    return this.#isLate || this.world.ecs.calls.some(({ outcome }) => outcome !== "ok");
  }

  #isDisturbed(): boolean {
    return this.#hasFailed || this.world.ecs.calls.some(({ outcome }) => outcome !== "ok");
  }

  /** All clones, oldest first. */
  #clones(): readonly Known[] {
    return this.world.ecs.revisions().flatMap(({ arn, family, status, registered }) => {
      const { containerDefinitions = [] } = registered;
      const reading = readRecord({ containerDefinitions });
      if (reading.kind !== "record") return [];
      const { userId, attempt } = reading.record;
      const { image, environment } = named(containerDefinitions, "openclaw");
      const content = `${image} ${named(environment, "MODE").value} ${registered.volumes?.map(toAccessPointOf).join("")}`;
      return [{ arn, family, isActive: status === "ACTIVE", userId, attempt, content }];
    });
  }

  #active(): readonly Known[] {
    return this.#clones().filter(({ isActive }) => isActive);
  }

  /** What may be asked for, with each base that was there meanwhile. */
  #wanted({ userId, content }: Ask): readonly string[] {
    return this.#variations.map((variation) => `base:${variation} ${content} ${toAccessPoint(userId)}`);
  }

  async #askAll(asks: readonly Ask[]): Promise<void> {
    const before = this.#clones();
    const asking = asks.map((ask) => this.#ask(ask, before));
    for (const { userId, request, process } of asks) {
      const isRaced = asks.some((one) => one.userId === userId && one.request === request && one.process !== process);
      const token = `${userIds.indexOf(userId)}:${request}`;
      if (isRaced) this.#raced.add(token);
    }
    const asked = await inFakeTime(Promise.all(asking));
    this.#hasFailed = asked.some(({ outcome }) => outcome.status === "rejected");
    await inFakeTime(systemClock.sleep(20_000));
    for (const { ask, outcome } of asked) {
      if (outcome.status === "fulfilled") this.#stored.set(ask.userId, outcome.value.arn);
    }
    this.#expectNothingTaken(before, asked);
    this.#expectRegistered(before, asked);
    for (const one of asked) {
      if (one.outcome.status === "fulfilled") this.#expectClone(one, asked, one.outcome.value);
      else this.#expectError(one, one.outcome.reason);
    }
    const [only, ...others] = asked;
    if (only !== undefined && others.length === 0) this.#expectAlone(before, only);
  }

  async #ask(ask: Ask, before: readonly Known[]): Promise<Asked> {
    const { userId, content, kind, withCurrent, process, step, abortAfterMs } = ask;
    const token = toToken(ask);
    const looks = token !== undefined && this.#asked.has(token);
    if (token !== undefined) this.#asked.set(token, ask);
    const controller = new AbortController();
    if (abortAfterMs !== null) setTimeout(() => controller.abort(new GivenUp()), abortAfterMs);
    const deployed: string[] = [];
    const deploy = ({ arn }: Clone): void => {
      deployed.push(arn);
      if (step === "fails") throw new StepError();
      if (step === "sees a new base") this.#deploy(1 - (this.#variations.at(-1) ?? 0));
    };
    const attempt = token === undefined ? undefined : { token, since: looks ? new Date(0) : undefined };
    const options = { deploy, attempt, signal: controller.signal };
    const environment = { MODE: String(content) };
    const cloner = this.#cloners[process];
    const stored = this.#stored.get(userId);
    const isLatest = this.#isOwn && withCurrent;
    const latest = before.findLast((clone) => clone.userId === userId && clone.isActive);
    const named = before.find(({ arn }) => arn === stored);
    const run = (): Promise<Clone> => {
      if (kind === "reclone" && stored !== undefined) {
        return cloner.reclone(isLatest ? { userId } : stored, { environment }, options);
      }
      const current = withCurrent ? (isLatest ? "latest" : stored) : undefined;
      return cloner.clone({ userId, accessPointId: toAccessPoint(userId), environment }, { ...options, current });
    };
    const hasCurrent = withCurrent || (kind === "reclone" && stored !== undefined);
    const current = hasCurrent ? (isLatest ? latest : named) : undefined;
    const [outcome] = await Promise.allSettled([run()]);
    return { ask, token, looks, current, deployed, outcome };
  }

  /** What was ACTIVE goes only if a later attempt of the same name has replaced it, and succeeded. */
  #expectNothingTaken(before: readonly Known[], asked: readonly Asked[]): void {
    const active = new Set(this.#active().map(({ arn }) => arn));
    for (const clone of before) {
      if (clone.isActive && !active.has(clone.arn)) expect(this.#isReplaced(clone, asked)).toBe(true);
    }
  }

  #isReplaced({ attempt, content }: Known, asked: readonly Asked[]): boolean {
    return asked.some(
      ({ token, ask, outcome }) =>
        token !== undefined &&
        token === attempt &&
        outcome.status === "fulfilled" &&
        this.#wanted(ask).some((wanted) => wanted !== content),
    );
  }

  /** Each call registers one clone at most, and what it leaves ACTIVE is told. */
  #expectRegistered(before: readonly Known[], asked: readonly Asked[]): void {
    const known = new Set(before.map(({ arn }) => arn));
    const registered = this.#clones().filter(({ arn }) => !known.has(arn));
    for (const clone of registered) {
      const askers = asked.filter(({ ask, token }) => ask.userId === clone.userId && token === clone.attempt);
      expect(askers.flatMap(({ ask }) => this.#wanted(ask))).toContain(clone.content);
      expect(
        registered.filter((one) => one.attempt === clone.attempt && one.userId === clone.userId).length,
      ).toBeLessThanOrEqual(askers.length);
      if (clone.attempt !== undefined) {
        if (!clone.isActive) expect(this.#isReplaced(clone, asked)).toBe(true);
        const isSame = new Set(askers.flatMap(({ ask }) => this.#wanted(ask))).size === 1;
        const others = registered.filter(({ attempt }) => attempt === clone.attempt);
        if (isSame && !this.#raced.has(clone.attempt)) expect(others).toHaveLength(1);
      } else if (clone.isActive) {
        const isReturned = asked.some(
          ({ outcome }) => outcome.status === "fulfilled" && outcome.value.arn === clone.arn,
        );
        const isTold = this.world.events.some(
          (event) => ["kept", "undo-failed"].includes(event.type) && "arn" in event && event.arn === clone.arn,
        );
        const isUnknown = askers.some(
          ({ outcome }) => outcome.status === "rejected" && nameOf(outcome.reason) === "OutcomeUnknownError",
        );
        expect(isReturned || isTold || isUnknown).toBe(true);
      }
    }
  }

  #expectClone({ ask, deployed }: Asked, asked: readonly Asked[], clone: Clone): void {
    expect(ask.step).not.toBe("fails");
    expect(deployed).toStrictEqual([clone.arn]);
    const known = this.#clones().find(({ arn }) => arn === clone.arn);
    if (known === undefined) throw new Error(`there is no ${clone.arn}`);
    expect(known).toMatchObject({ userId: ask.userId, family: clone.family });
    expect(this.#wanted(ask)).toContain(known.content);
    const isShared = asked.length > 1 && (known.attempt === undefined || this.#isReplaced(known, asked));
    if (!isShared) expect(known.isActive).toBe(true);
  }

  #expectError({ ask, deployed, token }: Asked, error: unknown): void {
    if (error instanceof StepError) expect(ask.step).toBe("fails");
    else if (error instanceof GivenUp) expect(ask.abortAfterMs).not.toBeNull();
    else if (nameOf(error) === "NotACloneError")
      expect(this.#isOwn && ask.kind === "reclone" && ask.withCurrent).toBe(true);
    else expect({ error, mayFail: this.#mayFail() }).toMatchObject({ mayFail: true });
    if (token === undefined) return;
    const active = this.#active().map(({ arn }) => arn);
    for (const arn of deployed)
      if (this.#clones().some((one) => one.arn === arn && one.attempt === token)) expect(active).toContain(arn);
  }

  /** A call that was alone. */
  #expectAlone(before: readonly Known[], { ask, token, looks, current, outcome, deployed }: Asked): void {
    const [wanted] = this.#wanted(ask);
    const earlier = before.filter((one) => looks && one.isActive && one.attempt === token);
    const matches = earlier.filter(({ content }) => content === wanted);
    const isSame = current?.isActive === true && current.content === wanted;
    const registered = this.#clones().length - before.length;
    if (outcome.status === "rejected") {
      expect(matches.length + registered).toBeLessThanOrEqual(Math.max(1, matches.length));
      const [kept] = deployed;
      const isKept = this.world.events.some((event) => event.type === "kept" && event.arn === kept);
      if (kept !== undefined && token !== undefined) expect(isKept).toBe(matches.length > 0 || !isSame);
      return;
    }
    const { arn, reused, resumed } = outcome.value;
    expect({ reused, resumed }).toStrictEqual({ resumed: matches.length > 0, reused: matches.length === 0 && isSame });
    expect(registered).toBe(reused || resumed ? 0 : 1);
    if (resumed) expect(matches.map((one) => one.arn)).toContain(arn);
    if (reused) expect(arn).toBe(current?.arn);
    const told = this.world.events.flatMap((event) => (event.type === "undo-failed" ? [event.arn] : []));
    const active = this.#active().map((one) => one.arn);
    for (const one of earlier) {
      if (one.content === wanted || one.arn === current?.arn || told.includes(one.arn)) continue;
      expect(active).not.toContain(one.arn);
    }
  }

  /** Each user's newest clone stays, and what is stored. */
  async #prune(): Promise<void> {
    const before = this.#active();
    const inUse = [...this.#stored.values()];
    const run = prune(this.world.cloner, { inUse, keep: 1, dryRun: false, perSecond: 100 });
    const [settled] = await inFakeTime(Promise.allSettled([run.complete()]));
    await inFakeTime(systemClock.sleep(20_000));
    const active = this.#active().map(({ arn }) => arn);
    const newest = userIds.flatMap((userId) => before.findLast((one) => one.userId === userId)?.arn ?? []);
    const needed = before.filter(({ arn }) => newest.includes(arn) || inUse.includes(arn)).map(({ arn }) => arn);
    if (this.#mayFail()) expect(active).toStrictEqual(expect.arrayContaining(needed));
    else expect({ status: settled.status, active }).toStrictEqual({ status: "fulfilled", active: needed });
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

const toAccessPoint = (userId: UserId): string => `fsap-${String(userIds.indexOf(userId) + 1).padStart(17, "0")}`;

const toAccessPointOf = ({ efsVolumeConfiguration }: Volume): string =>
  efsVolumeConfiguration?.authorizationConfig?.accessPointId ?? "";
