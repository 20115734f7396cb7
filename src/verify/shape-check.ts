import type { Place, ShapeCheck } from "./check.ts";

/** What the definition itself shows. */
export type Finding = Pick<ShapeCheck, "status" | "detail" | "advice">;

/** A check whose result is known without asking. */
export const toShape = (
  { region, accountId }: Place,
  subject: string,
  where: readonly string[],
  prevents: string,
  finding: Finding,
): ShapeCheck => ({ kind: "shape", subject, where, region, accountId, prevents, isForeign: false, ...finding });
