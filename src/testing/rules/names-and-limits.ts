import type { Rule } from "./rule.ts";

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const largestTaskDefinition = 65_536;

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
export const rulesOnNamesAndLimits: readonly Rule[] = [
  function familyIsGiven({ family }) {
    if (!family) return "Family should not be null or empty."; // text unverified
  },

  /** aws/amazon-ecs-cli#37 */
  function familyHasOnlyAllowedCharacters({ family }) {
    if (family && !/^[0-9A-Za-z_-]+$/.test(family)) return "Family contains invalid characters.";
  },

  function familyIsNotTooLong({ family }) {
    if (family && family.length > 255) return "Family should not be longer than 255 characters."; // text unverified
  },

  /** AWS does not document how it counts. */
  function taskDefinitionIsNotTooLarge(_input, { bytes }) {
    if (bytes > largestTaskDefinition) {
      return `Actual length: '${bytes}'. Max allowed length is '${largestTaskDefinition}' bytes.`;
    }
  },

  /** fabfuel/ecs-deploy#231 */
  function rolesAreRoles({ taskRoleArn, executionRoleArn }) {
    const role = /^(arn:aws[a-z-]*:iam::\d{12}:role\/)?[\w+=,.@/-]+$/;
    if ([taskRoleArn, executionRoleArn].some((given) => typeof given === "string" && !role.test(given)))
      return "Role is not valid";
  },

  function placementConstraintsAreFew({ placementConstraints }) {
    if (placementConstraints.length > 10) {
      return "A task definition can have at most 10 placement constraints."; // text unverified
    }
  },

  /** Elastic Inference is retired. */
  function noInferenceAccelerators({ inferenceAccelerators }) {
    if (inferenceAccelerators && inferenceAccelerators.length > 0) {
      return "Inference accelerators are no longer supported."; // text unverified
    }
  },
];
