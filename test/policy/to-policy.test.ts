import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { alongside, operations } from "../../src/permissions.ts";
import { type PolicyOptions, toPolicy } from "../../src/policy/to-policy.ts";
import { executionRole, options, taskRole } from "./scope.ts";

const arn = "arn:aws:ecs:us-east-1:111122223333:";
const clones = `${arn}task-definition/isol8-dev-openclaw-user:*`;

const tagging = {
  Effect: "Allow",
  Action: ["ecs:TagResource"],
  Resource: clones,
  Condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
};
const passing = {
  Effect: "Allow",
  Action: ["iam:PassRole"],
  Resource: [taskRole, executionRole],
  Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
};

/** The resources that a policy allows an action on. */
function resourcesOf(action: string, changes: Partial<PolicyOptions> = {}): unknown {
  return toPolicy({ ...options, ...changes }).Statement.find(({ Action }) => Action.includes(action))?.Resource;
}

describe("toPolicy", () => {
  it("allows what the class asks, on the clones' family and the base's roles only where ECS can tell", () => {
    expect(toPolicy(options)).toStrictEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:DeregisterTaskDefinition"],
          Resource: "*",
        },
        { Effect: "Allow", Action: ["ecs:RegisterTaskDefinition"], Resource: clones },
        tagging,
        passing,
      ],
    });
  });

  it("allows what the fleet functions ask on top of it", () => {
    expect(toPolicy({ ...options, fleet: true }).Statement).toStrictEqual([
      {
        Effect: "Allow",
        Action: [
          "ecs:DescribeTaskDefinition",
          "ecs:ListTaskDefinitions",
          "ecs:DeregisterTaskDefinition",
          "ecs:ListTaskDefinitionFamilies",
          "ecs:ListServices",
          "ecs:ListTasks",
        ],
        Resource: "*",
      },
      { Effect: "Allow", Action: ["ecs:RegisterTaskDefinition", "ecs:DeleteTaskDefinitions"], Resource: clones },
      { Effect: "Allow", Action: ["ecs:DescribeServices"], Resource: `${arn}service/*` },
      { Effect: "Allow", Action: ["ecs:DescribeTasks"], Resource: `${arn}task/*` },
      tagging,
      passing,
    ]);
  });

  it("allows every permission in the table with the fleet functions, and no other", () => {
    const allowed = toPolicy({ ...options, fleet: true }).Statement.flatMap(({ Action }) => Action);
    const table = [...Object.values(operations), ...alongside.RegisterTaskDefinition].map(({ action }) => action);

    expect(allowed.sort()).toStrictEqual(table.sort());
  });

  it("allows what checks ask too, once, with `*` for what is unknown beforehand", () => {
    const role = { action: "iam:GetRole", resource: "arn:<partition>:iam::<account>:role/<role>" };
    const verify = [
      { action: "ssm:DescribeParameters", resource: "*", service: "ssm" },
      { action: "ecs:ListTaskDefinitions", resource: "*" },
      role,
      role,
    ];

    const { Statement } = toPolicy({ ...options, verify });

    expect(Statement.map(({ Action, Resource }) => [Action, Resource])).toStrictEqual([
      [
        [
          "ecs:DescribeTaskDefinition",
          "ecs:ListTaskDefinitions",
          "ecs:DeregisterTaskDefinition",
          "ssm:DescribeParameters",
        ],
        "*",
      ],
      [["ecs:RegisterTaskDefinition"], clones],
      [["ecs:TagResource"], clones],
      [["iam:PassRole"], [taskRole, executionRole]],
      [["iam:GetRole"], "arn:aws:iam::111122223333:role/*"],
    ]);
  });

  it("names each role once, and allows no role to be passed if the base has none", () => {
    expect(resourcesOf("iam:PassRole", { passRoles: [taskRole, taskRole] })).toBe(taskRole);
    expect(resourcesOf("iam:PassRole", { passRoles: [] })).toBeUndefined();
  });

  it("takes the clones' family, with a pattern for several", () => {
    const register = "ecs:RegisterTaskDefinition";

    expect(resourcesOf(register, { cloneFamily: "tenants" })).toBe(`${arn}task-definition/tenants:*`);
    expect(resourcesOf(register, { cloneFamily: "tenant-*-web" })).toBe(`${arn}task-definition/tenant-*-web:*`);
  });

  it("takes the partition of the region, or the one that you name", () => {
    const register = "ecs:RegisterTaskDefinition";
    const family = "111122223333:task-definition/isol8-dev-openclaw-user:*";

    expect(resourcesOf(register, { region: "cn-north-1" })).toBe(`arn:aws-cn:ecs:cn-north-1:${family}`);
    expect(resourcesOf(register, { partition: "aws-eusc" })).toBe(`arn:aws-eusc:ecs:us-east-1:${family}`);
  });

  it("leaves gaps for an account and a region that are unknown", () => {
    expect(resourcesOf("ecs:RegisterTaskDefinition", { accountId: undefined, region: undefined })).toBe(
      "arn:aws:ecs:<region>:<account>:task-definition/isol8-dev-openclaw-user:*",
    );
  });

  it.each(["isol8-dev-openclaw", "isol8-*", "*", "*-openclaw", "isol8-dev-openclaw*"])(
    "refuses the clone family %s, which covers the base family",
    (cloneFamily) => {
      expect(() => toPolicy({ ...options, cloneFamily })).toThrow(
        new InvalidInputError(
          `The clone family ${cloneFamily} covers the base family isol8-dev-openclaw. Who may register there can replace the base of every user. Choose a ` +
            "narrower `cloneFamily`.",
        ),
      );
    },
  );

  it("takes a dot in no family for any character", () => {
    expect(() => toPolicy({ ...options, cloneFamily: "isol8.dev" })).toThrow(
      new InvalidInputError(
        'The clone family "isol8.dev" is no family name: ECS takes 1 to 255 letters, digits, `_` and `-`. In a policy, `*` stands for anything.',
      ),
    );
  });

  it("refuses a base family with a revision", () => {
    expect(() => toPolicy({ ...options, baseFamily: "web:3" })).toThrow(
      new InvalidInputError('The base family "web:3" is no family name: pass it without a revision.'),
    );
  });

  it.each<[string, object, string]>([
    ["a short account", { accountId: "1234" }, "accountId: expected the 12 digits of an AWS account"],
    ["a zone", { region: "US East" }, "region: expected the name of an AWS region, such as us-east-1"],
    ["another cloud's partition", { partition: "gcp" }, "partition: expected a partition, such as aws or aws-cn"],
    [
      "the name of a role",
      { passRoles: ["isol8-dev-task"] },
      "passRoles.0: expected the ARN of a role: arn:<partition>:iam::<account>:role/<name>",
    ],
    ["a typo", { fleets: true }, "fleets"],
  ])("refuses %s", (_, changes, complaint) => {
    expect(() => toPolicy({ ...options, ...changes })).toThrow(InvalidInputError);
    expect(() => toPolicy({ ...options, ...changes })).toThrow(complaint);
  });
});
