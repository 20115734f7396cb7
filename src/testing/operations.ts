import * as z from "zod";
import type { Clusters } from "./clusters.ts";
import { EcsError, invalidParameter } from "./ecs-error.ts";
import { tagRefusal } from "./rules/tags.ts";
import type { Services } from "./services.ts";
import { type Tagged, tagList, withoutTags, withTags } from "./tags.ts";
import type { TaskDefinitions } from "./task-definitions.ts";
import { list, parseInput, text } from "./wire.ts";

/** An operation's input from the wire, as a value and as the original text. */
export interface OperationInput {
  readonly value: Readonly<Record<string, unknown>>;
  readonly text: string;
}

type Operations = Record<EcsOperation, (input: OperationInput) => string>;

/** The operations that {@link FakeEcs} has. */
export type EcsOperation =
  | "RegisterTaskDefinition"
  | "DescribeTaskDefinition"
  | "DeregisterTaskDefinition"
  | "DeleteTaskDefinitions"
  | "ListTaskDefinitions"
  | "ListTaskDefinitionFamilies"
  | "TagResource"
  | "UntagResource"
  | "ListTagsForResource"
  | "CreateCluster"
  | "DescribeClusters"
  | "CreateService"
  | "UpdateService"
  | "DeleteService"
  | "DescribeServices"
  | "ListServices"
  | "CreateTaskSet"
  | "RunTask"
  | "StopTask"
  | "DescribeTasks"
  | "ListTasks";

const tagInput = z.looseObject({ resourceArn: text, tags: tagList, tagKeys: list(z.string()) });

/** What an account has, and who registers its task definitions. */
interface Resources {
  readonly taskDefinitions: TaskDefinitions;
  readonly clusters: Clusters;
  readonly services: Services;
  readonly registeredBy: string;
}

/** The operations on an account's resources: each takes the wire input, and returns the wire output or throws an {@link EcsError}. */
export function toOperations({ taskDefinitions, clusters, services, registeredBy }: Resources): Operations {
  const findTagged = (arn: string | null | undefined): Tagged => {
    const found = arn?.includes(":task-definition/") ? taskDefinitions.find(arn) : services.find(arn ?? "");
    if (found === undefined) throw new EcsError("ResourceNotFoundException", "The specified resource was not found."); // text unverified
    return found;
  };
  /** A service or task that changes or ends may have been the last to refer to a deleted task definition. */
  const thenRemoveDeleted = (output: string): string => {
    taskDefinitions.removeDeleted();
    return output;
  };
  return {
    RegisterTaskDefinition: ({ text }) => taskDefinitions.register(text, registeredBy),
    DescribeTaskDefinition: ({ value }) => taskDefinitions.describe(value),
    DeregisterTaskDefinition: ({ value }) => taskDefinitions.deregister(value),
    DeleteTaskDefinitions: ({ value }) => taskDefinitions.delete(value),
    ListTaskDefinitions: ({ value }) => taskDefinitions.list(value),
    ListTaskDefinitionFamilies: ({ value }) => taskDefinitions.listFamilies(value),
    TagResource: ({ value }) => {
      const { resourceArn, tags } = parseInput(tagInput, value);
      const tagged = findTagged(resourceArn);
      const added = withTags(tagged.tags, tags ?? []);
      const refusal = tagRefusal(tags ?? []) ?? tagRefusal(added);
      if (refusal !== undefined) throw invalidParameter(refusal);
      tagged.tags = added;
      return "{}";
    },
    UntagResource: ({ value }) => {
      const { resourceArn, tagKeys } = parseInput(tagInput, value);
      const tagged = findTagged(resourceArn);
      tagged.tags = withoutTags(tagged.tags, tagKeys ?? []);
      return "{}";
    },
    ListTagsForResource: ({ value }) =>
      JSON.stringify({ tags: findTagged(parseInput(tagInput, value).resourceArn).tags }),
    CreateCluster: ({ value }) => clusters.create(value),
    DescribeClusters: ({ value }) => clusters.describe(value),
    CreateService: ({ value }) => services.createService(value),
    UpdateService: ({ value }) => thenRemoveDeleted(services.updateService(value)),
    DeleteService: ({ value }) => thenRemoveDeleted(services.deleteService(value)),
    DescribeServices: ({ value }) => services.describeServices(value),
    ListServices: ({ value }) => services.listServices(value),
    CreateTaskSet: ({ value }) => services.createTaskSet(value),
    RunTask: ({ value }) => services.runTask(value),
    StopTask: ({ value }) => thenRemoveDeleted(services.stopTask(value)),
    DescribeTasks: ({ value }) => services.describeTasks(value),
    ListTasks: ({ value }) => services.listTasks(value),
  };
}
