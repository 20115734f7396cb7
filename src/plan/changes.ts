import microdiff from "microdiff";
import { toPrintable } from "../printable.ts";
import type { RegisterInput } from "../task-definition.ts";

/** One difference between a base and a clone. */
export interface Change {
  /** Path to what differs, e.g. `containerDefinitions[openclaw].environment[CODEX_HOME]`. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  /** What the base has; values of environment variables are masked. */
  readonly before?: unknown;
  /** What the clone has; values of environment variables are masked. */
  readonly after?: unknown;
}

/** Stands for the value of an environment variable. */
export const masked = "•••";

/**
 * Lists what differs, by the names of containers, volumes, variables and tags, so that order makes no difference. The elements of a list are changes
 * of their own, whether the other side has the list or not, so that a path has one form.
 */
export function toChanges(before: RegisterInput, after: RegisterInput): readonly Change[] {
  const differences = microdiff(toNamed({ ...before }), toNamed({ ...after }), { cyclesFix: false });
  return differences.flatMap((difference) => {
    const path = difference.path.map(String);
    const was = difference.type === "CREATE" ? [] : toEntries(path, difference.oldValue);
    const is = difference.type === "REMOVE" ? [] : toEntries(path, difference.value);
    return toEntryChanges(was, is);
  });
}

/** A path, and what stands there. */
type Entry = readonly [path: string, value: unknown];

function toEntryChanges(was: readonly Entry[], is: readonly Entry[]): Change[] {
  const [before, after] = [new Map(was), new Map(is)];
  const removed = was
    .filter(([path]) => !after.has(path))
    .map(([path, value]): Change => ({ path, kind: "removed", before: value }));
  const others = is.map(
    ([path, value]): Change =>
      before.has(path)
        ? { path, kind: "changed", before: before.get(path), after: value }
        : { path, kind: "added", after: value },
  );
  return [...removed, ...others];
}

type Members = Record<string, unknown>;

/**
 * The same value as steps of paths: `.member`, and for the elements of a list `[name]` where they have a name or key, `[index]` elsewhere. No step is
 * the name of something that every object has.
 */
function toNamed(value: Readonly<Members>): Members {
  const present = Object.entries(value).filter(([, content]) => content !== undefined);
  return Object.fromEntries(present.map(([member, content]) => [`.${member}`, toComparable(content)]));
}

function toComparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? emptyList : toMembers(value);
  return isObject(value) ? toNamed(value) : value;
}

/** Has no steps, so that every element of the other side's list differs; and is known again by what it is. */
const emptyList: Readonly<Members> = {};

function toMembers(list: readonly unknown[]): Members {
  const members = new Map<string, unknown>();
  for (const [index, element] of list.entries()) {
    const named = isObject(element) ? element : {};
    const labelled = ["name", "key"].find((member) => typeof named[member] === "string");
    const called = labelled === undefined ? String(index) : String(named[labelled]);
    // A repeated name gets its number among those of this name, so that what stands before them makes no difference.
    let label = called;
    for (let repetition = 1; members.has(`[${label}]`); repetition += 1) label = `${called}#${repetition}`;
    members.set(`[${label}]`, labelled === undefined ? toComparable(element) : toShort(named, labelled));
  }
  return Object.fromEntries(members);
}

/** A variable, secret or tag is its value, once its name stands in the path. */
function toShort(element: Readonly<Members>, labelled: string): unknown {
  const { [labelled]: _, ...rest } = element;
  const [only, ...others] = Object.entries(rest);
  const isPair = only !== undefined && others.length === 0 && ["value", "valueFrom"].includes(only[0]);
  return isPair ? toComparable(only[1]) : toNamed(rest);
}

const isObject = (value: unknown): value is Readonly<Members> => typeof value === "object" && value !== null;

const isList = (value: unknown): value is Readonly<Members> =>
  isObject(value) && Object.keys(value).some((step) => step.startsWith("["));

/** What stands at a path, as one entry without its lists, and the elements of all its lists as entries of their own. */
function toEntries(path: readonly string[], value: unknown): Entry[] {
  if (isList(value)) return Object.entries(value).flatMap(([step, content]) => toEntries([...path, step], content));
  const elements: Entry[] = [];
  const own = toReadable(path, value, elements);
  return [[toPrintable(path.join("").slice(1)), own], ...elements];
}

/** Makes members of steps again, hides everything below a member called `environment`, and puts the elements of lists aside. */
function toReadable(path: readonly string[], value: unknown, elements: Entry[]): unknown {
  if (value === emptyList) return [];
  if (!isObject(value)) return path.includes(".environment") ? masked : value;
  const members: [string, unknown][] = [];
  for (const [step, content] of Object.entries(value)) {
    if (isList(content)) elements.push(...toEntries([...path, step], content));
    else members.push([step.slice(1), toReadable([...path, step], content, elements)]);
  }
  return Object.fromEntries(members);
}
