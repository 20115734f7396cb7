import { describe, expect, it } from "vitest";
import { outcomeOf, resultsOf, StubAws, sdkError } from "../stub-aws.ts";

const definition = {
  containerDefinitions: [{ environmentFiles: [{ type: "s3", value: "arn:aws:s3:::b-1/web.env" }] }],
};
const moved = Object.assign(sdkError("PermanentRedirect", "", 301), {
  $response: { headers: { "x-amz-bucket-region": "eu-west-1" } },
});

describe("the check of an environment file", () => {
  it.each([
    ["ok", { KeyCount: 1, Contents: [{ Key: "web.env" }] }],
    ["failed", { KeyCount: 0 }],
    ["failed", { KeyCount: 1, Contents: [{ Key: "web.env.bak" }] }],
    ["failed", sdkError("NoSuchBucket", "", 404)],
    ["unknown", {}],
    ["unknown", { KeyCount: 1, Contents: [{}] }],
    ["unknown", { KeyCount: 1, Contents: [{ Key: "other.env" }] }],
    ["unknown", { KeyCount: 1 }],
    ["unknown", moved],
    ["unknown", sdkError("PermanentRedirect", "", 301)],
    ["unknown", sdkError("AccessDenied", "", 403)],
  ])("is %s for %j", async (status, answer) => {
    expect((await outcomeOf("env-file", definition, { ListObjectsV2: answer })).status).toBe(status);
  });

  it("lists the file instead of asking for it, which would take the right to read it", async () => {
    const aws = new StubAws({ ListObjectsV2: sdkError("Unknown", "", 403) });
    const [result] = await resultsOf("env-file", definition, aws);
    expect(aws.calls.map(({ operation, input }) => [operation, input])).toStrictEqual([
      ["ListObjectsV2", { Bucket: "b-1", Prefix: "web.env", MaxKeys: 1 }],
    ]);
    expect(result).toMatchObject({ status: "unknown", permission: "s3:ListBucket on arn:aws:s3:::b-1" });
  });
});
