import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";

/** A container that ECS registers wherever the task gives it memory. */
export const app = { name: "app", image: "nginx" } satisfies ContainerDefinition;

/** The least that ECS registers. */
export const smallest = {
  family: "web",
  containerDefinitions: [{ ...app, memory: 512 }],
} satisfies RegisterTaskDefinitionCommandInput;

/** The least that ECS registers for Fargate. */
export const onFargate = {
  family: "web",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: [app],
} satisfies RegisterTaskDefinitionCommandInput;
