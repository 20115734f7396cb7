import { membersOf } from "../unknown-value.ts";

/** Lists whose order means nothing, and which ECS returns in an order of its own. */
const unordered: ReadonlySet<string> = new Set(["containerDefinitions", "environment", "secrets", "volumes", "tags"]);

/**
 * One text for every way to write the same value: members are sorted, and so are the lists whose order means nothing. Strings stand behind
 * their length, so that no two different values share a text. Absent, `undefined` and `null` members are the same; `""`, `0`, `false`, `[]` and
 * `{}` are not.
 */
export function toCanonicalText(value: unknown): string {
  if (typeof value === "string") return `${value.length}:${value}`;
  if (typeof value !== "object" || value === null) return `${value};`;
  let text: string;
  if (Array.isArray(value)) {
    text = "[";
    for (const element of value) text += toCanonicalText(element);
    return `${text}]`;
  }
  const members = membersOf(value);
  text = "{";
  for (const name of toSortedNames(members)) {
    const content = members[name];
    if (content === undefined || content === null) continue;
    text += `${name.length}:${name}${toCanonicalText(unordered.has(name) ? toSorted(content) : content)}`;
  }
  return `${text}}`;
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

/** A list by the names of its elements. Those of one name stay in their order: of a variable that is repeated, the last one counts. */
function toSorted(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  const keyed = list.map((element: unknown): [string, unknown] => {
    const { name, key } = membersOf(element);
    return [String(name ?? key), element];
  });
  keyed.sort(([one], [other]) => Number(one > other) - Number(one < other));
  return keyed.map(([, element]) => element);
}
