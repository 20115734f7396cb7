import { isDeepStrictEqual } from "node:util";
import { ClusterField } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { type Account, toArn } from "./account.ts";
import { clientException, EcsError, invalidParameter } from "./ecs-error.ts";
import { tagRefusal } from "./rules/tags.ts";
import { type Tagged, tagList } from "./tags.ts";
import { list, oneOf, parseInput, text } from "./wire.ts";

/** Where services and tasks run. */
export interface Cluster extends Tagged {
  readonly arn: string;
  readonly name: string;
  /** What it was created with, as sent. Absent if it is there without having been created. */
  created?: CreatedWith;
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
}

/** Keeps the tasks of a task definition running. */
export interface Service extends Tagged {
  readonly arn: string;
  readonly name: string;
  readonly cluster: Cluster;
  readonly clientToken: string | null | undefined;
  readonly createdAt: number;
  status: "ACTIVE" | "INACTIVE";
  /** Fields that have no meaning here, as sent. */
  settings: object;
  desiredCount: number;
  /** The first is the PRIMARY one. Empty if the deployment controller is EXTERNAL. */
  deployments: readonly Deployment[];
  taskSets: readonly TaskSet[];
}

/** Runs the tasks of one task definition in a service. */
export interface Deployment {
  readonly id: string;
  readonly taskDefinition: string;
  readonly createdAt: number;
  readonly tasks: Set<Task>;
  isComplete: boolean;
}

/** Runs a share of the tasks of a service whose deployments are made from outside. */
export interface TaskSet extends Deployment {
  readonly arn: string;
  readonly percent: number;
  readonly settings: object;
}

/** Something that runs, or has run. */
export interface Task extends Tagged {
  readonly arn: string;
  readonly cluster: Cluster;
  readonly taskDefinition: string;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly settings: object;
  readonly createdAt: number;
  /** What starts a replacement when the task stops. */
  readonly owner?: { readonly service: Service; readonly deployment: Deployment };
  stopped?: { readonly at: number; readonly reason: string | undefined };
}

const createInput = z.looseObject({
  clusterName: text,
  tags: tagList,
  settings: list(z.unknown()),
  configuration: z.looseObject({}).nullish(),
});

interface CreatedWith {
  readonly settings?: readonly unknown[] | null | undefined;
  readonly configuration?: object | null | undefined;
}

const describeInput = z.looseObject({
  clusters: list(z.string()),
  include: list(oneOf("include", Object.values(ClusterField))),
});

/** The clusters of an account. `default` is there from the start, and others once they are created or something is to run in them. */
export class Clusters {
  readonly #account: Account;
  readonly #clusters = new Map<string, Cluster>();

  constructor(account: Account) {
    this.#account = account;
    this.findOrAdd("default");
  }

  /** Takes the wire input of CreateCluster and returns its wire output. A cluster that is there already is left as it is. */
  create(input: unknown): string {
    const { clusterName, tags, ...created } = parseInput(createInput, input);
    const name = clusterName || "default";
    if (!/^[0-9A-Za-z_-]{1,255}$/.test(name)) {
      throw invalidParameter("Cluster names must have at most 255 letters, digits, hyphens and underscores."); // text unverified
    }
    const refusal = tags ? tagRefusal(tags) : undefined;
    if (refusal !== undefined) throw clientException(refusal);
    const cluster = this.findOrAdd(name);
    if (cluster.created === undefined) {
      cluster.created = created;
      cluster.tags = tags ?? [];
    }
    if (!isDeepStrictEqual(cluster.created, created)) {
      throw invalidParameter(
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
      );
    }
    return JSON.stringify({ cluster: toCluster(cluster, ["TAGS", "SETTINGS", "CONFIGURATIONS"]) });
  }

  /** Takes the wire input of DescribeClusters and returns its wire output. */
  describe(input: unknown): string {
    const { clusters: references, include } = parseInput(describeInput, input);
    const names = references && references.length > 0 ? references.map(toName) : ["default"];
    if (names.length > 100) throw invalidParameter("At most 100 clusters can be described at a time."); // text unverified
    const clusters: object[] = [];
    const failures: object[] = [];
    for (const name of names) {
      const cluster = this.#clusters.get(name);
      if (cluster === undefined) {
        failures.push({ arn: toArn(this.#account, `cluster/${name}`), reason: "MISSING" });
      } else {
        clusters.push(toCluster(cluster, include ?? []));
      }
    }
    return JSON.stringify({ clusters, failures });
  }

  get(name: string): Cluster | undefined {
    return this.#clusters.get(name);
  }

  all(): Iterable<Cluster> {
    return this.#clusters.values();
  }

  /** The cluster with this name or ARN. @throws {@link EcsError} if there is none */
  find(reference: string | null | undefined): Cluster {
    const cluster = this.#clusters.get(toName(reference ?? "default"));
    if (cluster === undefined) throw new EcsError("ClusterNotFoundException", "Cluster not found.");
    return cluster;
  }

  /** The cluster with this name or ARN, which need not have been created. */
  findOrAdd(reference: string | null | undefined): Cluster {
    const name = toName(reference ?? "default");
    const cluster = this.#clusters.get(name);
    if (cluster !== undefined) return cluster;
    const arn = toArn(this.#account, `cluster/${name}`);
    const added = { arn, name, tags: [], services: new Map<string, Service>(), tasks: new Map<string, Task>() };
    this.#clusters.set(name, added);
    return added;
  }
}

/** The name at the end of an ARN; anything else is already a name. */
export function toName(reference: string | null | undefined): string {
  return reference ? reference.slice(reference.lastIndexOf("/") + 1) : "";
}

/** @param include What is answered only if asked for, as in DescribeClusters. */
function toCluster({ arn, name, tags, created, services, tasks }: Cluster, include: readonly string[]): object {
  const { settings, configuration, ...others } = created ?? {};
  return {
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    ...others,
    clusterArn: arn,
    clusterName: name,
    status: "ACTIVE",
    registeredContainerInstancesCount: 0,
    runningTasksCount: [...tasks.values()].filter(({ stopped }) => stopped === undefined).length,
    pendingTasksCount: 0,
    activeServicesCount: [...services.values()].filter(({ status }) => status === "ACTIVE").length,
    statistics: [],
    tags: include.includes("TAGS") ? tags : [],
    settings: include.includes("SETTINGS") ? (settings ?? []) : [],
    ...(configuration && include.includes("CONFIGURATIONS") && { configuration }),
  };
}
