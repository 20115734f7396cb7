import {
  DeploymentControllerType,
  DesiredStatus,
  LaunchType,
  SchedulingStrategy,
  ServiceField,
  TaskField,
} from "@aws-sdk/client-ecs";
import * as z from "zod";
import { type Account, toArn, toTimestamp } from "./account.ts";
import { type Clusters, type Deployment, type Service, type Task, type TaskSet, toName } from "./clusters.ts";
import { clientException, EcsError, invalidParameter } from "./ecs-error.ts";
import { after, toPage } from "./pages.ts";
import { type Tagged, tagList } from "./tags.ts";
import type { Revision } from "./task-definitions.ts";
import { boolean, list, number, oneOf, parseInput, text } from "./wire.ts";

const launchType = oneOf("launch type", Object.values(LaunchType)).nullish();

const serviceInput = z.looseObject({
  cluster: text,
  service: text,
  serviceName: text,
  clientToken: text,
  taskDefinition: text,
  desiredCount: number,
  forceNewDeployment: boolean,
  force: boolean,
  launchType,
  schedulingStrategy: oneOf("Scheduling strategy", Object.values(SchedulingStrategy)).nullish(),
  deploymentController: z
    .looseObject({ type: oneOf("DeploymentController.type", Object.values(DeploymentControllerType)).nullish() })
    .nullish(),
  tags: tagList,
});

const taskSetInput = z.looseObject({
  cluster: text,
  service: text,
  taskDefinition: text,
  launchType,
  scale: z.looseObject({ value: number }).nullish(),
});

const describeServicesInput = z.looseObject({
  cluster: text,
  services: list(z.string()),
  include: list(oneOf("include", Object.values(ServiceField))),
});

const listServicesInput = z.looseObject({ cluster: text, maxResults: number, nextToken: text });

const runTaskInput = z.looseObject({
  cluster: text,
  clientToken: text,
  taskDefinition: text,
  count: number,
  group: text,
  startedBy: text,
  launchType,
  tags: tagList,
});

const stopTaskInput = z.looseObject({ cluster: text, task: text, reason: text });

const describeTasksInput = z.looseObject({
  cluster: text,
  tasks: list(z.string()),
  include: list(oneOf("include", Object.values(TaskField))),
});

const listTasksInput = z.looseObject({
  cluster: text,
  family: text,
  serviceName: text,
  startedBy: text,
  desiredStatus: oneOf("desiredStatus", Object.values(DesiredStatus)).nullish(),
  maxResults: number,
  nextToken: text,
});

/** A task that has stopped, in plain words. */
export interface StoppedTask {
  /** @default "default" */
  readonly cluster?: string | undefined;
  /** Its ARN, `family:revision` or family. It need not be ACTIVE. */
  readonly taskDefinition: string;
  /** Name of the service that it belonged to. @default none: it was run by itself */
  readonly service?: string | undefined;
  /** Why it stopped, as ECS words it. */
  readonly reason: string;
  /** The kind of reason, such as `TaskFailedToStart`. @default none */
  readonly code?: string | undefined;
  /** Containers that say something of their end. @default none */
  readonly containers?:
    | readonly { readonly name: string; readonly exitCode?: number | undefined; readonly reason?: string | undefined }[]
    | undefined;
}

/** The prefix of the ids of a service's own deployments. */
const serviceDeployment = "ecs-svc/";

/** What services need to know about an account's clusters and task definitions. */
export interface ServicesOptions {
  readonly account: Account;
  readonly clusters: Clusters;
  readonly findTaskDefinition: (reference: string | null | undefined) => Revision | undefined;
  /** Whether deployments wait for `completeDeployments`. */
  readonly holdDeployments: boolean;
}

/** The services and tasks of an account. Each operation takes the wire input and returns the wire output. */
export class Services {
  readonly #options: ServicesOptions;
  readonly #clusters: Clusters;
  readonly #runs = new Map<string, readonly Task[]>();
  #count = 0;

  constructor(options: ServicesOptions) {
    this.#options = options;
    this.#clusters = options.clusters;
  }

  createService(input: unknown): string {
    const parsed = parseInput(serviceInput, input);
    const { cluster: reference, serviceName, clientToken, taskDefinition, desiredCount, tags, ...settings } = parsed;
    const cluster = this.#clusters.findOrAdd(reference);
    if (!serviceName) throw invalidParameter("Service name can not be blank."); // text unverified
    const existing = cluster.services.get(serviceName);
    if (existing?.status === "ACTIVE") {
      if (clientToken && existing.clientToken === clientToken) return toServiceText(existing);
      throw invalidParameter("Creation of service was not idempotent.");
    }
    const isExternal = settings.deploymentController?.type === "EXTERNAL";
    const deployments = isExternal
      ? []
      : [this.#newDeployment(this.#findActive(taskDefinition, clientException), serviceDeployment)];
    const service: Service = {
      arn: toArn(this.#options.account, `service/${cluster.name}/${serviceName}`),
      name: serviceName,
      cluster,
      clientToken,
      createdAt: this.#options.account.now(),
      status: "ACTIVE",
      settings,
      desiredCount: desiredCount ?? 0,
      deployments,
      taskSets: [],
      tags: tags ?? [],
    };
    cluster.services.set(serviceName, service);
    this.#settle(service);
    return toServiceText(service);
  }

  updateService(input: unknown): string {
    const { cluster, service: name, ...changes } = parseInput(serviceInput, input);
    const { taskDefinition, desiredCount, forceNewDeployment, ...settings } = changes;
    const service = this.#findActiveService(cluster, name);
    const [primary] = service.deployments;
    const next = taskDefinition ? this.#findActive(taskDefinition, clientException) : primary?.taskDefinition;
    service.settings = { ...service.settings, ...settings };
    service.desiredCount = desiredCount ?? service.desiredCount;
    if (next !== undefined && (forceNewDeployment || next !== primary?.taskDefinition)) {
      service.deployments = [this.#newDeployment(next, serviceDeployment), ...service.deployments];
    }
    this.#settle(service);
    return toServiceText(service);
  }

  deleteService(input: unknown): string {
    const { cluster, service: name, force } = parseInput(serviceInput, input);
    const service = this.#findActiveService(cluster, name);
    if (service.desiredCount > 0 && !force) {
      throw invalidParameter("The service cannot be stopped while it is scaled above 0.");
    }
    service.desiredCount = 0;
    for (const deployment of [...service.deployments, ...service.taskSets]) this.#scale(service, deployment, 0);
    service.status = "INACTIVE";
    return toServiceText(service);
  }

  createTaskSet(input: unknown): string {
    const parsed = parseInput(taskSetInput, input);
    const { cluster, service: name, taskDefinition, ...settings } = parsed;
    const service = this.#findActiveService(cluster, name);
    const deployment = this.#newDeployment(this.#findActive(taskDefinition, clientException));
    const taskSet: TaskSet = {
      ...deployment,
      isComplete: true,
      percent: settings.scale?.value ?? 100,
      arn: toArn(this.#options.account, `task-set/${service.cluster.name}/${service.name}/${deployment.id}`),
      settings,
    };
    service.taskSets = [...service.taskSets, taskSet];
    this.#settle(service);
    return JSON.stringify({ taskSet: toTaskSet(taskSet, service) });
  }

  describeServices(input: unknown): string {
    const { cluster: reference, services: names, include } = parseInput(describeServicesInput, input);
    const cluster = this.#clusters.find(reference);
    if (!names || names.length < 1 || names.length > 10) {
      throw invalidParameter("Between 1 and 10 services can be described at a time."); // text unverified
    }
    const services: object[] = [];
    const failures: object[] = [];
    for (const name of names) {
      const service = cluster.services.get(toName(name));
      if (service === undefined) {
        failures.push({
          arn: toArn(this.#options.account, `service/${cluster.name}/${toName(name)}`),
          reason: "MISSING",
        });
      } else {
        services.push(toService(service, include?.includes("TAGS") ?? false));
      }
    }
    return JSON.stringify({ services, failures });
  }

  listServices(input: unknown): string {
    const { cluster, ...page } = parseInput(listServicesInput, input);
    const services = [...this.#clusters.find(cluster).services.values()].filter(({ status }) => status === "ACTIVE");
    const arns = services.map(({ arn }) => arn).sort();
    const { items, ...rest } = toPage(page, (last) => after(arns, last), 10);
    return JSON.stringify({ serviceArns: items, ...rest });
  }

  runTask(input: unknown): string {
    const parsed = parseInput(runTaskInput, input);
    const { cluster: reference, clientToken, taskDefinition, count, group, startedBy, tags, ...settings } = parsed;
    const length = count ?? 1;
    if (length < 1 || length > 10) throw invalidParameter("count must be between 1 and 10."); // text unverified
    const arn = this.#findActive(taskDefinition, invalidParameter);
    const tasks =
      this.#runs.get(clientToken ?? "") ??
      Array.from({ length }, () =>
        this.#start({
          cluster: this.#clusters.findOrAdd(reference),
          taskDefinition: arn,
          group: group ?? `family:${toFamily(arn)}`,
          startedBy: startedBy ?? undefined,
          settings,
          tags: tags ?? [],
        }),
      );
    if (clientToken) this.#runs.set(clientToken, tasks);
    return JSON.stringify({ tasks: tasks.map((task) => toTask(task, true)), failures: [] });
  }

  stopTask(input: unknown): string {
    const { cluster, task: reference, reason } = parseInput(stopTaskInput, input);
    const task = this.#clusters.find(cluster).tasks.get(toName(reference));
    if (task === undefined) throw invalidParameter("The referenced task was not found.");
    const { owner } = task;
    const replaced = owner?.deployment.tasks.delete(task);
    task.stopped ??= { at: this.#options.account.now(), reason: reason ?? undefined };
    if (owner && replaced) this.#scale(owner.service, owner.deployment, owner.deployment.tasks.size + 1);
    return JSON.stringify({ task: toTask(task, true) });
  }

  /** Adds a task that has stopped. @returns its ARN */
  addStopped({ cluster, taskDefinition, service, reason, code, containers = [] }: StoppedTask): string {
    const revision = this.#options.findTaskDefinition(taskDefinition);
    if (revision === undefined) throw clientException("TaskDefinition not found.");
    const settings = {
      ...(code !== undefined && { stopCode: code }),
      containers: containers.map((container) => ({ ...container, lastStatus: "STOPPED" })),
    };
    const group = service === undefined ? `family:${revision.family.name}` : `service:${service}`;
    const started = { cluster: this.#clusters.findOrAdd(cluster), taskDefinition: revision.arn, group, settings };
    const task = this.#start({ ...started, startedBy: undefined, tags: [] });
    task.stopped = { at: this.#options.account.now(), reason };
    return task.arn;
  }

  describeTasks(input: unknown): string {
    const { cluster: reference, tasks: names, include } = parseInput(describeTasksInput, input);
    const cluster = this.#clusters.find(reference);
    if (!names || names.length < 1 || names.length > 100) {
      throw invalidParameter("Between 1 and 100 tasks can be described at a time."); // text unverified
    }
    const tasks: object[] = [];
    const failures: object[] = [];
    for (const name of names) {
      const task = cluster.tasks.get(toName(name));
      if (task) tasks.push(toTask(task, include?.includes("TAGS") ?? false));
      else
        failures.push({ arn: toArn(this.#options.account, `task/${cluster.name}/${toName(name)}`), reason: "MISSING" });
    }
    return JSON.stringify({ tasks, failures });
  }

  listTasks(input: unknown): string {
    const parsed = parseInput(listTasksInput, input);
    const { cluster, family, serviceName, startedBy, desiredStatus, ...page } = parsed;
    const { tasks } = this.#clusters.find(cluster);
    const isListed = (task: Task): boolean =>
      (task.stopped === undefined ? "RUNNING" : "STOPPED") === (desiredStatus ?? "RUNNING") &&
      (!family || toFamily(task.taskDefinition) === family) &&
      (!serviceName || task.owner?.service.name === toName(serviceName)) &&
      (!startedBy || task.startedBy === startedBy);
    const arns = [...tasks.values()].filter(isListed).map(({ arn }) => arn);
    const { items, ...rest } = toPage(page, (last) => after(arns, last));
    return JSON.stringify({ taskArns: items, ...rest });
  }

  /** Completes the pending deployments. */
  completeDeployments(): void {
    for (const cluster of this.#clusters.all()) {
      for (const service of cluster.services.values()) this.#complete(service);
    }
  }

  /** The ARNs of the task definitions that running tasks, deployments and task sets refer to. */
  references(): ReadonlySet<string> {
    const references = new Set<string>();
    for (const { tasks, services } of this.#clusters.all()) {
      for (const task of tasks.values()) if (task.stopped === undefined) references.add(task.taskDefinition);
      for (const { status, deployments, taskSets } of services.values()) {
        if (status !== "ACTIVE") continue;
        for (const { taskDefinition } of [...deployments, ...taskSets]) references.add(taskDefinition);
      }
    }
    return references;
  }

  /** The cluster, service or task with this ARN. */
  find(arn: string): Tagged | undefined {
    const [, only] = /:cluster\/([^/]+)$/.exec(arn) ?? [];
    if (only !== undefined) return this.#clusters.get(only);
    const [, kind, cluster = "", name = ""] = /:(service|task)\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
    const found = this.#clusters.get(cluster);
    return kind === "service" ? found?.services.get(name) : found?.tasks.get(name);
  }

  #findActiveService(cluster: string | null | undefined, reference: string | null | undefined): Service {
    const service = this.#clusters.find(cluster).services.get(toName(reference));
    if (service === undefined) throw new EcsError("ServiceNotFoundException", "Service not found.");
    if (service.status !== "ACTIVE") throw new EcsError("ServiceNotActiveException", "Service was not ACTIVE.");
    return service;
  }

  /** The ARN of an ACTIVE revision. For an INACTIVE one, tasks get another error than services. */
  #findActive(reference: string | null | undefined, inactive: (message: string) => EcsError): string {
    const revision = this.#options.findTaskDefinition(reference);
    // Cloud-CV/EvalAI#2419
    if (revision === undefined) throw clientException("TaskDefinition not found.");
    // DefangLabs/defang#775
    if (revision.status !== "ACTIVE") throw inactive("TaskDefinition is inactive");
    return revision.arn;
  }

  #newDeployment(taskDefinition: string, idPrefix = ""): Deployment {
    const id = `${idPrefix}${this.#nextId()}`;
    return { id, taskDefinition, createdAt: this.#options.account.now(), tasks: new Set(), isComplete: false };
  }

  #settle(service: Service): void {
    const [primary] = service.deployments;
    if (!this.#options.holdDeployments) this.#complete(service);
    else if (primary?.isComplete) this.#scale(service, primary, service.desiredCount);
    for (const taskSet of service.taskSets) this.#scale(service, taskSet, toCount(taskSet, service));
  }

  #complete(service: Service): void {
    const [primary, ...replaced] = service.deployments;
    if (primary === undefined || service.status !== "ACTIVE") return;
    primary.isComplete = true;
    service.deployments = [primary];
    for (const deployment of replaced) this.#scale(service, deployment, 0);
    this.#scale(service, primary, service.desiredCount);
  }

  #scale(service: Service, deployment: Deployment, count: number): void {
    const { cluster, name } = service;
    const { id: startedBy, taskDefinition, tasks } = deployment;
    while (tasks.size < count) {
      const owner = { service, deployment };
      const group = `service:${name}`;
      tasks.add(this.#start({ cluster, taskDefinition, group, startedBy, settings: {}, tags: [], owner }));
    }
    for (const task of [...tasks].slice(count)) {
      tasks.delete(task);
      task.stopped = {
        at: this.#options.account.now(),
        reason: `Scaling activity initiated by (deployment ${startedBy})`,
      };
    }
  }

  #start(task: Omit<Task, "arn" | "createdAt">): Task {
    const id = this.#nextId();
    const arn = toArn(this.#options.account, `task/${task.cluster.name}/${id}`);
    const started = { ...task, arn, createdAt: this.#options.account.now() };
    task.cluster.tasks.set(id, started);
    return started;
  }

  /** Ids sort in the order in which they are assigned. */
  #nextId(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(32, "0");
  }
}

function toFamily(taskDefinition: string): string {
  return toName(taskDefinition).replace(/:\d+$/, "");
}

/** A task set's share, in percent, of its service's tasks. */
function toCount({ percent }: TaskSet, { desiredCount }: Service): number {
  return Math.ceil((desiredCount * percent) / 100);
}

function toServiceText(service: Service): string {
  return JSON.stringify({ service: toService(service, true) });
}

function toService(service: Service, withTags: boolean): object {
  const { deployments, taskSets } = service;
  return {
    ...service.settings,
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: [...deployments, ...taskSets].reduce((total, { tasks }) => total + tasks.size, 0),
    pendingCount: 0,
    taskDefinition: deployments[0]?.taskDefinition,
    deployments: deployments.map((deployment, index) => ({
      id: deployment.id,
      status: index === 0 ? "PRIMARY" : "ACTIVE",
      taskDefinition: deployment.taskDefinition,
      desiredCount: index === 0 ? service.desiredCount : 0,
      runningCount: deployment.tasks.size,
      pendingCount: 0,
      failedTasks: 0,
      createdAt: toTimestamp(deployment.createdAt),
      updatedAt: toTimestamp(deployment.createdAt),
      rolloutState: deployment.isComplete ? "COMPLETED" : "IN_PROGRESS",
    })),
    taskSets: taskSets.map((taskSet) => toTaskSet(taskSet, service)),
    events: [],
    createdAt: toTimestamp(service.createdAt),
    ...(withTags && { tags: service.tags }),
  };
}

function toTaskSet(taskSet: TaskSet, service: Service): object {
  return {
    ...taskSet.settings,
    id: taskSet.id,
    taskSetArn: taskSet.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    status: "ACTIVE",
    taskDefinition: taskSet.taskDefinition,
    computedDesiredCount: toCount(taskSet, service),
    runningCount: taskSet.tasks.size,
    pendingCount: 0,
    createdAt: toTimestamp(taskSet.createdAt),
    updatedAt: toTimestamp(taskSet.createdAt),
    stabilityStatus: "STEADY_STATE",
  };
}

function toTask(task: Task, withTags: boolean): object {
  const { stopped } = task;
  const status = stopped === undefined ? "RUNNING" : "STOPPED";
  return {
    ...task.settings,
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: task.taskDefinition,
    group: task.group,
    startedBy: task.startedBy,
    lastStatus: status,
    desiredStatus: status,
    createdAt: toTimestamp(task.createdAt),
    startedAt: toTimestamp(task.createdAt),
    ...(stopped && { stoppedAt: toTimestamp(stopped.at), stoppedReason: stopped.reason }),
    ...(withTags && { tags: task.tags }),
  };
}
