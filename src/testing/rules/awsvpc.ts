import type { ContainerInput } from "../task-definition-input.ts";
import type { Rule } from "./rule.ts";

/** What each container must keep to if the task has a network interface of its own. */
const containerRules: readonly ((container: ContainerInput) => string | undefined)[] = [
  /** aws-observability/aws-otel-collector#1359 */
  function nothingIsLinked({ links }) {
    if (links && links.length > 0) return "Links are not supported when networkMode=awsvpc.";
  },

  /** labd/ecs-deplojo#26 */
  function hostnameIsAbsent({ hostname }) {
    if (hostname) return "hostname is not supported on container when networkMode=awsvpc.";
  },

  /** aws/aws-sdk-go#2119 */
  function extraHostsAreAbsent({ extraHosts }) {
    if (extraHosts && extraHosts.length > 0) {
      return "extraHosts is not supported on container when networkMode=awsvpc."; // text unverified
    }
  },

  /** pulumi/pulumi-awsx#935, aws/amazon-ecs-cli#1014. Zero is the same as absent, as in Terraform's AWS provider. */
  function hostPortsAreContainerPorts({ portMappings }) {
    if (portMappings.some(({ containerPort, hostPort }) => hostPort && hostPort !== containerPort)) {
      return "When networkMode=awsvpc, the host ports and container ports in port mappings must match.";
    }
  },
];

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export const rulesOnAwsvpc: readonly Rule[] = containerRules.map(
  (rule) =>
    ({ networkMode, containerDefinitions }) =>
      networkMode === "awsvpc" ? containerDefinitions.map(rule).find((refusal) => refusal !== undefined) : undefined,
);
