import type { EcsOperation } from "./operations.ts";

interface Category {
  /** Number of tokens in a full bucket. */
  readonly burst: number;
  readonly refillPerSecond: number;
}

const taskDefinitionModify: Category = { burst: 20, refillPerSecond: 1 };
const taskDefinitionRead: Category = { burst: 50, refillPerSecond: 20 };
const taskDefinitionDeletion: Category = { burst: 5, refillPerSecond: 1 };
const tagModify: Category = { burst: 20, refillPerSecond: 10 };
const tagRead: Category = { burst: 50, refillPerSecond: 20 };
const serviceModify: Category = { burst: 50, refillPerSecond: 5 };
const clusterResourceModify: Category = { burst: 100, refillPerSecond: 40 };

const categories: Partial<Record<EcsOperation, Category>> = {
  RegisterTaskDefinition: taskDefinitionModify,
  DeregisterTaskDefinition: taskDefinitionModify,
  DescribeTaskDefinition: taskDefinitionRead,
  ListTaskDefinitions: taskDefinitionRead,
  ListTaskDefinitionFamilies: taskDefinitionRead,
  DeleteTaskDefinitions: taskDefinitionDeletion,
  TagResource: tagModify,
  UntagResource: tagModify,
  ListTagsForResource: tagRead,
  CreateService: serviceModify,
  UpdateService: serviceModify,
  DeleteService: serviceModify,
  RunTask: clusterResourceModify,
  StopTask: clusterResourceModify,
};

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/**
 * The token buckets of an account in one region.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
export class Quotas {
  readonly #buckets = new Map<Category, Bucket>();

  /** Takes a token for the operation, if one is left. Buckets refill continuously. */
  take(operation: EcsOperation, now: number): boolean {
    const category = categories[operation];
    if (category === undefined) return true;
    const { tokens, at } = this.#buckets.get(category) ?? { tokens: category.burst, at: now };
    const filled = Math.min(category.burst, tokens + ((now - at) / 1000) * category.refillPerSecond);
    const isTaken = filled >= 1;
    this.#buckets.set(category, { tokens: isTaken ? filled - 1 : filled, at: now });
    return isTaken;
  }
}
