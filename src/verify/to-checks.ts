import type { RegisterInput } from "../task-definition.ts";
import { membersOf } from "../unknown-value.ts";
import { type Check, checkKinds, type Place } from "./check.ts";
import { toContainerChecks } from "./container-checks.ts";
import { toKeyChecks, toRolePermissionChecks } from "./opt-in-checks.ts";
import { toPrintable } from "./printable.ts";
import { toRoleChecks } from "./role-checks.ts";
import { toStaticFindings } from "./static-findings.ts";
import { toVolumeChecks } from "./volume-checks.ts";

/** Checks to make in addition to the usual ones. */
export interface MoreChecks {
  /** Whether the roles' policies are to be simulated. @default false */
  readonly simulate?: boolean | undefined;
  /** Whether to check KMS keys. @default false */
  readonly keys?: boolean | undefined;
}

/**
 * Lists what there is to find out about a definition before a task of it is started: each reference that it holds, and what it shows by itself to be
 * wrong. Pure and total: a reference that cannot be read is a check of kind `shape`. Never reads the values of environment variables.
 *
 * @param where the region and account of the task.
 */
export function toChecks(
  input: RegisterInput,
  where: Place,
  { simulate = false, keys = false }: MoreChecks = {},
): readonly Check[] {
  const definition = membersOf(input);
  const place = { region: where.region, accountId: where.accountId };
  const references = [
    ...toContainerChecks(definition, place),
    ...toVolumeChecks(definition, place),
    ...toRoleChecks(definition, place),
  ];
  return toSorted([
    ...toStaticFindings(definition, references, place),
    ...references,
    ...(simulate ? toRolePermissionChecks(definition, references, place) : []),
    ...(keys ? toKeyChecks(references) : []),
  ]);
}

/** Each check once, with all the places that ask for it, by kind and subject. */
function toSorted(checks: readonly Check[]): readonly Check[] {
  const byContent = new Map<string, Check>();
  for (const check of checks) {
    const { where, ...content } = check;
    const key = JSON.stringify(content);
    const known = byContent.get(key);
    const places = [...new Set([...(known?.where ?? []), ...where.map(toPrintable)])];
    byContent.set(key, { ...check, subject: toPrintable(check.subject), where: places });
  }
  const keyed = [...byContent].map(([key, check]) => ({ key, check }));
  return keyed.sort((one, other) => compare(one, other)).map(({ check }) => check);
}

interface Keyed {
  readonly key: string;
  readonly check: Check;
}

const toRank = ({ key, check }: Keyed): readonly [number, string, string] => [
  checkKinds.indexOf(check.kind),
  check.subject,
  key,
];

function compare(one: Keyed, other: Keyed): number {
  const [kind, subject, key] = toRank(one);
  const [otherKind, otherSubject, otherKey] = toRank(other);
  return kind - otherKind || toOrder(subject, otherSubject) || toOrder(key, otherKey);
}

const toOrder = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
