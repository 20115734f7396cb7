import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { expect } from "vitest";
import { TaskDefClonerError } from "../../src/errors.ts";
import { type PruneOutcome, prune, type RecloneOutcome, recloneAll } from "../../src/fleet/index.ts";
import { renderPlan } from "../../src/plan/render-plan.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import type { Clone } from "../../src/results.ts";
import { type Fault, systemClock } from "../../src/testing/index.ts";
import type { ContainerParts } from "../../src/user/parts/containers.ts";
import { baseInput, named } from "../cast.ts";
import { inFakeTime } from "../fake-time.ts";
import { s3FilesVolume } from "../volume-bases.ts";
import { newWorld, registeredAs, type World } from "../world.ts";
import {
  type Choices,
  customize,
  hush,
  type Settings,
  type Step,
  sizes,
  toAccessPoint,
  toMark,
  toPatch,
  toReadBack,
  toShape,
  toSizes,
  toSpec,
  userNumbers,
} from "./steps.ts";

/** What the model knows of one user. */
interface Provisioned {
  choices: Choices;
  /** The user's present clone, as the caller has stored it. */
  arn: string;
  /** Which base it was cloned from. */
  variation: number;
}

class DeployError extends Error {}

/** A world, and what must be true of it. */
export class Model {
  readonly settings: Settings;
  readonly world: World;
  readonly users = new Map<number, Provisioned>();
  /** The owner of each revision that must be ACTIVE. */
  readonly active = new Map<string, number>();
  variation = -1;
  isLate = false;

  constructor(settings: Settings) {
    this.settings = settings;
    const { volumes, containerLimits, isCustomized } = settings;
    const volume = { none: false, one: undefined, several: ["workspace", "data"] } as const;
    this.world = newWorld(
      { clock: systemClock, latencyMs: 20 },
      {
        requestTimeoutMs: 1000,
        deadlineMs: 5000,
        volume: volume[volumes],
        containerLimits,
        ...(isCustomized && { customize }),
      },
    );
  }

  spec(user: number, choices: Choices) {
    return toSpec(user, choices, this.settings.volumes);
  }

  deploy(variation: number): void {
    this.variation = variation;
    const [openclaw, ...sidecars] = baseInput.containerDefinitions ?? [];
    const { volumes } = this.settings;
    const isSeveral = volumes === "several";
    const mountPoints = [...(openclaw?.mountPoints ?? []), { sourceVolume: "data", containerPath: "/data" }];
    const { members, limits } = toShape(variation, volumes);
    this.world.ecs.register({
      ...baseInput,
      ...members,
      volumes: [...baseInput.volumes, ...(isSeveral ? [s3FilesVolume("data")] : [])],
      // The label tells the variations apart also where a user has an image of their own.
      containerDefinitions: [
        {
          ...openclaw,
          ...limits,
          ...(isSeveral && { mountPoints }),
          image: `base:${variation}`,
          dockerLabels: { release: String(variation) },
        },
        ...sidecars,
      ],
    });
  }

  /** The caller's step; it fails where the model wants it to. */
  readonly failing = (): Promise<never> => Promise.reject(new DeployError("no capacity"));

  async run({ kind, ...given }: Step): Promise<void> {
    const one = { kind, ...given } as Step; // It is taken apart and put together.
    if (one.kind === "deploy") return this.deploy(one.variation);
    if (one.kind === "prune") return await this.prune(one.keep);
    if (one.kind === "all at once") return await this.allAtOnce();
    if (one.kind === "plan") return await this.plan(one.user, one.choices);
    const present = this.users.get(one.user);
    if (one.kind === "clone") {
      const current = one.withCurrent ? present?.arn : undefined;
      const options = { current, ...(one.deployFails && { deploy: this.failing }) };
      const isReused = current !== undefined && this.isUnchanged(one.user, one.choices);
      const cloning = this.world.cloner.clone(this.spec(one.user, one.choices), options);
      return await this.expectClone(one.user, one.choices, isReused, one.deployFails, cloning);
    }
    if (present === undefined) return;
    if (one.kind === "retire") return await this.retire(one.user, present);
    if (one.kind === "inspect") return await this.inspect(one.user, present);
    const changed =
      one.kind === "resize" ? { ...present.choices, size: one.size } : { ...present.choices, ...one.choices };
    if (one.kind === "plan a reclone") return await this.planReclone(one.user, present, changed);
    const isReused = this.isUnchanged(one.user, changed);
    if (one.kind === "resize") {
      const resizing = this.world.cloner.resize(present.arn, sizes[one.size] ?? sizes[0]);
      return await this.expectClone(one.user, changed, isReused, false, resizing);
    }
    const options = one.deployFails ? { deploy: this.failing } : {};
    const recloning = this.world.cloner.reclone(present.arn, toPatch(this.spec(one.user, changed)), options);
    await this.expectClone(one.user, changed, isReused, one.deployFails, recloning);
  }

  isUnchanged(number: number, next: Choices): boolean {
    const present = this.users.get(number);
    return (
      present !== undefined &&
      this.active.has(present.arn) &&
      present.variation === this.variation &&
      JSON.stringify(this.spec(number, present.choices)) === JSON.stringify(this.spec(number, next))
    );
  }

  /** Only what fails on the way may make a call fail. What is late ends well in the end, and is not seen by its outcome. */
  mayFail(): boolean {
    return this.isLate || this.world.ecs.calls.some(({ outcome }) => outcome !== "ok");
  }

  fail(fault: Fault): void {
    this.world.ecs.fail(fault);
    this.isLate ||= "delayMs" in fault;
  }

  async expectClone(
    number: number,
    next: Choices,
    isReused: boolean,
    deployFails: boolean,
    cloning: Promise<Clone>,
  ): Promise<void> {
    const outcome = await inFakeTime(Promise.allSettled([cloning]));
    const [settled] = outcome;
    await inFakeTime(systemClock.sleep(20_000));
    if (settled.status === "fulfilled") {
      const { arn, reused } = settled.value;
      expect(reused).toBe(isReused);
      expect(deployFails).toBe(false);
      if (reused) expect(arn).toBe(this.users.get(number)?.arn);
      else expect(this.active.has(arn)).toBe(false);
      this.active.set(arn, number);
      this.users.set(number, { choices: next, arn, variation: this.variation });
      return;
    }
    this.expectError(number, settled.reason);
    expect(settled.reason instanceof DeployError ? deployFails : this.mayFail()).toBe(true);
    // What may be left ACTIVE by a call that failed, the call told of.
    for (const event of this.world.events) {
      if (event.type === "undo-failed" && this.world.active().includes(event.arn)) this.active.set(event.arn, number);
    }
    if (settled.reason instanceof TaskDefClonerError && settled.reason.name === "OutcomeUnknownError") {
      const [extra] = this.world.active().filter((arn) => !this.active.has(arn));
      if (extra !== undefined) this.active.set(extra, number);
    }
  }

  expectError(number: number, error: unknown): void {
    expect(error).toBeInstanceOf(Error);
    const { message, ...members } = Object(error);
    this.expectNoLeak(number, `${String(message)} ${JSON.stringify(members)} ${String(Object(error).cause)}`);
  }

  async plan(number: number, next: Choices): Promise<void> {
    const plan = await this.read(number, this.world.cloner.plan(this.spec(number, next)));
    if (plan === undefined) return;
    this.expectNoLeak(number, JSON.stringify(plan));
    this.expectNoLeak(number, renderPlan(plan));
  }

  async planReclone(number: number, { arn }: Provisioned, changed: Choices): Promise<void> {
    const planning = this.world.cloner.planReclone(arn, toPatch(this.spec(number, changed)));
    const plan = await this.read(number, planning);
    if (plan === undefined) return;
    expect(plan.reused).toBe(this.isUnchanged(number, changed));
    if (plan.reused) expect(plan.changesFromCurrent).toStrictEqual([]);
    this.expectNoLeak(number, JSON.stringify(plan));
  }

  async inspect(number: number, { arn, choices, variation }: Provisioned): Promise<void> {
    const inspection = await this.read(number, this.world.cloner.inspect(arn));
    if (inspection === undefined) return;
    expect(inspection.isUpToDate).toBe(variation === this.variation);
    expect(inspection.user).toStrictEqual(toReadBack(this.spec(number, choices)));
    this.expectNoLeak(number, JSON.stringify(inspection));
  }

  /** What a call reads that changes nothing. `undefined` if it failed, as it may. */
  async read<Value>(number: number, reading: Promise<Value>): Promise<Value | undefined> {
    const [settled] = await inFakeTime(Promise.allSettled([reading]));
    if (settled.status === "fulfilled") return settled.value;
    this.expectError(number, settled.reason);
    expect(this.mayFail()).toBe(true);
    return undefined;
  }

  async retire(number: number, { arn }: Provisioned): Promise<void> {
    const [settled] = await inFakeTime(Promise.allSettled([this.world.cloner.retire(arn)]));
    await inFakeTime(systemClock.sleep(20_000));
    if (settled.status === "rejected") {
      this.expectError(number, settled.reason);
      expect(this.mayFail()).toBe(true);
      // It may have taken effect, and then calling again is no harm.
      if (this.world.active().includes(arn)) return;
    }
    this.active.delete(arn);
  }

  async prune(keep: number): Promise<void> {
    const inUse = new Set([...this.users.values()].map(({ arn }) => arn));
    const needless = userNumbers.flatMap((number) => {
      const own = [...this.active].flatMap(([arn, owner]) => (owner === number ? [arn] : []));
      const newestFirst = own.sort((one, other) => toRevision(other) - toRevision(one));
      return newestFirst.slice(keep).filter((arn) => !inUse.has(arn));
    });
    const outcomes: PruneOutcome[] = [];
    const pruning = async (): Promise<void> => {
      for await (const outcome of prune(this.world.cloner, { inUse, keep, dryRun: false, perSecond: 100 })) {
        outcomes.push(outcome);
      }
    };
    const [settled] = await inFakeTime(Promise.allSettled([pruning()]));
    await inFakeTime(systemClock.sleep(20_000));
    const done = outcomes.filter(({ action }) => action === "deregister");
    expect(needless).toStrictEqual(expect.arrayContaining(done.map(({ arn }) => arn)));
    if (!this.mayFail()) {
      expect(settled.status).toBe("fulfilled");
      expect(done).toHaveLength(needless.length);
    }
    for (const { arn, error } of done) {
      if (error === undefined || !this.world.active().includes(arn)) this.active.delete(arn);
    }
    // One that was under way when the loop ended is deregistered or not; no other is.
    if (settled.status === "rejected") {
      expect(this.mayFail()).toBe(true);
    }
  }

  async allAtOnce(): Promise<void> {
    const numbers = [...this.users.keys()];
    const outcomes: RecloneOutcome[] = [];
    const recloning = async (): Promise<void> => {
      const arns = [...this.users.values()].map(({ arn }) => arn);
      for await (const outcome of recloneAll(this.world.cloner, arns)) outcomes.push(outcome);
    };
    await inFakeTime(recloning());
    await inFakeTime(systemClock.sleep(20_000));
    expect(outcomes).toHaveLength(numbers.length);
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") {
        const number = numbers[outcome.index] ?? 0;
        const present = this.users.get(number);
        if (present === undefined) throw new Error("there is no such user");
        this.active.set(outcome.value.arn, number);
        this.users.set(number, { ...present, arn: outcome.value.arn, variation: this.variation });
        continue;
      }
      expect(this.mayFail()).toBe(true);
      const { reason } = outcome;
      if (!(reason instanceof TaskDefClonerError) || reason.name !== "OutcomeUnknownError") continue;
      const owner = userNumbers.find((number) => "userId" in reason && reason.userId === `user-${toMark(number)}`) ?? 0;
      const extra = this.world
        .active()
        .find((arn) => !this.active.has(arn) && JSON.stringify(registeredAs(this.world, arn)).includes(toMark(owner)));
      if (extra !== undefined) this.active.set(extra, owner);
    }
  }

  /** Nothing of another user's, and nobody's variables. */
  expectNoLeak(number: number | undefined, text: string): void {
    expect(text).not.toContain(hush);
    this.expectNothingOfOthers(number, text);
  }

  expectNothingOfOthers(number: number | undefined, text: string): void {
    for (const other of userNumbers) {
      if (other === number) continue;
      expect(text).not.toContain(toMark(other));
      expect(text).not.toContain(toAccessPoint(other, 0).slice(0, -1));
    }
  }

  check(): void {
    expect([...this.world.active()].sort()).toStrictEqual([...this.active.keys()].sort());
    for (const [arn, owner] of this.active)
      this.expectNothingOfOthers(owner, JSON.stringify(registeredAs(this.world, arn)));
    for (const event of this.world.events) {
      const owner = userNumbers.find((number) => "userId" in event && event.userId === `user-${toMark(number)}`);
      this.expectNoLeak(owner, JSON.stringify(event));
    }
    for (const [number, provisioned] of this.users) this.checkContent(number, provisioned);
  }

  /** What the user's clone must hold. */
  checkContent(number: number, { choices: chosen, arn, variation }: Provisioned): void {
    const spec = this.spec(number, chosen);
    const {
      containerDefinitions,
      volumes,
      tags = [],
      cpu,
      memory,
      ephemeralStorage,
      taskRoleArn,
    } = registeredAs(this.world, arn);
    const container = named(containerDefinitions, "openclaw");
    const [workspace, data] = ["workspace", "data"].map((name) => volumes?.find((volume) => volume.name === name));
    const find = <Entry extends { name?: string | undefined }>(entries: Entry[] | undefined, name: string) =>
      entries?.filter((entry) => entry.name === name);
    expect({
      workspace: workspace?.efsVolumeConfiguration?.authorizationConfig?.accessPointId,
      data: data?.s3filesVolumeConfiguration?.accessPointArn,
      secret: find(container.secrets, "OPENAI_API_KEY"),
      variable: find(container.environment, "CODEX_HOME"),
      image: container.image,
      size: [cpu, memory, container.cpu, container.memory, container.memoryReservation],
      ephemeralStorage,
      taskRoleArn,
      custom: JSON.parse(container.dockerLabels?.[provenanceLabel] ?? "").own.custom,
      label: container.dockerLabels?.custom && JSON.parse(container.dockerLabels.custom),
      plan: tags.filter(({ key }) => key === "plan").map(({ value }) => value),
      names: toNames(container),
      sidecar: toComparable(named(containerDefinitions, "otel-collector")),
    }).toStrictEqual({
      workspace: spec.accessPointId ?? spec.accessPoints?.workspace,
      data: spec.accessPoints?.data,
      secret: [
        spec.secrets
          ? { name: "OPENAI_API_KEY", valueFrom: spec.secrets.OPENAI_API_KEY }
          : find(baseInput.containerDefinitions?.[0]?.secrets, "OPENAI_API_KEY")?.[0],
      ],
      variable: [{ name: "CODEX_HOME", value: spec.environment?.CODEX_HOME ?? "/home/node/.codex-default" }],
      image: spec.image ?? `base:${variation}`,
      size: toSizes(variation, this.settings, spec.size),
      ephemeralStorage: spec.ephemeralStorage ?? baseInput.ephemeralStorage,
      taskRoleArn: spec.taskRoleArn ?? baseInput.taskRoleArn,
      custom: spec.custom,
      label: this.settings.isCustomized ? (spec.custom ?? "none") : undefined,
      plan: spec.tags ? [spec.tags.plan] : [],
      names: toNames(named(baseInput.containerDefinitions, "openclaw"), spec.unset),
      sidecar: toExpected(named(baseInput.containerDefinitions, "otel-collector"), spec.containers?.["otel-collector"]),
    });
  }
}

/** The names of a container's variables and secrets, less some. */
const toNames = ({ environment = [], secrets = [] }: ContainerDefinition, unset: readonly string[] = []) =>
  [...environment, ...secrets]
    .map(({ name = "" }) => name)
    .filter((name) => !unset.includes(name))
    .sort();

const toComparable = ({ image, environment, secrets }: ContainerDefinition) => ({
  image,
  environment: environment?.map(({ name, value }) => `${name}=${value}`).sort(),
  secrets: secrets?.map(({ name, valueFrom }) => `${name}=${valueFrom}`).sort(),
});

/** What the base's second container becomes: in the model, users only replace its secret, and add a variable. */
function toExpected(sidecar: ContainerDefinition, own: ContainerParts = {}) {
  const kept = sidecar.environment?.filter(({ name = "" }) => !own.unset?.includes(name)) ?? [];
  const added = Object.entries(own.environment ?? {}).map(([name, value]) => ({ name, value }));
  const secrets = sidecar.secrets?.map(({ name = "", valueFrom }) => ({
    name,
    valueFrom: own.secrets?.[name] ?? valueFrom,
  }));
  return toComparable({ image: own.image ?? sidecar.image, environment: [...kept, ...added], secrets });
}

const toRevision = (arn: string): number => Number(arn.split(":").at(-1));
