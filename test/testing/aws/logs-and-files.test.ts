import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { FakeAws } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";

describe("FakeAws, logs and files", () => {
  it("lists log groups by prefix, sorted", async () => {
    const aws = new FakeAws();
    for (const name of ["/ecs/b", "/ecs/a", "/other"]) aws.logGroup({ name });
    const client = new CloudWatchLogsClient(aws.config);

    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/ecs", limit: 1 }));
    const all = await client.send(new DescribeLogGroupsCommand({}));

    expect(logGroups).toMatchObject([{ logGroupName: "/ecs/a", logGroupClass: "STANDARD" }]);
    expect(all.logGroups).toHaveLength(3);
  });

  it("lists the objects of a bucket, named in the host or in the path", async () => {
    const aws = new FakeAws();
    aws.object({ bucket: "settings", key: "a.env" });
    aws.object({ bucket: "settings", key: "b.env" });
    const command = () => new ListObjectsV2Command({ Bucket: "settings", Prefix: "a.env", MaxKeys: 1 });

    for (const forcePathStyle of [false, true]) {
      const client = new S3Client({ ...aws.config, forcePathStyle });
      expect((await client.send(command())).Contents).toMatchObject([{ Key: "a.env" }]);
      const all = await client.send(new ListObjectsV2Command({ Bucket: "settings" }));
      expect(all.KeyCount).toBe(2);
      await expect(client.send(new ListObjectsV2Command({ Bucket: "none" }))).rejects.toMatchObject({
        name: "NoSuchBucket",
      });
    }
  });

  it("says in which region a bucket is", async () => {
    const aws = new FakeAws();
    aws.object({ bucket: "settings", key: "a.env", region: "eu-west-1" });
    const command = () => new ListObjectsV2Command({ Bucket: "settings" });

    expect((await new S3Client({ ...aws.config, region: "eu-west-1" }).send(command())).KeyCount).toBe(1);
    await expect(new S3Client(aws.config).send(command())).rejects.toMatchObject({
      name: "PermanentRedirect",
      $response: { headers: { "x-amz-bucket-region": "eu-west-1" } },
    });
  });
});
