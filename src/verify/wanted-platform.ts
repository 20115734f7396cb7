import { membersOf } from "../unknown-value.ts";
import { listOf, textOf } from "./read-member.ts";

/** The platform that a task's images must have, in the words of image manifests. What is absent may be anything. */
export interface WantedPlatform {
  readonly os?: string;
  readonly architecture?: string;
  /** Whether the definition names a platform that is not known here, so that nothing can be compared with it. */
  readonly isUnclear?: true;
}

type Definition = Readonly<Record<string, unknown>>;

/** Whether a task definition is meant for Fargate. */
export const isForFargate = (definition: Definition): boolean =>
  listOf(definition.requiresCompatibilities).includes("FARGATE");

/** Whether a task definition runs Windows containers. */
export const isForWindows = (definition: Definition): boolean =>
  textOf(membersOf(definition.runtimePlatform).operatingSystemFamily)?.startsWith("WINDOWS") === true;

const architectures: ReadonlyMap<string, string> = new Map([
  ["X86_64", "amd64"],
  ["ARM64", "arm64"],
]);

const toOs = (family: string): string | undefined =>
  family.startsWith("WINDOWS_SERVER_") ? "windows" : family === "LINUX" ? "linux" : undefined;

/** Whether a definition can run on Fargate alone. */
const isForFargateAlone = (definition: Definition): boolean =>
  isForFargate(definition) && listOf(definition.requiresCompatibilities).length === 1;

/** The platform that a definition demands; Fargate's defaults fill the gaps. Elsewhere the host decides what is left open. */
export function toWantedPlatform(definition: Definition): WantedPlatform {
  const { cpuArchitecture, operatingSystemFamily } = membersOf(definition.runtimePlatform);
  const [defaultProcessor, defaultFamily] = isForFargateAlone(definition) ? ["X86_64", "LINUX"] : [];
  const processor = textOf(cpuArchitecture) ?? defaultProcessor;
  const family = textOf(operatingSystemFamily) ?? defaultFamily;
  const architecture = processor === undefined ? undefined : architectures.get(processor);
  const os = family === undefined ? undefined : toOs(family);
  if ((processor !== undefined && architecture === undefined) || (family !== undefined && os === undefined)) {
    return { isUnclear: true };
  }
  return { ...(os !== undefined && { os }), ...(architecture !== undefined && { architecture }) };
}
