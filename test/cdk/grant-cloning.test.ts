import { describe, expect, it } from "vitest";
import { grantCloning } from "../../src/cdk/index.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { toPolicy } from "../../src/policy/to-policy.ts";
import { permissions } from "../../src/verify/permissions.ts";
import { baseFamily } from "../cast.ts";
import { FakeBase, FakeRole } from "./fake-base.ts";
import { generatedFamily, tokenFamily } from "./fake-cdk.ts";

const roles = ["arn:aws:iam::111122223333:role/task", "arn:aws:iam::111122223333:role/execution"];
const options = { accountId: "111122223333", region: "us-east-1", baseFamily, passRoles: roles };

const setFamily =
  "Give the task definition a literal `family`, the one that the cloner has as `baseFamily`: it is how the newest base is found.";

describe("grantCloning", () => {
  it("grants what the policy says, and has the base's execution role made first", () => {
    const base = new FakeBase();
    const role = new FakeRole();

    grantCloning(base, role);

    expect(role.statements).toStrictEqual(toPolicy(options).Statement);
    expect(base.hasExecutionRole).toBe(true);
  });

  it("grants what fleets need, other families and other roles if the options say so", () => {
    const role = new FakeRole();
    const tenants = "arn:aws:iam::111122223333:role/tenants/*";

    grantCloning(new FakeBase(), role, { fleet: true, cloneFamily: "tenant-*", passRoles: [tenants] });

    expect(role.statements).toStrictEqual(
      toPolicy({ ...options, fleet: true, cloneFamily: "tenant-*", passRoles: [...roles, tenants] }).Statement,
    );
  });

  it("grants what checks ask with `verify`, as the policy does", () => {
    const role = new FakeRole();
    const verify = permissions.filter(({ option }) => option === undefined);

    grantCloning(new FakeBase(), role, { verify: true });

    expect(role.statements).toStrictEqual(toPolicy({ ...options, verify }).Statement);
    expect(role.statements.length).toBeGreaterThan(toPolicy(options).Statement.length);
  });

  it.each([
    [tokenFamily, `The base's family is a token, which has no value until it is deployed. ${setFamily}`],
    [
      generatedFamily,
      `The base has no family of its own, so the CDK generates "${generatedFamily}" from its path, and another name when it moves. ${setFamily}`,
    ],
    ["my base", 'The base\'s family "my base" is no family name: ECS takes 1 to 255 letters, digits, `_` and `-`.'],
  ])("refuses the family %s", (family, message) => {
    const role = new FakeRole();

    expect(() => grantCloning(new FakeBase({}, family), role)).toThrow(new InvalidInputError(message));
    expect(role.statements).toStrictEqual([]);
  });

  it.each<[string, object]>([
    ["an imported task definition", { node: {}, taskRole: { roleArn: "" } }],
    ["a resource", { node: {}, family: baseFamily, taskRole: { roleArn: "" } }],
  ])("refuses %s", (_, base) => {
    // The cast: what a caller without types may pass.
    expect(() => grantCloning(base as FakeBase, new FakeRole())).toThrow(
      new InvalidInputError(
        "Expected a task definition that this app defines, got an object without a family or roles of its own. An imported one does not say what it " +
          "contains: pass the construct that defines the base.",
      ),
    );
  });

  it("refuses a grantee that gets no permissions", () => {
    expect(() => grantCloning(new FakeBase(), new FakeRole(false))).toThrow(
      new InvalidInputError(
        "The grantee can't be given ecs:DescribeTaskDefinition, ecs:ListTaskDefinitions, ecs:DeregisterTaskDefinition: the CDK does not manage its " +
          "permissions. Grant them to a role that your app defines.",
      ),
    );
  });

  it("refuses clones in the base family, and options that it does not know", () => {
    const grant = (changes: object) => () => grantCloning(new FakeBase(), new FakeRole(), changes);

    expect(grant({ cloneFamily: `${baseFamily}*` })).toThrow(`covers the base family ${baseFamily}`);
    expect(grant({ fleets: true })).toThrow(InvalidInputError);
  });
});
