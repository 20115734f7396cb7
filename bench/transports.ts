import { ECSClient } from "@aws-sdk/client-ecs";
import { FakeEcs } from "../src/testing/fake-ecs.ts";
import type { EcsRequestHandler } from "../src/testing/transport.ts";
import { baseFamily, toBase } from "./bases.ts";

/** A client as an application has one, over a handler in memory. */
export function toClient(requestHandler: EcsRequestHandler): ECSClient {
  return new ECSClient({
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
    endpoint: "https://ecs.us-east-1.amazonaws.com",
    disableClockSkewCorrection: true,
    requestHandler,
  });
}

/** A {@link FakeEcs} that can be thrown away for a fresh one with the same base, behind one client that lasts. */
export function toRenewableEcs(kibibytes: number): { readonly client: ECSClient; renew(): void } {
  const base = toBase(kibibytes);
  let ecs: FakeEcs;
  const renew = (): void => {
    ecs = new FakeEcs({ keepCalls: false });
    ecs.register(base);
  };
  renew();
  const client = toClient({
    ...emptyHandler,
    handle: (request, options) => ecs.requestHandler.handle(request, options),
  });
  return { client, renew };
}

/** A client whose every answer is ready before it is asked: nothing but the SDK and the code under measurement takes time, and nothing is kept. */
export async function toCannedClient(kibibytes: number): Promise<ECSClient> {
  const ecs = new FakeEcs();
  ecs.register(toBase(kibibytes));
  const described = await rawAnswer(ecs, "DescribeTaskDefinition", { taskDefinition: baseFamily, include: ["TAGS"] });
  const registered = await rawAnswer(ecs, "RegisterTaskDefinition", {
    ...toBase(kibibytes),
    family: `${baseFamily}-user`,
  });
  const headers = { "content-type": "application/x-amz-json-1.1", date: new Date().toUTCString() };
  return toClient({
    ...emptyHandler,
    handle: async (request) => {
      const isDescribe = request.headers["x-amz-target"]?.endsWith("DescribeTaskDefinition");
      return { response: { statusCode: 200, headers: { ...headers }, body: isDescribe ? described : registered } };
    },
  });
}

const emptyHandler = { updateHttpClientConfig: () => {}, httpHandlerConfigs: () => ({}) };

async function rawAnswer(ecs: FakeEcs, operation: string, input: object): Promise<Uint8Array> {
  await using server = await ecs.listen();
  const response = await fetch(server.endpoint, {
    method: "POST",
    headers: { "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}` },
    body: JSON.stringify(input),
  });
  return new Uint8Array(await response.arrayBuffer());
}
