import { membersOf } from "../unknown-value.ts";

/** Lists whose order means nothing, and which ECS returns in an order of its own. */
const unordered: ReadonlySet<string> = new Set(["containerDefinitions", "environment", "secrets", "volumes", "tags"]);

/**
 * One text for every way to write the same value: members are sorted, and so are the lists whose order means nothing. Strings stand behind
 * their length, so that no two different values share a text. Absent, `undefined` and `null` are the same; `""`, `0`, `false`, `[]` and `{}` are
 * not.
 */
export function toCanonicalText(value: unknown): string {
  if (typeof value === "string") return toText(value);
  if (typeof value !== "object" || value === null) return `${value};`;
  if (Array.isArray(value)) return toListText(value);
  const members = membersOf(value);
  let text = "{";
  for (const name of toSortedNames(value)) {
    const content = members[name];
    if (content === undefined || content === null) continue;
    const isUnordered = Array.isArray(content) && unordered.has(name);
    text += toText(name) + (isUnordered ? toListText(content.toSorted(byName)) : toCanonicalText(content));
  }
  return `${text}}`;
}

const toText = (text: string): string => `${text.length}:${text}`;

function toListText(list: readonly unknown[]): string {
  let text = "[";
  for (const element of list) text += toCanonicalText(element);
  return `${text}]`;
}

/** The names are nearly always sorted already, and looking is cheaper than sorting. */
function toSortedNames(value: object): readonly string[] {
  const names = Object.keys(value);
  let previous = "";
  for (const name of names) {
    if (name < previous) return names.sort();
    previous = name;
  }
  return names;
}

function byName(first: unknown, second: unknown): number {
  const before = toSortKey(first);
  const after = toSortKey(second);
  // Of a variable that is repeated, the last one counts.
  if (before === after) return 0;
  return before < after ? -1 : 1;
}

function toSortKey(element: unknown): string {
  const members = membersOf(element);
  return String(members.name ?? members.key);
}
