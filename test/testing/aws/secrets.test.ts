import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { FakeAws } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";

describe("FakeAws and secrets", () => {
  const describeSecret = (aws: FakeAws, SecretId: string) =>
    new SecretsManagerClient(aws.config).send(new DescribeSecretCommand({ SecretId }));

  it("describes a secret by its ARN, its partial ARN and its name", async () => {
    const aws = new FakeAws();
    const arn = aws.secret({ name: "user-keys/ana" });

    for (const id of [arn, arn.slice(0, -7), "user-keys/ana"]) {
      expect(await describeSecret(aws, id)).toMatchObject({
        ARN: arn,
        Name: "user-keys/ana",
        VersionIdsToStages: { "11111111-1111-4111-8111-111111111111": ["AWSCURRENT"] },
      });
    }
  });

  it("says that a secret is deleted, has no value, is a replica or has a key of its own", async () => {
    const aws = new FakeAws();
    const deletedAt = new Date("2026-11-25T00:00:00Z");
    aws.secret({ name: "gone", deletedAt, kmsKeyId: "key-1", primaryRegion: "eu-west-1", stages: [] });

    const described = await describeSecret(aws, "gone");

    expect(described).toMatchObject({ DeletedDate: deletedAt, KmsKeyId: "key-1", PrimaryRegion: "eu-west-1" });
    expect(described.VersionIdsToStages).toBeUndefined();
  });

  it("does not find an unknown secret, and denies one of another account", async () => {
    const aws = new FakeAws();
    const foreign = "arn:aws:secretsmanager:us-east-1:444455556666:secret:x-AbCdEf";

    await expect(describeSecret(aws, "none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(describeSecret(aws, foreign)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("pages through parameters to an empty page", async () => {
    const aws = new FakeAws();
    for (const name of ["/a", "/b", "/c", "d"]) aws.parameter({ name, type: name === "d" ? "String" : "SecureString" });
    const client = new SSMClient(aws.config);
    const names: unknown[] = [];
    const arns: unknown[] = [];
    let pages = 0;
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new DescribeParametersCommand({
          NextToken,
          ParameterFilters: [{ Key: "Name", Values: ["/a", "/b", "/c", "d"] }],
        }),
      );
      for (const { Name, ARN } of page.Parameters ?? []) {
        names.push(Name);
        arns.push(ARN);
      }
      NextToken = page.NextToken;
      pages += 1;
    } while (NextToken !== undefined);

    expect(names).toStrictEqual(["/a", "/b", "/c", "d"]);
    expect(arns.at(-1)).toBe("arn:aws:ssm:us-east-1:111122223333:parameter/d");
    expect(pages).toBe(3);
  });

  it("lists all parameters without a filter, and refuses a filter that it does not know", async () => {
    const aws = new FakeAws();
    aws.parameter({ name: "/a" });
    const client = new SSMClient(aws.config);

    expect((await client.send(new DescribeParametersCommand({}))).Parameters).toHaveLength(1);
    const odd = new DescribeParametersCommand({ ParameterFilters: [{ Key: "Path", Values: ["/"] }] });
    await expect(client.send(odd)).rejects.toMatchObject({ name: "InvalidFilterKey" });
  });

  it("describes a key", async () => {
    const aws = new FakeAws();
    aws.key({ id: "k-1" });
    aws.key({ id: "k-2", state: "Disabled" });
    const client = new KMSClient(aws.config);

    expect((await client.send(new DescribeKeyCommand({ KeyId: "k-1" }))).KeyMetadata).toMatchObject({ Enabled: true });
    const { KeyMetadata } = await client.send(
      new DescribeKeyCommand({ KeyId: "arn:aws:kms:us-east-1:111122223333:key/k-2" }),
    );
    expect(KeyMetadata).toMatchObject({ KeyState: "Disabled" });
    await expect(client.send(new DescribeKeyCommand({ KeyId: "k-3" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });
});
