import { describe, expect, it } from "vitest";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError } from "../../../src/errors.ts";
import { parseUserPatch } from "../../../src/user/parse-user.ts";
import { withTaskRole } from "../../../src/user/parts/task-role.ts";
import { deepFreeze, plainUser, target, toArn, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const role = "arn:aws:iam::111122223333:role/tenants/user_2x9";

const derived = (
  taskRoleArn: string | undefined,
  taskDefinitionArn: string | undefined = typicalBase.taskDefinitionArn,
) =>
  deriveClone(
    { taskDefinition: { ...typicalBase, taskDefinitionArn } },
    { ...plainUser, ...(taskRoleArn !== undefined && { taskRoleArn }) },
    { container: "openclaw" },
  ).input;

describe("withTaskRole", () => {
  it.each([
    ["typical", typicalBase],
    ["maximal", maximalBase],
  ])("replaces the task role of a %s base, and nothing else", (_, base) => {
    const input = withTaskRole(base, target, role);
    expect(input).toStrictEqual({ ...base, taskRoleArn: role });
    expect(input.containerDefinitions).toBe(base.containerDefinitions);
  });

  it("gives a role to a base without one", () => {
    const { taskRoleArn: _, ...base } = typicalBase;
    expect(withTaskRole(deepFreeze(base), target, role)).toStrictEqual({ ...base, taskRoleArn: role });
  });

  const notFull =
    "expected the role's full ARN, arn:<partition>:iam::<account>:role/<name> with the role's path, if any, before its name.";

  it.each([
    ["a bare name", "user_2x9"],
    ["a user", "arn:aws:iam::111122223333:user/user_2x9"],
    ["a session", "arn:aws:sts::111122223333:assumed-role/user_2x9/session"],
    ["an account of eleven digits", "arn:aws:iam::11112222333:role/user_2x9"],
    ["no name", "arn:aws:iam::111122223333:role/"],
    ["a name of 65 characters", `arn:aws:iam::111122223333:role/${"x".repeat(65)}`],
    ["a space", "arn:aws:iam::111122223333:role/ user_2x9"],
  ])("refuses %s, which is not the full ARN of a role", (_, value) => {
    expect(() => withTaskRole(typicalBase, target, value)).toThrow(
      new InvalidInputError(`Invalid task role: ${notFull}`),
    );
  });

  it("is as strict about its other arguments", () => {
    expect(() => withTaskRole(typicalBase, { ...target, container: "" }, role)).toThrow(InvalidInputError);
    expect(() => withTaskRole({ ...typicalBase, family: "" }, target, role)).toThrow(InvalidInputError);
  });
});

describe("a user's task role", () => {
  it("is what the clone has, and the base's where the user has none", () => {
    expect(derived(role).taskRoleArn).toBe(role);
    expect(derived(undefined).taskRoleArn).toBe(typicalBase.taskRoleArn);
  });

  it("is of the base's account", () => {
    const other = "arn:aws:iam::444455556666:role/user_2x9";
    expect(() => derived(other)).toThrow(
      new InvalidInputError(
        "The user's task role arn:aws:iam::444455556666:role/user_2x9 is in account 444455556666 of partition aws, and base isol8-dev-openclaw:42 in " +
          "account 111122223333 of partition aws. A task can have only a role of its own account: pass one.",
      ),
    );
  });

  it("is of the base's partition", () => {
    const inChina = "arn:aws-cn:iam::111122223333:role/user_2x9";
    const base = toArn("web", 3).replace("arn:aws:", "arn:aws-cn:");
    expect(() => derived(inChina)).toThrow(/ is in account 111122223333 of partition aws-cn, and base /);
    expect(derived(inChina, base).taskRoleArn).toBe(inChina);
  });

  it("may be of any account if the base has no ARN with an account", () => {
    const other = "arn:aws:iam::444455556666:role/user_2x9";
    const { taskDefinitionArn: _, ...base } = typicalBase;
    const user = { ...plainUser, taskRoleArn: other };
    expect(deriveClone({ taskDefinition: base }, user, { container: "openclaw" }).input.taskRoleArn).toBe(other);
    expect(derived(other, "web:3").taskRoleArn).toBe(other);
  });

  it("is given back to the base by null in a patch, not by an empty text", () => {
    expect(parseUserPatch({ taskRoleArn: null })).toStrictEqual({ taskRoleArn: null });
    expect(() => parseUserPatch({ taskRoleArn: "" })).toThrow(
      new InvalidInputError("Invalid changes: taskRoleArn must not be empty; pass null to use the base's."),
    );
    expect(() => derived("")).toThrow(
      new InvalidInputError("Invalid user: taskRoleArn must not be empty; leave it out to use the base's."),
    );
  });

  it("may not be changed by customize", () => {
    const customize = () => ({ ...typicalBase, family: "isol8-dev-openclaw-user" });
    const user = { ...plainUser, taskRoleArn: role };
    expect(() => deriveClone({ taskDefinition: typicalBase }, user, { container: "openclaw", customize })).toThrow(
      /^The option `customize` changed or removed one of the user's own parts/,
    );
  });
});
