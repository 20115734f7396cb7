import { describe, expect, it } from "vitest";
import { outcomeOf, resultsOf, StubAws, sdkError } from "../stub-aws.ts";

const definition = (more: object = {}) => ({
  containerDefinitions: [
    {
      name: "app",
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/ecs/web", "awslogs-region": "eu-north-1", ...more },
      },
    },
  ],
});
const having = (...logGroups: object[]) => ({ logGroups });
const created = definition({ "awslogs-create-group": "true" });

describe("the check of a log group", () => {
  it.each([
    ["ok", having({ logGroupName: "/ecs/web" }), definition()],
    ["ok", having({ logGroupName: "/ecs/web", logGroupClass: "INFREQUENT_ACCESS" }), definition()],
    ["ok", having(), created],
    ["failed", having(), definition()],
    ["failed", having({ logGroupName: "/ecs/web-2" }), definition()],
    ["failed", having({ logGroupName: "/ecs/web", logGroupClass: "DELIVERY" }), definition()],
    ["unknown", {}, definition()],
    ["unknown", {}, created],
    ["unknown", having({}), definition()],
    [
      "unknown",
      having({ logGroupName: "/ecs/web", arn: "arn:aws:logs:eu-north-1:444455556666:log-group:/ecs/web:*" }),
      definition(),
    ],
    ["unknown", having({ logGroupName: "/other" }), definition()],
    ["unknown", { ...having(), nextToken: "2" }, definition()],
    ["unknown", { ...having(), nextToken: "2" }, created],
    ["unknown", sdkError("InvalidParameterException"), definition()],
  ])("is %s for %j", async (status, answer, input) => {
    expect((await outcomeOf("log-group", input, { DescribeLogGroups: answer })).status).toBe(status);
  });

  it("asks in the region of the log driver's options", async () => {
    const aws = new StubAws({ DescribeLogGroups: sdkError("AccessDeniedException") });
    const [result] = await resultsOf("log-group", definition(), aws);
    expect(aws.calls).toStrictEqual([
      { operation: "DescribeLogGroups", region: "eu-north-1", input: { logGroupNamePrefix: "/ecs/web", limit: 1 } },
    ]);
    expect(result?.permission).toBe("logs:DescribeLogGroups on arn:aws:logs:eu-north-1:111122223333:log-group:*");
  });
});
