import { LogDriver } from "@aws-sdk/client-ecs";
import type { TaskDefinitionInput } from "../task-definition-input.ts";
import type { Rule } from "./rule.ts";

/** Whether an image is in a private ECR registry. */
export function isOnEcr(image: string | null | undefined): boolean {
  return /^\d{12}\.dkr[.-]ecr[.-]/.test(String(image));
}

/** Why a log driver is refused where only these are to be had. kayac/ecspresso#364 */
export function logDriverRefusal(
  { containerDefinitions }: TaskDefinitionInput,
  drivers: readonly string[],
): string | undefined {
  for (const { logConfiguration } of containerDefinitions) {
    const { logDriver } = logConfiguration ?? {};
    if (logDriver && !drivers.includes(logDriver)) {
      return `${logDriver} is not a valid log driver. Must be one of [${drivers}]`;
    }
  }
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export const rulesOnContainers: readonly Rule[] = [
  /** awsdocs/aws-cloudformation-user-guide#454 */
  function thereIsAContainer({ containerDefinitions }) {
    if (containerDefinitions.length === 0) return "Container list cannot be empty.";
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
  function thereAreAtMostTenContainers({ containerDefinitions }) {
    if (containerDefinitions.length > 10) return "A task definition can have at most 10 containers."; // text unverified
  },

  /** hashicorp/terraform#2888 */
  function containersHaveNames({ containerDefinitions }) {
    if (containerDefinitions.some(({ name }) => !name)) return "Container.name should not be null or empty.";
  },

  /** hashicorp/terraform-provider-aws#5950 */
  function containerNamesHaveOnlyAllowedCharacters({ containerDefinitions }) {
    if (containerDefinitions.some(({ name }) => name && !/^[0-9A-Za-z_-]{1,255}$/.test(name))) {
      return "Container.name contains invalid characters.";
    }
  },

  /** badmintoncryer/cdk-preflight pf-ecs-duplicate-container-names */
  function containerNamesAreUnique({ containerDefinitions }) {
    const names = containerDefinitions.map(({ name }) => name);
    if (new Set(names).size < names.length) return "Container names must be unique within a task definition";
  },

  /** aws/aws-cli#5924 */
  function containersHaveImages({ containerDefinitions }) {
    if (containerDefinitions.some(({ image }) => !image)) return "Container.image should not be null or empty.";
  },

  /** eagletmt/hako#68 */
  function oneContainerIsEssential({ containerDefinitions }) {
    if (containerDefinitions.every(({ essential }) => essential === false)) {
      return "Task definition doesn't have any essential container.";
    }
  },

  /** boto/boto3#2436 */
  function noContainerWaitsForTheEndOfAnEssentialOne({ containerDefinitions }) {
    const essential = new Set(
      containerDefinitions.filter((container) => container.essential !== false).map(({ name }) => name),
    );
    const awaited = containerDefinitions
      .flatMap(({ dependsOn }) => dependsOn ?? [])
      .filter(({ condition }) => condition === "COMPLETE" || condition === "SUCCESS");
    if (awaited.some(({ containerName }) => essential.has(containerName))) {
      return "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container";
    }
  },

  function environmentFilesAreFew({ containerDefinitions }) {
    if (containerDefinitions.some(({ environmentFiles }) => environmentFiles && environmentFiles.length > 10)) {
      return "A container can have at most 10 environment files."; // text unverified
    }
  },

  function credentialSpecIsTheOnlyOne({ containerDefinitions }) {
    if (containerDefinitions.some(({ credentialSpecs }) => credentialSpecs && credentialSpecs.length > 1)) {
      return "A container can have at most 1 credential spec."; // text unverified
    }
  },

  /** eagletmt/hako#54 */
  function volumesAreFromContainers({ containerDefinitions }) {
    const names = new Set(containerDefinitions.map(({ name }) => name));
    const sources = containerDefinitions.flatMap(({ volumesFrom }) => volumesFrom);
    const unknown = sources.find(({ sourceContainer }) => !names.has(sourceContainer));
    if (unknown) return `Invalid 'volumesFrom' setting. Unknown container: '${unknown.sourceContainer}'.`;
  },

  /** aws/aws-cli#7288, aws/aws-cdk#8762. That a range will do instead is in the API reference. */
  function portMappingsHaveAContainerPort({ containerDefinitions }) {
    const without = containerDefinitions.find(({ portMappings }) =>
      portMappings.some(({ containerPort, containerPortRange }) => !containerPort && !containerPortRange),
    );
    if (without) return `Invalid 'containerPort' setting for container '${without.name}'.`;
  },

  /** aws-actions/amazon-ecs-deploy-task-definition#48. That it comes at registration is inferred. */
  function imagesOnEcrHaveNoRepositoryCredentials({ containerDefinitions }) {
    if (containerDefinitions.some(({ image, repositoryCredentials }) => repositoryCredentials && isOnEcr(image))) {
      return "Private repository credentials are not a supported authentication method for ECR repositories.";
    }
  },

  /** That container instances have another one than the SDK knows: aws-cloudformation/cfn-lint#3933. */
  function logDriversAreKnown(input) {
    return logDriverRefusal(input, [...Object.values(LogDriver), "sumologic"]);
  },
];
