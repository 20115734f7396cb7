import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ecs } from "../../src/ecs/connection.ts";
import { deregister, describe as describeRevision, listNewestFirst } from "../../src/ecs/revisions.ts";
import { OutcomeUnknownError, UnexpectedResponseError } from "../../src/errors.ts";
import { type ClonerEvent, TaskDefCloner } from "../../src/index.ts";
import { type EcsOperation, type EcsRequestHandler, FakeEcs, systemClock } from "../../src/testing/index.ts";
import { smallBase, toArn, plainUser as user } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { rejectionOf } from "../world.ts";
import { answering, over } from "./answering.ts";

const cutShort = '{"taskDefinition":{"containerDefinitions":[{"environment":[{"name":"KEY","value":"hush';

const missing = "JSON that can be read";

/** All that an error holds, whether it shows it or hides it. */
const toAll = (error: unknown): string =>
  inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY, getters: true });

afterEach(() => {
  vi.useRealTimers();
});

describe("a successful response that is cut short", () => {
  it.each<[EcsOperation, (ecs: Ecs) => Promise<unknown>]>([
    ["DescribeTaskDefinition", (ecs) => describeRevision(ecs, "web")],
    ["ListTaskDefinitions", (ecs) => listNewestFirst(ecs, "web", "ACTIVE").next()],
    ["DeregisterTaskDefinition", (ecs) => deregister(ecs, toArn("web", 1))],
  ])("to %s is an error that holds none of it, and is not retried", async (operation, call) => {
    const { client, sent } = answering([{ body: Buffer.from(cutShort) }], { maxAttempts: 3 });
    const error = await rejectionOf(call(over(client, { deadlineMs: 10_000 })));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ operation, message: new UnexpectedResponseError(operation, missing).message });
    expect(toAll(error)).not.toContain("hush");
    expect(sent).toHaveLength(1);
  });

  it("is an error that holds none of it if the response is not AWS JSON either", async () => {
    const { client } = answering([{ headers: { "content-type": "text/html" }, body: Buffer.from(cutShort) }]);
    const error = await rejectionOf(describeRevision(over(client), "web"));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(toAll(error)).not.toContain("hush");
  });
});

describe("a successful response that the SDK fails to read for another reason", () => {
  it("is left to the SDK's own error", async () => {
    // The SDK reads bytes and streams only.
    const { client } = answering([{ body: '{"taskDefinitionArns":[]}' }]);
    const error = await rejectionOf(listNewestFirst(over(client), "web", "ACTIVE").next());
    expect(error).toMatchObject({ name: "TypeError", $metadata: { httpStatusCode: 200 } });
  });
});

describe("a registration whose response is cut short", () => {
  let ecs: FakeEcs;
  let events: ClonerEvent[];

  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
    ecs = new FakeEcs({ clock: systemClock });
    ecs.register(smallBase);
    events = [];
  });

  /** A cloner whose registrations get this text for an answer, whether or not they take effect. */
  function newCloner(text: string, takesEffect: boolean): TaskDefCloner {
    const client = ecs.client();
    const handle: EcsRequestHandler["handle"] = async (request, options) => {
      const isRegistration = request.headers["x-amz-target"]?.endsWith(".RegisterTaskDefinition");
      if (!isRegistration) return await ecs.requestHandler.handle(request, options);
      const { response } = takesEffect
        ? await ecs.requestHandler.handle(request, options)
        : await answering([{}]).client.config.requestHandler.handle(request, options);
      return { response: { ...response, body: Buffer.from(text) } };
    };
    Object.assign(client.config, { requestHandler: { ...ecs.requestHandler, handle } });
    return new TaskDefCloner({ client, baseFamily: "web", onEvent: (event) => events.push(event) });
  }

  it("is found by its token if it took effect", async () => {
    const { arn } = await inFakeTime(newCloner(cutShort, true).clone(user));
    expect(arn).toBe(toArn("web-user", 1));
    expect(ecs.revisions("web-user")).toHaveLength(1);
    expect(events).toContainEqual({ type: "settled", family: "web-user", userId: user.userId, arn });
  });

  it("is sent again if it took no effect, and at last fails with an error that holds nothing of the response", async () => {
    const error = await inFakeTime(rejectionOf(newCloner(cutShort, false).clone(user)));
    expect(error).toStrictEqual(new UnexpectedResponseError("RegisterTaskDefinition", missing));
    expect(toAll(error)).not.toContain("hush");
    expect(events.filter(({ type }) => type === "settled")).toHaveLength(3);
    expect(ecs.revisions("web-user")).toStrictEqual([]);
  });

  it("throws OutcomeUnknownError if the search fails, and the error holds nothing of the response", async () => {
    ecs.fail({ operation: "ListTaskDefinitions", error: "AccessDeniedException" });
    const error = await inFakeTime(rejectionOf(newCloner(cutShort, true).clone(user)));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(toAll(error)).not.toContain("hush");
  });

  it("is taken for done if the part that arrived has the ARN", async () => {
    const text = `{"taskDefinition":{"taskDefinitionArn":"${toArn("web-user", 1)}","environment":[{"value":"hush`;
    const { arn } = await inFakeTime(newCloner(text, true).clone(user));
    expect(arn).toBe(toArn("web-user", 1));
    expect(events.map(({ type }) => type)).toStrictEqual(["base-described", "registered"]);
  });
});

describe("an HTML response with the status 503", () => {
  it("is left to the SDK, which retries", async () => {
    vi.useFakeTimers(fakeTime);
    const ecs = new FakeEcs({ clock: systemClock });
    ecs.register(smallBase);
    ecs.fail({ operation: "DescribeTaskDefinition", unavailable: true, times: 2 });
    expect(await inFakeTime(describeRevision(over(ecs.client()), "web"))).toMatchObject({ arn: toArn("web", 1) });
    expect(ecs.calls.map(({ outcome }) => outcome)).toStrictEqual(["unavailable", "unavailable", "ok"]);
  });

  it("fails with the SDK's own error in the end", async () => {
    vi.useFakeTimers(fakeTime);
    const ecs = new FakeEcs({ clock: systemClock });
    ecs.fail({ operation: "DescribeTaskDefinition", unavailable: true, times: 3 });
    expect(await inFakeTime(rejectionOf(describeRevision(over(ecs.client()), "web")))).toMatchObject({
      name: "SyntaxError",
      $metadata: { httpStatusCode: 503, attempts: 3 },
    });
  });
});
