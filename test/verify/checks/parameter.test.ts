import { describe, expect, it } from "vitest";
import { outcomeOf, resultsOf, StubAws, sdkError } from "../stub-aws.ts";

const arnOf = (path: string, accountId = "111122223333") => `arn:aws:ssm:eu-west-1:${accountId}:parameter/${path}`;
const definition = (...values: string[]) => ({
  containerDefinitions: [{ secrets: values.map((valueFrom, index) => ({ name: `P${index}`, valueFrom })) }],
});
const having = (...Parameters: object[]) => ({ Parameters });
const check = (answer: object, valueFrom = "/a/b") =>
  outcomeOf("parameter", definition(valueFrom), { DescribeParameters: answer });

describe("the check of a parameter", () => {
  it.each([
    ["/a/b", { Name: "/a/b" }],
    ["name", { Name: "name" }],
    [arnOf("a/b"), { Name: "/a/b", ARN: arnOf("a/b") }],
    [arnOf("name"), { Name: "name", ARN: arnOf("name") }],
    [arnOf("name"), { Name: "/name" }],
    ["/a/b:2", { Name: "/a/b", Version: 2 }],
    [`${arnOf("a/b")}:150`, { Name: "/a/b", ARN: arnOf("a/b"), Version: 200 }],
  ])("is ok for %s", async (valueFrom, parameter) => {
    expect(await check(having({ Name: "/other" }, parameter), valueFrom)).toStrictEqual({
      status: "ok",
      detail: "The parameter is there.",
    });
  });

  it.each([
    ["/a/b", having()],
    ["/a/b", having({ Name: "a/b" })],
    [arnOf("a/b"), having({ Name: "/a/b", ARN: arnOf("a/b").replace("eu-west-1", "eu-west-2") })],
    ["/a/b:3", having({ Name: "/a/b", Version: 2 })],
    ["/a/b:0", having({ Name: "/a/b", Version: 2 })],
  ])("fails for %s where there is none", async (valueFrom, answer) => {
    expect(await check(answer, valueFrom)).toMatchObject({ status: "failed", advice: expect.any(String) });
  });

  it.each([
    ["/a/b:blue", having({ Name: "/a/b", Version: 2 })],
    ["/a/b:1", having({ Name: "/a/b", Version: 200 })],
    ["/a/b:1", having({ Name: "/a/b" })],
    ["/a/b", {}],
    ["/a/b", { Parameters: "none" }],
    [arnOf("a/b", "444455556666"), having()],
    ["/a/b", sdkError("InvalidFilterValue")],
  ])("does not know about %s", async (valueFrom, answer) => {
    expect(await check(answer, valueFrom)).toMatchObject({ status: "unknown" });
  });

  it("names the permission that the checker lacks, which AWS grants on everything only", async () => {
    expect(await check(sdkError("AccessDeniedException"))).toMatchObject({ permission: "ssm:DescribeParameters on *" });
  });

  it("asks for many at once, and reads the pages to the end, empty ones too", async () => {
    const pages = [
      { Parameters: [], NextToken: "1" },
      { Parameters: [{ Name: "/a" }], NextToken: "2" },
      { Parameters: [{ Name: "/c" }] },
    ];
    const aws = new StubAws({ DescribeParameters: ({ NextToken }) => pages[Number(NextToken ?? 0)] });
    const results = await resultsOf("parameter", definition("/a", "/b", "/c", arnOf("d")), aws);
    expect(results.map(({ check: { subject }, status }) => [subject, status])).toStrictEqual([
      ["/a", "ok"],
      ["/b", "failed"],
      ["/c", "ok"],
      [arnOf("d"), "failed"],
    ]);
    const asked = aws.calls.filter(({ region }) => region === "us-east-1").map(({ input }) => input);
    const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: ["/a", "/b", "/c"] }];
    expect(asked).toStrictEqual([
      { ParameterFilters, MaxResults: 50 },
      { ParameterFilters, MaxResults: 50, NextToken: "1" },
      { ParameterFilters, MaxResults: 50, NextToken: "2" },
    ]);
  });

  it("asks for no more than fifty in one request", async () => {
    const aws = new StubAws({ DescribeParameters: having() });
    const names = Array.from({ length: 120 }, (_, index) => `/p${index}`);
    expect(await resultsOf("parameter", definition(...names), aws)).toHaveLength(120);
    const sizes = aws.calls.map(({ input }) => JSON.stringify(input).split('"/p').length - 1);
    expect(sizes).toStrictEqual([50, 50, 20]);
  });

  it.each([
    ["a parameter without a name", { Parameters: [{}] }],
    ["a token that is none", { Parameters: [], NextToken: 7 }],
    ["pages in a circle", { Parameters: [], NextToken: "1" }],
  ])("does not take a parameter for missing with %s", async (_, answer) => {
    expect(await check(answer)).toMatchObject({ status: "unknown", detail: expect.stringMatching(/cannot be read/) });
  });

  it("does not take another account's parameter of the same name for the task's", async () => {
    const others = having({ Name: "/a/b", ARN: arnOf("a/b", "444455556666") });
    expect(await check(others)).toMatchObject({ status: "unknown", detail: expect.stringMatching(/444455556666/) });
  });

  it("fails only when the last page came: a later denial leaves it open", async () => {
    const aws = new StubAws({
      DescribeParameters: ({ NextToken }) =>
        NextToken === undefined ? { Parameters: [], NextToken: "1" } : sdkError("AccessDeniedException"),
    });
    const [result] = await resultsOf("parameter", definition("/a"), aws);
    expect(result?.status).toBe("unknown");
  });
});
