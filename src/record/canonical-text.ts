import { membersOf } from "../unknown-value.ts";

/** Lists whose order means nothing, and which ECS returns in an order of its own. */
const unordered: ReadonlySet<string> = new Set(["containerDefinitions", "environment", "secrets", "volumes", "tags"]);

/**
 * One text for every way to write the same value: members are sorted, and so are the lists whose order means nothing. Strings stand behind
 * their length, so that no two different values share a text. Absent, `undefined` and `null` members are the same; `""`, `0`, `false`, `[]` and
 * `{}` are not.
 */
export function toCanonicalText(value: unknown): string {
  if (typeof value === "string") return toText(value);
  if (typeof value !== "object" || value === null) return `${value};`;
  if (Array.isArray(value)) return toListText(value);
  const members = membersOf(value);
  let text = "{";
  for (const name of toSortedNames(members)) {
    const content = members[name];
    if (content === undefined || content === null) continue;
    const isUnordered = unordered.has(name) && Array.isArray(content);
    text += toText(name) + (isUnordered ? toUnorderedText(content) : toCanonicalText(content));
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
function toSortedNames(members: object): readonly string[] {
  const names = Object.keys(members);
  let previous = "";
  for (const name of names) {
    if (name < previous) return names.sort();
    previous = name;
  }
  return names;
}

/** Elements of one name stay in their order: of a variable that is repeated, the last one counts. */
function toUnorderedText(list: readonly unknown[]): string {
  const texts = new Map<string, string>();
  for (const element of list) {
    const { name, key } = membersOf(element);
    const sortKey = String(name ?? key);
    texts.set(sortKey, (texts.get(sortKey) ?? "") + toCanonicalText(element));
  }
  let text = "[";
  for (const sortKey of [...texts.keys()].sort()) text += texts.get(sortKey);
  return `${text}]`;
}
