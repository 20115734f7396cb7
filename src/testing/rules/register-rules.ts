import type { TaskDefinitionInput } from "../task-definition-input.ts";
import { rulesOnAwsvpc } from "./awsvpc.ts";
import { rulesOnContainers } from "./containers.ts";
import { fargateRules, rulesOnFargate } from "./fargate.ts";
import { rulesOnNamesAndLimits } from "./names-and-limits.ts";
import type { Registration, Rule } from "./rule.ts";
import { rulesOnS3Files } from "./s3-files.ts";
import { rulesOnSizes } from "./sizes.ts";
import { rulesOnTags } from "./tags.ts";
import { rulesOnVariables } from "./variables.ts";
import { rulesOnVolumes } from "./volumes.ts";

const rules: readonly Rule[] = [
  ...rulesOnNamesAndLimits,
  ...rulesOnContainers,
  ...rulesOnVariables,
  ...rulesOnVolumes,
  ...rulesOnS3Files,
  ...rulesOnAwsvpc,
  ...rulesOnSizes,
  ...rulesOnFargate,
  ...rulesOnTags,
];

/** Why ECS refuses this task definition: the first rule that it breaks, or `undefined` if ECS accepts it. */
export function registerRefusal(input: TaskDefinitionInput, registration: Registration): string | undefined {
  return firstRefusal(rules, input, registration);
}

/** Whether Fargate could run this task definition, requested or not. */
export function isFitForFargate(input: TaskDefinitionInput, registration: Registration): boolean {
  return firstRefusal(fargateRules, input, registration) === undefined;
}

function firstRefusal(
  rules: readonly Rule[],
  input: TaskDefinitionInput,
  registration: Registration,
): string | undefined {
  for (const rule of rules) {
    const refusal = rule(input, registration);
    if (refusal !== undefined) return refusal;
  }
}
