import { mayBeClone, toMayBeCloneMessage } from "../base/judge-base.ts";
import type { CloneRules } from "../derivation/clone-rules.ts";
import { deriveClone } from "../derivation/derive-clone.ts";
import { TaskDefClonerError } from "../errors.ts";
import type { RegisterInput } from "../task-definition.ts";
import { toSizeWarnings } from "../user/parts/size.ts";
import { type Target, toTarget } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";
import type { VolumeNames } from "../user/volumes.ts";

/** The cloner's options that say what a base has to fit. Give them the values that the cloner has. */
export type BaseRules = Pick<
  CloneRules,
  "container" | "volume" | "shared" | "size" | "containerLimits" | "fargateMemory"
>;

/** Something about a base that keeps users from being cloned, or that they may not want. */
export interface Finding {
  /** `unfit`: no user can be cloned. */
  readonly kind: "unfit" | "access-point" | "container-size" | "volume";
  readonly message: string;
}

/** What would be wrong with cloning a base: the library's own rules, applied to any user. */
export function toFindings(base: RegisterInput, rules: BaseRules = {}): Finding[] {
  try {
    const { volumes } = toTarget(base, String(base.family), { container: rules.container, ...toVolumeRules(rules) });
    const { target, warnings } = deriveClone({ taskDefinition: base }, toAnyUser(base, volumes), rules);
    return [
      ...toAccessPointFindings(base, toVolumeRules(rules)),
      ...warnings.map((message) => ({ kind: "volume" as const, message })),
      ...toSizeFindings(base, target, rules.containerLimits),
    ];
  } catch (error) {
    if (error instanceof TaskDefClonerError) return [{ kind: "unfit", message: error.message }];
    throw error;
  }
}

const toVolumeRules = ({ volume, shared }: BaseRules): VolumeNames => ({ volume, shared });

/** What is found with this user does not depend on who it is. */
function toAnyUser({ volumes = [] }: RegisterInput, names: readonly string[]): UserSpec {
  const id = "fsap-00000000000000000";
  const points = names.map((name) => {
    const s3files = volumes.find((volume) => volume.name === name)?.s3filesVolumeConfiguration;
    return [name, s3files ? `${s3files.fileSystemArn}/access-point/${id}` : id];
  });
  return { userId: "any", ...(points.length > 0 && { accessPoints: Object.fromEntries(points) }) };
}

/** The cloner takes such a base for a clone from before it, unless its option `isBase` says otherwise. */
function toAccessPointFindings(taskDefinition: RegisterInput, names: VolumeNames): Finding[] {
  if (!mayBeClone({ taskDefinition, tags: [] }, undefined, names)) return [];
  return [{ kind: "access-point", message: toMayBeCloneMessage(String(taskDefinition.family), taskDefinition, names) }];
}

/** What a user with twice the base's size would miss. */
function toSizeFindings(base: RegisterInput, target: Target, limits: BaseRules["containerLimits"]): Finding[] {
  const size = { cpu: 2 * Number(base.cpu), memory: 2 * Number(base.memory) };
  if (!(Number.isInteger(size.cpu) && Number.isInteger(size.memory) && size.cpu > 0 && size.memory > 0)) return [];
  return toSizeWarnings(base, target, size, limits).map((warning) => ({
    kind: "container-size",
    message: `For a user with ${size.cpu} CPU units and ${size.memory} MiB: ${warning}`,
  }));
}
