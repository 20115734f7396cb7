import { describe, expect, it } from "vitest";
import { checkKinds } from "../../src/verify/check.ts";
import { kindOperations, operations, permissions, toPermissionText } from "../../src/verify/permissions.ts";

describe("permissions", () => {
  it("has an entry for every kind of check, and uses every operation", () => {
    expect(Object.keys(kindOperations)).toStrictEqual([...checkKinds]);
    const used = new Set(Object.values(kindOperations).flatMap((kind) => kind.operations));
    expect([...used].sort()).toStrictEqual(Object.keys(operations).sort());
  });

  it("says what each action is for, which checks need it, and with which option", () => {
    expect(new Set(permissions.map(({ action }) => action)).size).toBe(Object.keys(operations).length);
    expect(permissions.find(({ action }) => action === "iam:SimulatePrincipalPolicy")).toStrictEqual({
      action: "iam:SimulatePrincipalPolicy",
      resource: "arn:<partition>:iam::<account>:role/<role>",
      why: "simulates what the role may do; reveals other principals' policies",
      kinds: ["role-permission"],
      option: "simulate",
    });
    const secret = permissions.find(({ action }) => action === "secretsmanager:DescribeSecret");
    expect(secret).toMatchObject({ kinds: ["registry-credentials", "secret", "key"] });
    expect(secret).not.toHaveProperty("option");
  });

  it("needs nothing that reads a secret's value, writes, or takes another's role", () => {
    const harmless =
      /^(?:BatchGetImage|GetDownloadUrlForLayer|GetAccessPoint|GetFileSystem|GetRole|Simulate\w+|Describe\w+|List\w+)$/;
    expect(Object.keys(operations).filter((operation) => !harmless.test(operation))).toStrictEqual([]);
    const actions = Object.values(operations).map(({ action }) => action);
    const never = [
      "secretsmanager:GetSecretValue",
      "ssm:GetParameters",
      "s3:GetObject",
      "kms:Decrypt",
      "sts:AssumeRole",
    ];
    expect(actions.filter((action: string) => never.includes(action))).toStrictEqual([]);
  });
});

describe("toPermissionText", () => {
  it("fills the gaps of the ARN's form that it knows", () => {
    const names = { partition: "aws", region: "eu-west-1", account: "111122223333" };
    expect(toPermissionText("BatchGetImage", { ...names, repository: "web" })).toBe(
      "ecr:BatchGetImage on arn:aws:ecr:eu-west-1:111122223333:repository/web",
    );
    expect(toPermissionText("GetRole", names)).toBe("iam:GetRole on arn:aws:iam::111122223333:role/<role>");
  });
});
