import type { RegisterInput } from "../task-definition.ts";
import type { Change } from "./changes.ts";

/** What ECS adds to a definition by itself, by the name of the member. It also adds empty lists and objects. */
const filledIn: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["cpu", 0],
  ["essential", true],
  ["hostPort", 0],
  ["iam", "DISABLED"],
  ["interval", 30],
  ["protocol", "tcp"],
  ["retries", 3],
  ["rootDirectory", "/"],
  ["timeout", 5],
]);

/**
 * Says whether a change from a described definition to an unregistered one doesn't count: the definition lacks what ECS added to the
 * described one, and will add to it as well.
 */
export function isFilledIn({ kind, path, before }: Change, { networkMode }: RegisterInput): boolean {
  if (kind !== "removed") return false;
  const member = path.slice(path.lastIndexOf(".") + 1);
  const hasOnePort = networkMode === "awsvpc" || networkMode === "host";
  return isEmpty(before) || filledIn.get(member) === before || (member === "hostPort" && hasOnePort);
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
