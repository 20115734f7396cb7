import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { isNotImplemented, NotImplementedError, refusalOf } from "./endpoint.ts";

/** What a call of an endpoint that answers like this comes to. */
async function call(statusCode: number, body: string): Promise<unknown> {
  const server = createServer((_, response) => response.writeHead(statusCode).end(body)).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has no other kind of address.
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new ECSClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  try {
    return await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const html = "<!doctype html><title>Internal Server Error</title>";
const toJson = (__type: string): string => JSON.stringify({ __type, message: "No." });

describe("an endpoint's answer", () => {
  it.each(["UnknownOperationException", "UnknownOperation", "NotImplemented", "InvalidAction"])(
    "that names the operation as unknown, %s, says that it is not implemented",
    async (name) => {
      const answer = call(400, toJson(name));
      await expect(answer).rejects.toSatisfy(isNotImplemented);
      await expect(refusalOf(answer)).rejects.toSatisfy(isNotImplemented);
    },
  );

  it.each([
    { what: "500 with JSON", statusCode: 500, body: toJson("InternalFailure") },
    { what: "501 with JSON", statusCode: 501, body: toJson("NotImplementedException") },
    { what: "500 with a page", statusCode: 500, body: html },
    { what: "404 with a page", statusCode: 404, body: html },
    { what: "200 with a page", statusCode: 200, body: html },
  ])("of $what is a failure, and no refusal either", async ({ statusCode, body }) => {
    const answer = call(statusCode, body);
    await expect(answer).rejects.not.toSatisfy(isNotImplemented);
    await expect(answer).rejects.toBeInstanceOf(Error);
    const error: unknown = await answer.catch((thrown: unknown) => thrown);
    await expect(refusalOf(answer)).rejects.toBe(error);
  });

  it("that refuses is reported with its name and message", async () => {
    expect(await refusalOf(call(400, toJson("ClientException")))).toStrictEqual({
      name: "ClientException",
      message: "No.",
    });
  });

  it("that accepts where ECS refuses says that the rule is not implemented", async () => {
    await expect(refusalOf(call(200, "{}"))).rejects.toBeInstanceOf(NotImplementedError);
    expect(isNotImplemented(new NotImplementedError("it accepts what ECS refuses"))).toBe(true);
  });
});
