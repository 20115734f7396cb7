import microdiff from "microdiff";
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

/** Lists what differs, by the names of containers, volumes, variables and tags, so that order makes no difference. */
export function toChanges(before: RegisterInput, after: RegisterInput): readonly Change[] {
  const differences = microdiff(toNamed({ ...before }), toNamed({ ...after }), { cyclesFix: false });
  return differences.map((difference) => {
    const path = difference.path.map(String);
    const text = path.join("").slice(1);
    if (difference.type === "CREATE") return { path: text, kind: "added", after: mask(path, difference.value) };
    if (difference.type === "REMOVE") return { path: text, kind: "removed", before: mask(path, difference.oldValue) };
    return {
      path: text,
      kind: "changed",
      before: mask(path, difference.oldValue),
      after: mask(path, difference.value),
    };
  });
}

type Members = Record<string, unknown>;

/**
 * The same value as steps of paths: `.member`, and for the elements of a list `[name]` where they have a name or key, `[index]` elsewhere. No step is
 * the name of something that every object has.
 */
function toNamed(value: Readonly<Members>): Members {
  return Object.fromEntries(Object.entries(value).map(([member, content]) => [`.${member}`, toComparable(content)]));
}

function toComparable(value: unknown): unknown {
  if (Array.isArray(value)) return toMembers(value);
  return isObject(value) ? toNamed(value) : value;
}

function toMembers(list: readonly unknown[]): Members {
  const members = new Map<string, unknown>();
  for (const [index, element] of list.entries()) {
    const { name, key, ...rest } = isObject(element) ? element : {};
    const label = String(name ?? key ?? index);
    // A repeated name gets its index.
    const step = members.has(`[${label}]`) ? `[${label}#${index}]` : `[${label}]`;
    members.set(step, label === String(index) ? toComparable(element) : toShort(rest));
  }
  return Object.fromEntries(members);
}

/** A variable, secret or tag is its value, once its name stands in the path. */
function toShort(rest: Readonly<Members>): unknown {
  const [only, ...others] = Object.entries(rest);
  const isPair = only !== undefined && others.length === 0 && ["value", "valueFrom"].includes(only[0]);
  return isPair ? only[1] : toNamed(rest);
}

const isObject = (value: unknown): value is Readonly<Members> => typeof value === "object" && value !== null;

/** Hides everything below a member called `environment`, and makes members of steps again. */
function mask(path: readonly string[], value: unknown): unknown {
  if (!isObject(value)) return path.includes(".environment") ? masked : value;
  const members = Object.entries(value).map(([step, content]) => [
    step.replace(/^\./, ""),
    mask([...path, step], content),
  ]);
  return Object.fromEntries(members);
}
