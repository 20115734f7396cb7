import { Annotations, Aspects } from "aws-cdk-lib";
import * as z from "zod";
import { parseInput } from "../parse-input.ts";
import { fargateMemorySchema } from "../user/parts/fargate-sizes.ts";
import { containerLimitsSchema, sizeSchema } from "../user/parts/size.ts";
import { targetNames } from "../user/target.ts";
import { type BaseConstruct, toLiteralFamily, toProperties } from "./base-construct.ts";
import { type BaseRules, toFindings } from "./base-findings.ts";
import { fromCloudFormation } from "./from-cloudformation.ts";

const schema = z.strictObject({
  ...targetNames(),
  size: sizeSchema().optional(),
  containerLimits: containerLimitsSchema().optional(),
  fargateMemory: fargateMemorySchema().optional(),
}) satisfies z.ZodType<BaseRules>;

/** When the CDK runs aspects that change nothing: after all that do. */
const readOnly = { priority: 1000 };

/**
 * Has the CDK say, at synthesis, what would keep the cloner from cloning this base, or its users from what they are given. What makes every clone fail is an
 * error, which ends `cdk synth` and `cdk deploy`. The rest are warnings, which you can acknowledge with `Annotations.of(base).acknowledgeWarning(id)`:
 *
 * - `taskdef-cloner:access-point`: the user's volume has an access point already, so the cloner needs the option `isBase`.
 * - `taskdef-cloner:container-size`: a limit of the user's container keeps a larger task size from the user, as it does with `containerLimits: "keep"`.
 * - `taskdef-cloner:volume`: the user's container doesn't mount the user's volume, or another volume leads around the access point.
 *
 * @param rules what the cloner has as its options.
 * @throws {@link InvalidInputError} if the rules are invalid, or the base has no literal `family`.
 */
export function checkBase(base: BaseConstruct, rules: BaseRules = {}): void {
  const parsed = parseInput(schema, rules, "rules of checkBase");
  const family = toLiteralFamily(base);
  const visit = (node: unknown): void => {
    if (node === base) annotate(base, family, parsed);
  };
  Aspects.of(base).add({ visit }, readOnly);
}

function annotate(base: BaseConstruct, family: string, rules: BaseRules): void {
  const annotations = Annotations.of(base);
  for (const { kind, message } of toFindings({ ...fromCloudFormation(toProperties(base)), family }, rules)) {
    if (kind === "unfit") annotations.addError(message);
    else annotations.addWarningV2(`taskdef-cloner:${kind}`, message);
  }
}
