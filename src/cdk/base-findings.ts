import { mayBeClone, toMayBeCloneMessage } from "../base/judge-base.ts";
import type { CloneRules } from "../derivation/clone-rules.ts";
import { deriveClone } from "../derivation/derive-clone.ts";
import { TaskDefClonerError } from "../errors.ts";
import type { RegisterInput } from "../task-definition.ts";
import { toSizeWarnings } from "../user/parts/size.ts";
import type { Target } from "../user/target.ts";

/** The cloner's options that say what a base has to fit. Give them the values that the cloner has. */
export interface BaseRules extends Pick<CloneRules, "container" | "size" | "fargateMemory"> {
  /** Name of the user's volume, or `false` if users have no volume of their own. @default the only EFS volume */
  readonly volume?: string | false | undefined;
}

/** Something about a base that keeps users from being cloned, or that they may not want. */
export interface Finding {
  /** `unfit`: no user can be cloned. */
  readonly kind: "unfit" | "access-point" | "container-size" | "volume";
  readonly message: string;
}

/** Any user: what is found with this one does not depend on the user. */
const anyUser = { userId: "any", accessPointId: "fsap-00000000000000000" };

/** What would be wrong with cloning a base: the library's own rules, applied to any user. */
export function toFindings(base: RegisterInput, rules: BaseRules = {}): Finding[] {
  try {
    return rules.volume === false ? toFindingsWithoutVolume(base, rules) : toFindingsOf(base, rules, rules.volume);
  } catch (error) {
    if (error instanceof TaskDefClonerError) return [{ kind: "unfit", message: error.message }];
    throw error;
  }
}

function toFindingsOf(base: RegisterInput, rules: BaseRules, volume: string | undefined): Finding[] {
  const { target, warnings } = deriveClone({ taskDefinition: base }, anyUser, { ...rules, volume });
  return [
    ...toAccessPointFindings(base, volume),
    ...warnings.map((message) => ({ kind: "volume" as const, message })),
    ...toSizeFindings(base, target),
  ];
}

/** If users have no volume of their own, one that fits stands in for it. */
function toFindingsWithoutVolume(base: RegisterInput, rules: BaseRules): Finding[] {
  const name = "none";
  const mount = { sourceVolume: name, containerPath: "/none" };
  const withVolume: RegisterInput = {
    ...base,
    containerDefinitions: base.containerDefinitions?.map((container) => ({ ...container, mountPoints: [mount] })),
    volumes: [{ name, efsVolumeConfiguration: { fileSystemId: "fs-00000000" } }],
  };
  return toFindingsOf(withVolume, rules, name);
}

/** The cloner takes such a base for a clone from before it, unless its option `isBase` says otherwise. */
function toAccessPointFindings(taskDefinition: RegisterInput, volume: string | undefined): Finding[] {
  if (!mayBeClone({ taskDefinition, tags: [] }, undefined, volume)) return [];
  return [
    { kind: "access-point", message: toMayBeCloneMessage(String(taskDefinition.family), taskDefinition, volume) },
  ];
}

/** What a user with twice the base's size would miss. */
function toSizeFindings(base: RegisterInput, target: Target): Finding[] {
  const size = { cpu: 2 * Number(base.cpu), memory: 2 * Number(base.memory) };
  if (!(Number.isInteger(size.cpu) && Number.isInteger(size.memory) && size.cpu > 0 && size.memory > 0)) return [];
  return toSizeWarnings(base, target, size).map((warning) => ({
    kind: "container-size",
    message: `For a user with ${size.cpu} CPU units and ${size.memory} MiB: ${warning}`,
  }));
}
