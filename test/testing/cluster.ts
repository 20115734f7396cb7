import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeTasksCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { FakeEcs, type FakeEcsOptions, ManualClock } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

export const arnOf = (resource: string) => `arn:aws:ecs:us-east-1:111122223333:${resource}`;
export const web1 = arnOf("task-definition/web:1");
export const web2 = arnOf("task-definition/web:2");
export const inactive = "TaskDefinition is inactive";

export function setUp(options?: FakeEcsOptions) {
  const clock = new ManualClock(Date.UTC(2026, 0, 31));
  const ecs = new FakeEcs({ clock, ...options });
  ecs.register(smallest);
  const client = ecs.client();
  return {
    clock,
    ecs,
    client,
    create: async (input: Partial<CreateServiceCommandInput> = {}) => {
      const { service } = await client.send(
        new CreateServiceCommand({ serviceName: "web", taskDefinition: "web", desiredCount: 2, ...input }),
      );
      return service;
    },
    update: async (input: Partial<UpdateServiceCommandInput>) => {
      const { service } = await client.send(new UpdateServiceCommand({ service: "web", ...input }));
      return service;
    },
    run: (input: Partial<RunTaskCommandInput> = {}) =>
      client.send(new RunTaskCommand({ taskDefinition: "web", ...input })),
    list: async (input: ListTasksCommandInput = {}) => (await client.send(new ListTasksCommand(input))).taskArns ?? [],
    taskDefinitionsOfTasks: async (desiredStatus: "RUNNING" | "STOPPED" = "RUNNING") => {
      const { taskArns: tasks } = await client.send(new ListTasksCommand({ desiredStatus }));
      if (tasks?.length === 0) return [];
      const described = await client.send(new DescribeTasksCommand({ tasks }));
      return described.tasks?.map(({ taskDefinitionArn }) => taskDefinitionArn);
    },
  };
}
