import { describe, expect, it } from "vitest";
import { FakeEcs } from "../../src/testing/index.ts";
import { app, smallest } from "./inputs.ts";

/** What ECS answers to an operation with this JSON. */
async function answerTo(operation: string, input: unknown) {
  const { response } = await new FakeEcs().requestHandler.handle({
    headers: { "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}` },
    body: JSON.stringify(input),
  });
  return { statusCode: response.statusCode, ...JSON.parse(Buffer.from(response.body).toString()) };
}

const withContainer = (container: object) => ({ ...smallest, containerDefinitions: [{ ...app, ...container }] });

describe("input of the wrong type", () => {
  it.each([
    {
      what: "a number for a text",
      input: { cpu: 256 },
      message: "NUMBER_VALUE can not be converted to a String (cpu)",
    },
    { what: "true for a text", input: { cpu: true }, message: "TRUE_VALUE can not be converted to a String (cpu)" },
    {
      what: "a text for a number",
      input: withContainer({ memory: "512" }),
      message: "STRING_VALUE cannot be converted to Integer (containerDefinitions[0].memory)",
    },
    {
      what: "a text for a truth value",
      input: withContainer({ essential: "yes" }),
      message: "STRING_VALUE can not be converted to a Boolean (containerDefinitions[0].essential)",
    },
    {
      what: "null in a list of texts",
      input: { requiresCompatibilities: ["FARGATE", null] },
      message: "NULL_VALUE can not be converted to a String (requiresCompatibilities[1])",
    },
    {
      what: "an object for a text",
      input: { family: {} },
      message: "Start of structure or map found where not expected. (family)",
    },
    { what: "a list for a text", input: { family: [] }, message: "Start of list found where not expected. (family)" },
    {
      what: "a list for an object",
      input: { ...smallest, volumes: [[]] },
      message: "Start of list found where not expected. (volumes[0])",
    },
    { what: "a text for a list", input: { volumes: "home" }, message: "Expected list or null (volumes)" },
    { what: "a text for an object", input: { volumes: ["home"] }, message: "Expected null (volumes[0])" },
    { what: "a list in place of the whole", input: [], message: "Start of list found where not expected." },
  ])("is refused in the words of AWS, with the place: $what", async ({ input, message }) => {
    expect(await answerTo("RegisterTaskDefinition", input)).toStrictEqual({
      statusCode: 400,
      __type: "SerializationException",
      message,
    });
  });

  it.each([
    ["ListTaskDefinitions", { maxResults: "5" }, "STRING_VALUE cannot be converted to Integer (maxResults)"],
    ["DescribeTaskDefinition", { taskDefinition: 5 }, "NUMBER_VALUE can not be converted to a String (taskDefinition)"],
    ["RunTask", { count: "1" }, "STRING_VALUE cannot be converted to Integer (count)"],
    ["TagResource", { tags: [{ key: 1 }] }, "NUMBER_VALUE can not be converted to a String (tags[0].key)"],
  ])("is refused by every operation, such as %s", async (operation, input, message) => {
    expect(await answerTo(operation, input)).toStrictEqual({
      statusCode: 400,
      __type: "SerializationException",
      message,
    });
  });

  it("is told from the first place only, and without the value", async () => {
    const environment = [{ name: "TOKEN", value: 5_311_776 }, { name: 1 }];
    expect(await answerTo("RegisterTaskDefinition", withContainer({ environment }))).toMatchObject({
      message: "NUMBER_VALUE can not be converted to a String (containerDefinitions[0].environment[0].value)",
    });
  });
});
