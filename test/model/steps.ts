import fc from "fast-check";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import type { Fault } from "../../src/testing/index.ts";
import type { ContainerParts } from "../../src/user/parts/containers.ts";
import type { UserPatch, UserSpec } from "../../src/user/user.ts";
import { toSecretArn } from "../cast.ts";
import { fileSystemArn } from "../volume-bases.ts";

export const sizes = [
  { cpu: 512, memory: 1024 },
  { cpu: 1024, memory: 2048 },
  { cpu: 2048, memory: 4096 },
] as const;

export const userNumbers = [0, 1, 2] as const;

const storages = [{ sizeInGiB: 21 }, { sizeInGiB: 50 }, { sizeInGiB: 200 }] as const;

const toRole = (user: number, choice: number): string =>
  `arn:aws:iam::111122223333:role/tenants/${toMark(user)}-${choice}`;

/** Stands in everything that is the user's own, and nowhere else. */
export const toMark = (user: number): string => `mark${user}x`;
export const toAccessPoint = (user: number, choice: number): string => `fsap-aaaaaaa${user}${choice}`;
/** Contains what stands in the id. */
const toAccessPointArn = (user: number, choice: number): string =>
  `${fileSystemArn}/access-point/${toAccessPoint(user, choice)}bbbbbbbb`;
export const hush = "hush";

/** What of volumes the users of a world have: none, one of EFS, or one more of S3 Files. */
export type Volumes = "none" | "one" | "several";

/** What the cloner of a world is told. */
export interface Settings {
  readonly volumes: Volumes;
  /** Whether the limits of the user's container follow the user's size. */
  readonly containerLimits: "follow" | "keep";
  /** Whether `customize` puts what is in the user's `custom` on a label. */
  readonly isCustomized: boolean;
}

/** Puts what is in the user's `custom` on a label. */
export const customize: NonNullable<CloneRules["customize"]> = (input, { custom = "none" }) => ({
  ...input,
  containerDefinitions: input.containerDefinitions?.map((container) =>
    container.name === "openclaw"
      ? { ...container, dockerLabels: { ...container.dockerLabels, custom: JSON.stringify(custom) } }
      : container,
  ),
});

export const settings: fc.Arbitrary<Settings> = fc.record({
  volumes: fc.constantFrom<Volumes>("none", "one", "several"),
  containerLimits: fc.constantFrom("follow" as const, "keep" as const),
  isCustomized: fc.boolean(),
});

/** How the base of a variation holds its size: on the task, on the task next to limits, or on the container, where no user has a disk. */
type Shape = "task" | "limits" | "container";

function toKind(variation: number, volumes: Volumes): Shape {
  if (variation === 1) return "limits";
  return variation === 2 && volumes === "none" ? "container" : "task";
}

export function toShape(variation: number, volumes: Volumes) {
  const members = { cpu: undefined, memory: undefined, requiresCompatibilities: ["MANAGED_INSTANCES" as const] };
  return {
    task: { members: {}, limits: {} },
    limits: { members: {}, limits: { cpu: 400, memory: 1000 } },
    container: { members, limits: { cpu: 512, memory: 1024 } },
  }[toKind(variation, volumes)];
}

/** The sizes that a clone must have: of the task, and the container's CPU, memory and reservation. */
export function toSizes(variation: number, settings: Settings, size: UserSpec["size"]): unknown[] {
  const { volumes, containerLimits } = settings;
  const { cpu, memory } = size ?? sizes[0];
  const followed = containerLimits === "keep" ? sizes[0] : { cpu, memory };
  const more = { cpu: followed.cpu - sizes[0].cpu, memory: followed.memory - sizes[0].memory };
  const reservation = 256 + more.memory;
  return {
    task: [String(cpu), String(memory), 0, undefined, reservation],
    limits: [String(cpu), String(memory), 400 + more.cpu, 1000 + more.memory, reservation],
    container: [undefined, undefined, cpu, memory, reservation],
  }[toKind(variation, volumes)];
}

/** What changes a clone from whatever it is to what a user has: `null` for what the user has none of. */
export function toPatch({ userId: _, ...spec }: UserSpec): UserPatch {
  const none = { secrets: null, environment: null, unset: null, image: null };
  // Nothing of the container stays, and where the user has none of it, an empty object does.
  const containers = { "otel-collector": { ...none, ...spec.containers?.["otel-collector"] } };
  const others = { size: null, tags: null, ephemeralStorage: null, taskRoleArn: null, custom: null };
  return { ...none, ...others, ...spec, containers };
}

/** The user as read back from a clone, where names stand in order. */
export function toReadBack({ unset, ...spec }: UserSpec): UserSpec {
  return { ...spec, ...(unset && { unset: [...unset].sort() }) };
}

/** What of a user can be chosen, by small numbers. */
export interface Choices {
  readonly accessPoint: number;
  readonly secret: number | null;
  readonly variable: number | null;
  readonly size: number | null;
  readonly image: number | null;
  readonly tag: number | null;
  readonly storage: number | null;
  readonly role: number | null;
  readonly custom: number | null;
  readonly unset: number | null;
  readonly sidecar: number | null;
}

/** What users leave out: variables and secrets of the base, and what it lacks. */
const unsets = [["LOG_LEVEL"], ["TELEMETRY_KEY", "LOG_LEVEL"], ["NOT_THERE", "PROXY_URL"]] as const;

/** What is a user's own of the base's second container. */
function toSidecar(mark: string, choice: number): ContainerParts {
  const secrets = { OPENAI_API_KEY: toSecretArn(`${mark}-sidecar-${choice}`) };
  const environment = { MODE: `${hush}-${mark}-${choice}` };
  const all = { secrets, environment, unset: ["AWS_REGION"], image: `otel:${mark}-${choice}` };
  return [all, { secrets, unset: ["AWS_REGION", "OTHER"] }, { environment }][choice] ?? {};
}

function toAccessPoints(user: number, { accessPoint }: Choices, volumes: Volumes): Partial<UserSpec> {
  const workspace = toAccessPoint(user, accessPoint);
  if (volumes === "several") return { accessPoints: { workspace, data: toAccessPointArn(user, accessPoint) } };
  return volumes === "one" ? { accessPointId: workspace } : {};
}

export function toSpec(user: number, choices: Choices, volumes: Volumes): UserSpec & { readonly userId: string } {
  const mark = toMark(user);
  const { secret, variable, size, image, tag, unset, sidecar, storage, role, custom } = choices;
  return {
    userId: `user-${mark}`,
    ...toAccessPoints(user, choices, volumes),
    ...(secret !== null && { secrets: { OPENAI_API_KEY: toSecretArn(`${mark}-${secret}`) } }),
    ...(variable !== null && { environment: { CODEX_HOME: `${hush}-${mark}-${variable}` } }),
    ...(size !== null && { size: sizes[size] ?? sizes[0] }),
    ...(image !== null && { image: `openclaw:${mark}-${image}` }),
    ...(tag !== null && { tags: { plan: `${mark}-${tag}` } }),
    ...(unset !== null && { unset: unsets[unset] ?? unsets[0] }),
    ...(sidecar !== null && { containers: { "otel-collector": toSidecar(mark, sidecar) } }),
    ...(storage !== null && volumes !== "none" && { ephemeralStorage: storages[storage] ?? storages[0] }),
    ...(role !== null && { taskRoleArn: toRole(user, role) }),
    ...(custom !== null && { custom: { plan: `${mark}-${custom}`, list: [custom, null] } }),
  };
}

export type Step =
  | { readonly kind: "deploy"; readonly variation: number }
  | {
      readonly kind: "clone";
      readonly user: number;
      readonly choices: Choices;
      readonly withCurrent: boolean;
      readonly deployFails: boolean;
    }
  | {
      readonly kind: "reclone";
      readonly user: number;
      readonly choices: Partial<Choices>;
      readonly deployFails: boolean;
    }
  | { readonly kind: "resize"; readonly user: number; readonly size: number }
  | { readonly kind: "retire"; readonly user: number }
  | { readonly kind: "plan"; readonly user: number; readonly choices: Choices }
  | { readonly kind: "plan a reclone"; readonly user: number; readonly choices: Partial<Choices> }
  | { readonly kind: "inspect"; readonly user: number }
  | { readonly kind: "prune"; readonly keep: number }
  | { readonly kind: "all at once" };

const choice = fc.nat({ max: 2 });
const optional = fc.option(choice, { freq: 3 });
const user = fc.constantFrom(...userNumbers);
const everyChoice = {
  accessPoint: choice,
  secret: optional,
  variable: optional,
  size: optional,
  image: optional,
  tag: optional,
  storage: optional,
  role: optional,
  custom: optional,
  unset: optional,
  sidecar: optional,
};
const choices = fc.record(everyChoice);
const someChoices = fc.record(everyChoice, { requiredKeys: [] });
const seldom = fc.nat({ max: 4 }).map((number) => number === 0);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("deploy" as const), variation: choice }),
  fc.record({ kind: fc.constant("clone" as const), user, choices, withCurrent: fc.boolean(), deployFails: seldom }),
  fc.record({ kind: fc.constant("reclone" as const), user, choices: someChoices, deployFails: seldom }),
  fc.record({ kind: fc.constant("resize" as const), user, size: choice }),
  fc.record({ kind: fc.constant("retire" as const), user }),
  fc.record({ kind: fc.constant("plan" as const), user, choices }),
  fc.record({ kind: fc.constant("plan a reclone" as const), user, choices: someChoices }),
  fc.record({ kind: fc.constant("inspect" as const), user }),
  fc.record({ kind: fc.constant("prune" as const), keep: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: "all at once" as const }),
);

const operation = fc.constantFrom(
  "DescribeTaskDefinition" as const,
  // The one that must not be repeated blindly.
  "RegisterTaskDefinition" as const,
  "RegisterTaskDefinition" as const,
  "DeregisterTaskDefinition" as const,
  "ListTaskDefinitions" as const,
);
/** What goes wrong in a step. */
export const fault: fc.Arbitrary<Fault> = fc
  .record({
    scope: fc.record({ operation, skip: fc.nat({ max: 1 }), times: fc.integer({ min: 1, max: 3 }) }),
    failure: fc.constantFrom(
      { error: "ThrottlingException" },
      { error: "AccessDeniedException" },
      { error: "ServerException" },
      { reset: "before" as const },
      { reset: "after" as const },
      { hang: "before" as const },
      { hang: "after" as const },
      { unavailable: true as const },
      { delayMs: 3000, effect: "after" as const },
    ),
  })
  .map(({ scope, failure }) => ({ ...scope, ...failure }));

export const steps = fc.array(fc.record({ step, fault: fc.option(fault, { freq: 2 }) }), {
  minLength: 1,
  maxLength: 14,
});
