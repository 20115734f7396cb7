import { membersOf } from "../unknown-value.ts";
import { listOf, textOf } from "./read-member.ts";

/** The platform that a task's images must have, in the words of image manifests. What is absent may be anything. */
export interface WantedPlatform {
  readonly os?: string;
  readonly architecture?: string;
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

/** The platform that a definition demands; Fargate's defaults fill the gaps. Elsewhere the host decides what is left open. */
export function toWantedPlatform(definition: Definition): WantedPlatform {
  const { cpuArchitecture, operatingSystemFamily } = membersOf(definition.runtimePlatform);
  const isFargate = isForFargate(definition);
  const named = textOf(cpuArchitecture);
  const architecture = named === undefined ? (isFargate ? "amd64" : undefined) : architectures.get(named);
  const family = textOf(operatingSystemFamily) ?? (isFargate ? "LINUX" : undefined);
  const os = family === undefined ? undefined : family.startsWith("WINDOWS") ? "windows" : family.toLowerCase();
  return { ...(os !== undefined && { os }), ...(architecture !== undefined && { architecture }) };
}
