import { UnfitBaseError } from "../errors.ts";
import { membersOf } from "../unknown-value.ts";

/** Members of a base that the installed SDK does not know. It drops them without a word, in both directions. */
export interface UnknownMembers {
  /** Paths of those that go into the clone as ECS sent them. */
  readonly carried: readonly string[];
  /** Top-level ones: they cannot be told from what only a describe has, so they are never sent. */
  readonly left: readonly string[];
  /** Why it could not be looked for them, where it could not. */
  readonly unchecked?: string;
  /** The version of the SDK, where the request said it. */
  readonly sdkVersion?: string | undefined;
}

/** None, or none that could be looked for. */
export const noUnknownMembers: UnknownMembers = { carried: [], left: [] };

/** A task definition as a describe gives it, and its tags. */
interface Description {
  readonly taskDefinition?: object | undefined;
  readonly tags?: readonly object[] | undefined;
}

/**
 * Puts back what the SDK dropped of a description, in what the SDK made of it. The members of the task definition itself are left: what only a describe
 * has is among them.
 */
export function restoreUnknownMembers(
  source: { readonly taskDefinition?: unknown; readonly tags?: unknown },
  { taskDefinition = {}, tags }: Description,
): Pick<UnknownMembers, "carried" | "left"> {
  const members = membersOf(source.taskDefinition);
  const left = Object.keys(members).filter((member) => isDropped(members, taskDefinition, member));
  const known = Object.fromEntries(Object.keys(taskDefinition).map((member) => [member, members[member]]));
  return {
    carried: [...restoreDropped(known, taskDefinition), ...restoreDropped({ tags: source.tags }, { tags })],
    left,
  };
}

/**
 * Gives the target every member that the source has and it lacks, at every depth, and returns the paths of those. They travel with the objects
 * that hold them: what a transform copies keeps them, and what it removes is gone.
 */
export function restoreDropped(source: unknown, target: unknown): string[] {
  return restore(source, target).map(toPathText);
}

/** Returns each path innermost step first: paths are built on the way out, since nearly always there are none. */
function restore(source: unknown, target: unknown): Path[] {
  if (typeof source !== "object" || source === null || typeof target !== "object" || target === null) return none;
  if (Array.isArray(source)) return Array.isArray(target) ? restoreElements(source, target) : none;
  // A union member that the SDK does not know is the one thing that it keeps, in a wrapping of its own.
  if ("$unknown" in target || "$unknown" in source) return none;
  let restored = none;
  for (const member of Object.keys(source)) {
    const value = membersOf(source)[member];
    if (isDropped(source, target, member)) {
      Object.assign(target, { [member]: value });
      restored = [...restored, [`.${member}`]];
    } else if (typeof value === "object") {
      restored = withStep(restored, restore(value, membersOf(target)[member]), `.${member}`);
    }
  }
  return restored;
}

type Path = readonly string[];

const none: Path[] = [];

const withStep = (restored: Path[], inner: readonly Path[], step: string): Path[] =>
  inner.length === 0 ? restored : [...restored, ...inner.map((path) => [...path, step])];

function restoreElements(source: readonly unknown[], target: readonly unknown[]): Path[] {
  // The SDK keeps the nulls of a list that it reads, and drops those of one that it sends.
  const [sources, targets] = source.length === target.length ? [source, target] : [source.filter(isPresent), target];
  let restored = none;
  for (const [index, element] of sources.entries()) {
    restored = withStep(
      restored,
      restore(element, targets[index]),
      `[${membersOf(element).name ?? membersOf(element).key ?? index}]`,
    );
  }
  return restored;
}

const toPathText = (path: Path): string => path.toReversed().join("").replace(/^\./, "");

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** The SDK leaves out what is null, on purpose. */
const isDropped = (source: object, target: object, member: string): boolean =>
  !Object.hasOwn(target, member) && isPresent(membersOf(source)[member]);

const toSdkName = (version: string | undefined): string => `@aws-sdk/client-ecs ${version ?? "as installed"}`;

/** What to tell somebody whose clone lacks members of its base. */
export function toLeftWarnings({ left, sdkVersion }: UnknownMembers, base: string): string[] {
  if (left.length === 0) return [];
  return [
    `Base ${base} holds members that ${toSdkName(sdkVersion)} does not know, and which are not in the clone: ${left.join(", ")}. ` +
      "Where ECS registers them, update the SDK.",
  ];
}

/**
 * Refuses a base that holds members which the SDK does not know, or which could not be looked through for them.
 *
 * @throws {@link UnfitBaseError}
 */
export function refuseUnknownMembers({ carried, left, unchecked, sdkVersion }: UnknownMembers, base: string): void {
  if (unchecked !== undefined) {
    throw new UnfitBaseError(`Whether the SDK knows every member of base ${base} could not be checked: ${unchecked}.`);
  }
  const paths = [...left, ...carried];
  if (paths.length === 0) return;
  throw new UnfitBaseError(
    `Base ${base} holds members that ${toSdkName(sdkVersion)} does not know: ${paths.join(", ")}. ` +
      'Update the SDK, or set the option `unknownMembers` to "carry".',
  );
}
