import type { RegisterInput } from "../task-definition.ts";
import { membersOf } from "../unknown-value.ts";
import { parseRegisterInput } from "../user/input-shape.ts";

/** Names that differ from the API's by more than their first letter. */
const apiNames: Readonly<Record<string, string>> = {
  EFSVolumeConfiguration: "efsVolumeConfiguration",
  FilesystemId: "fileSystemId",
  FSxWindowsFileServerVolumeConfiguration: "fsxWindowsFileServerVolumeConfiguration",
  IAM: "iam",
  S3FilesVolumeConfiguration: "s3filesVolumeConfiguration",
};

/** Their members' names are the user's. */
const maps = new Set(["DockerLabels", "DriverOpts", "Labels", "Options"]);

/** What stands where only the deployment knows the value. */
const unknownValue = "(known when deployed)";

/**
 * The properties of an `AWS::ECS::TaskDefinition` in the API's form, with a placeholder for each text that only the deployment knows. Sizes that only the
 * deployment knows are left out.
 *
 * @throws {@link InvalidInputError} if it is no task definition.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ecs-taskdefinition.html
 */
export function fromCloudFormation(properties: unknown): RegisterInput {
  const { tags: _, ...input } = membersOf(toApiForm(withoutUnknownSizes(properties)));
  const containers = Array.isArray(input.containerDefinitions)
    ? input.containerDefinitions.map(withNumbers)
    : undefined;
  return parseRegisterInput({ ...input, ...(containers && { containerDefinitions: containers }) }, "the base");
}

function toApiForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toApiForm);
  if (typeof value !== "object" || value === null) return value;
  if (isIntrinsic(value)) return unknownValue;
  const entries = Object.entries(value).map(([name, content]) => [
    apiNames[name] ?? name.charAt(0).toLowerCase() + name.slice(1),
    maps.has(name) ? content : toApiForm(content),
  ]);
  return Object.fromEntries(entries);
}

/** Whether it is `Ref` or a function of CloudFormation. */
function isIntrinsic(value: unknown): boolean {
  const [name, ...others] = Object.keys(membersOf(value));
  return name !== undefined && others.length === 0 && (name === "Ref" || name.startsWith("Fn::"));
}

const sizes = new Set(["Cpu", "Memory", "MemoryReservation"]);

function withoutUnknownSizes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUnknownSizes);
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).filter(([name, content]) => !(sizes.has(name) && isIntrinsic(content)));
  return Object.fromEntries(known.map(([name, content]) => [name, withoutUnknownSizes(content)]));
}

/** CloudFormation takes a container's sizes as texts too. */
function withNumbers(container: unknown): object {
  const members = membersOf(container);
  const numbers = ["cpu", "memory", "memoryReservation"].flatMap((name) =>
    typeof members[name] === "string" ? [[name, Number(members[name])]] : [],
  );
  return { ...members, ...Object.fromEntries(numbers) };
}
