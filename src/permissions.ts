/** A permission that the library needs, and what for. */
export interface Permission {
  /** Its IAM action. */
  readonly action: string;
  /** The ARN to grant it on; `<…>` is to be filled in. `*` where AWS accepts no other. */
  readonly resource: string;
  /** What the library does with it. */
  readonly why: string;
  /** Why it is granted on every resource, if it is. */
  readonly everywhere?: string;
  /** What IAM's `StringEquals` limits it to. */
  readonly condition?: Readonly<Record<string, string>>;
}

const clones = "arn:<partition>:ecs:<region>:<account>:task-definition/<clone family>:*";
const noResources = "ECS supports no resource-level permissions";

/**
 * Every operation that the class and the fleet functions send, and no other.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html for what a resource can be.
 */
export const operations = {
  DescribeTaskDefinition: {
    action: "ecs:DescribeTaskDefinition",
    resource: "*",
    why: "finds the newest base and reads clones",
    everywhere: noResources,
  },
  ListTaskDefinitions: {
    action: "ecs:ListTaskDefinitions",
    resource: "*",
    why: "walks the base family, looks for a registration that got no answer, and lists clones",
    everywhere: noResources,
  },
  ListTaskDefinitionFamilies: {
    action: "ecs:ListTaskDefinitionFamilies",
    resource: "*",
    why: "finds the families of users who have one each",
    everywhere: noResources,
  },
  RegisterTaskDefinition: {
    action: "ecs:RegisterTaskDefinition",
    resource: clones,
    why: "registers clones, only in their own family",
  },
  DeregisterTaskDefinition: {
    action: "ecs:DeregisterTaskDefinition",
    resource: "*",
    why: "rolls back a registration whose deployment failed, and retires clones",
    everywhere: noResources,
  },
  DeleteTaskDefinitions: {
    action: "ecs:DeleteTaskDefinitions",
    resource: clones,
    why: "deletes deregistered clones permanently, with the option `deleteInactive` of `prune`",
  },
  ListServices: {
    action: "ecs:ListServices",
    resource: "*",
    why: "finds the services of a cluster, to keep the clones in use",
    everywhere: noResources,
  },
  DescribeServices: {
    action: "ecs:DescribeServices",
    resource: "arn:<partition>:ecs:<region>:<account>:service/*",
    why: "reads which clones these services use",
  },
  ListTasks: {
    action: "ecs:ListTasks",
    resource: "*",
    why: "finds the tasks of a cluster, to keep the clones in use",
    everywhere: "the only resource type is a container instance, and the request names none",
  },
  DescribeTasks: {
    action: "ecs:DescribeTasks",
    resource: "arn:<partition>:ecs:<region>:<account>:task/*",
    why: "reads which clones these tasks use",
  },
} as const satisfies Record<string, Permission>;

/** An operation that the library sends. */
export type Operation = keyof typeof operations;

/** What AWS checks along with an operation, without being asked for it. */
export const alongside = {
  RegisterTaskDefinition: [
    {
      action: "ecs:TagResource",
      resource: clones,
      why: "lets a clone be registered with tags",
      condition: { "ecs:CreateAction": "RegisterTaskDefinition" },
    },
    {
      action: "iam:PassRole",
      resource: "<passed roles>",
      why: "lets a clone keep the task and execution roles of its base",
      condition: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    },
  ],
} as const satisfies Partial<Record<Operation, readonly Permission[]>>;

/** What a call sends. */
export interface CallOperations {
  readonly operations: readonly Operation[];
  /** Where the call comes from: the class, or `taskdef-cloner/fleet`. */
  readonly from: "class" | "fleet";
}

const looks = ["DescribeTaskDefinition", "ListTaskDefinitions"] as const;
const looksThroughFamilies = [...looks, "ListTaskDefinitionFamilies"] as const;
const clonesUsers = [...looks, "RegisterTaskDefinition", "DeregisterTaskDefinition"] as const;

/** Which operations each call sends: what to grant for it. */
export const permissions = {
  plan: { operations: looks, from: "class" },
  planReclone: { operations: looks, from: "class" },
  inspect: { operations: looks, from: "class" },
  clone: { operations: clonesUsers, from: "class" },
  reclone: { operations: clonesUsers, from: "class" },
  resize: { operations: clonesUsers, from: "class" },
  retire: { operations: ["DescribeTaskDefinition", "DeregisterTaskDefinition"], from: "class" },
  cloneAll: { operations: clonesUsers, from: "fleet" },
  recloneAll: { operations: clonesUsers, from: "fleet" },
  audit: { operations: looksThroughFamilies, from: "fleet" },
  listClones: { operations: looksThroughFamilies, from: "fleet" },
  prune: {
    operations: [...looksThroughFamilies, "DeregisterTaskDefinition", "DeleteTaskDefinitions"],
    from: "fleet",
  },
  collectArnsInUse: { operations: ["ListServices", "DescribeServices", "ListTasks", "DescribeTasks"], from: "fleet" },
} as const satisfies Record<string, CallOperations>;

/** All permissions that the class needs, or the fleet functions on top of it. */
export function toPermissions({ fleet }: { readonly fleet: boolean }): Permission[] {
  const calls: CallOperations[] = Object.values(permissions).filter(({ from }) => fleet || from === "class");
  const sent = new Set(calls.flatMap((call) => call.operations));
  return [...[...sent].map((operation) => operations[operation]), ...alongside.RegisterTaskDefinition];
}
