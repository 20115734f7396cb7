import { DeleteTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ecs, EcsClient } from "../../src/ecs/connection.ts";
import { deregister, describe as describeRevision, listNewestFirst } from "../../src/ecs/revisions.ts";
import { UnexpectedResponseError } from "../../src/errors.ts";
import { FakeEcs, ManualClock } from "../../src/testing/index.ts";
import { listing } from "../base/web-family.ts";
import { smallBase, toArn } from "../cast.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";

let ecs: FakeEcs;

beforeEach(() => {
  ecs = new FakeEcs({ clock: new ManualClock(Date.UTC(2026, 8, 3, 10, 15)) });
});

afterEach(() => {
  vi.useRealTimers();
});

function over(fake: FakeEcs, changes: Partial<Ecs> = {}): Ecs {
  return { client: fake.client(), requestTimeoutMs: 10_000, deadlineMs: 120_000, emit: () => {}, ...changes };
}

/** What was asked of ECS, and how it went. */
const toCalls = () => ecs.calls.map(({ operation, outcome }) => [operation, outcome]);

const shutDown = new Error("shutting down");

/** What a mocked client does that stubs nothing. */
const silent: EcsClient = { send: async () => {} };

const notInactive = new UnexpectedResponseError("DeregisterTaskDefinition", "a revision that is INACTIVE");

describe("describe", () => {
  it("asks for the bare family, with its tags, and gives the latest ACTIVE revision", async () => {
    ecs.register(smallBase);
    ecs.register({ ...smallBase, tags: [{ key: "stage", value: "dev" }] });
    ecs.deregister(ecs.register(smallBase));
    const described = await describeRevision(over(ecs), "web");
    expect(described).toMatchObject({
      arn: toArn("web", 2),
      taskDefinition: { taskDefinitionArn: toArn("web", 2), family: "web", revision: 2, status: "ACTIVE" },
      tags: [{ key: "stage", value: "dev" }],
      unknownMembers: [],
      answeredAt: new Date("2026-09-03T10:15:00.000Z"),
    });
    expect(ecs.calls).toStrictEqual([
      { operation: "DescribeTaskDefinition", input: { taskDefinition: "web", include: ["TAGS"] }, outcome: "ok" },
    ]);
  });

  it("gives the revision that an ARN names, ACTIVE or not", async () => {
    const arn = ecs.register(smallBase);
    ecs.register(smallBase);
    ecs.deregister(arn);
    expect(await describeRevision(over(ecs), arn)).toMatchObject({
      arn,
      taskDefinition: { revision: 1, status: "INACTIVE" },
    });
  });

  it("refuses a revision other than the one that the ARN names", async () => {
    const [arn, taskDefinitionArn] = [ecs.register(smallBase), ecs.register(smallBase)];
    ecs.fail({ operation: "DescribeTaskDefinition", body: { taskDefinition: { taskDefinitionArn, family: "web" } } });
    await expect(describeRevision(over(ecs), arn)).rejects.toStrictEqual(
      new UnexpectedResponseError("DescribeTaskDefinition", `the ARN ${arn}`),
    );
  });

  it("gives no tags if a revision has none, or the response does not mention them", async () => {
    const taskDefinition = { taskDefinitionArn: toArn("web", 1), family: "web" };
    ecs.register(smallBase);
    expect(await describeRevision(over(ecs), "web")).toMatchObject({ tags: [] });
    ecs.fail({ operation: "DescribeTaskDefinition", body: { taskDefinition } });
    expect(await describeRevision(over(ecs), "web")).toMatchObject({ taskDefinition, tags: [] });
  });

  it("gives nothing for a family that ECS does not know, or that has no ACTIVE revision", async () => {
    ecs.deregister(ecs.register(smallBase));
    expect(await describeRevision(over(ecs), "api")).toBeUndefined();
    expect(await describeRevision(over(ecs), "web")).toBeUndefined();
  });

  it("gives nothing for a revision that was deleted, or never was", async () => {
    const arn = ecs.register(smallBase);
    ecs.deregister(arn);
    await ecs.client().send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] }));
    expect(await describeRevision(over(ecs), arn)).toBeUndefined();
    expect(await describeRevision(over(ecs), toArn("web", 9))).toBeUndefined();
  });

  it.each([
    ["ClientException", "Something else."],
    ["AccessDeniedException", "User: someone is not authorized to perform: ecs:DescribeTaskDefinition"],
    ["InvalidParameterException", "Unable to describe task definition."],
  ])("rethrows the SDK's own %s", async (error, message) => {
    ecs.fail({ operation: "DescribeTaskDefinition", error, message });
    await expect(describeRevision(over(ecs), "web")).rejects.toMatchObject({ name: error, message, $fault: "client" });
  });

  it.each([
    [{}, "a task definition"],
    [{ taskDefinition: null }, "a task definition"],
    [{ taskDefinition: { family: "web", taskDefinitionArn: null } }, "an ARN"],
    [{ taskDefinition: { family: "web" } }, "an ARN"],
  ])("refuses the response %o, which is without %s", async (body, missing) => {
    ecs.register(smallBase);
    ecs.fail({ operation: "DescribeTaskDefinition", body });
    await expect(describeRevision(over(ecs), "web")).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      operation: "DescribeTaskDefinition",
      message: `ECS's response to DescribeTaskDefinition is missing ${missing}. Is a proxy or an incomplete mock in between?`,
    });
  });

  it("refuses a mock that answers nothing", async () => {
    await expect(describeRevision(over(ecs, { client: silent }), "web")).rejects.toStrictEqual(
      new UnexpectedResponseError("DescribeTaskDefinition", "a task definition"),
    );
  });

  it("asks again while ECS throttles, more often than the SDK would", async () => {
    vi.useFakeTimers(fakeTime);
    ecs.register(smallBase);
    // More than the SDK's own three attempts.
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException", times: 4 });
    expect(await inFakeTime(describeRevision(over(ecs), "web"))).toMatchObject({ arn: toArn("web", 1) });
    expect(ecs.calls).toHaveLength(5);
  });
});

describe("listNewestFirst", () => {
  it("gives the ARNs of one status, newest first, over all pages", async () => {
    for (let revision = 1; revision <= 250; revision += 1) ecs.register(smallBase);
    ecs.deregister("web:249");
    ecs.register({ ...smallBase, family: "web-user" });
    const all = Array.from({ length: 250 }, (_, index) => toArn("web", 250 - index));
    expect(await toArray(listNewestFirst(over(ecs), "web", "ACTIVE"))).toStrictEqual(
      all.filter((arn) => arn !== toArn("web", 249)),
    );
    expect(await toArray(listNewestFirst(over(ecs), "web", "INACTIVE"))).toStrictEqual([toArn("web", 249)]);
  });

  it("goes by revisions, not by the order of the listing, over all pages", async () => {
    const pages = [
      ["web:9", "web:10", "web:2"],
      ["web:100", "web:10"],
      ["web:1", "web:11"],
    ];
    expect(await listed(pages)).toStrictEqual([100, 11, 10, 9, 2, 1].map((revision) => toArn("web", revision)));
  });

  it("leaves out what is not of the family, such as a listing by prefix gives, or is no revision", async () => {
    const pages = [
      ["web-user:7", "web:2", "website:3", "web"],
      ["api-web:9", "web:1"],
    ];
    expect(await listed(pages)).toStrictEqual([toArn("web", 2), toArn("web", 1)]);
  });

  it("asks for the next page with the token of the last", async () => {
    for (let revision = 1; revision <= 150; revision += 1) ecs.register(smallBase);
    await toArray(listNewestFirst(over(ecs), "web", "ACTIVE"));
    const input = { familyPrefix: "web", status: "ACTIVE", sort: "DESC" };
    expect(ecs.calls.map((call) => call.input)).toStrictEqual([input, { ...input, nextToken: expect.any(String) }]);
  });

  it.each([undefined, null, ""])("ends with the token %j", async (nextToken) => {
    let sent = 0;
    const send = async () => {
      sent += 1;
      return { taskDefinitionArns: [toArn("web", 1)], nextToken };
    };
    expect(await toArray(listNewestFirst(over(ecs, { client: { send } }), "web", "ACTIVE"))).toHaveLength(1);
    expect(sent).toBe(1);
  });

  it.each([
    ["the token that was just sent", ["a"]],
    ["a token that was sent before", ["a", "b"]],
  ])("refuses %s, which would go on forever", async (_, tokens) => {
    let sent = 0;
    const send = async () => ({ taskDefinitionArns: [], nextToken: tokens[sent++ % tokens.length] });
    await expect(toArray(listNewestFirst(over(ecs, { client: { send } }), "web", "ACTIVE"))).rejects.toStrictEqual(
      new UnexpectedResponseError("ListTaskDefinitions", "a new page token"),
    );
    expect(sent).toBe(tokens.length + 1);
  });

  it("gives nothing for a family without revisions", async () => {
    expect(await toArray(listNewestFirst(over(ecs), "web", "ACTIVE"))).toStrictEqual([]);
  });

  it("refuses a response without a list", async () => {
    ecs.fail({ operation: "ListTaskDefinitions", body: {} });
    await expect(toArray(listNewestFirst(over(ecs), "web", "ACTIVE"))).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      operation: "ListTaskDefinitions",
      message:
        "ECS's response to ListTaskDefinitions is missing a list of ARNs. Is a proxy or an incomplete mock in between?",
    });
  });

  it("refuses a mock that answers nothing", async () => {
    await expect(toArray(listNewestFirst(over(ecs, { client: silent }), "web", "ACTIVE"))).rejects.toStrictEqual(
      new UnexpectedResponseError("ListTaskDefinitions", "a list of ARNs"),
    );
  });

  it("rejects with the reason of a signal that aborts between two pages", async () => {
    for (let revision = 1; revision <= 150; revision += 1) ecs.register(smallBase);
    const controller = new AbortController();
    const real = ecs.client();
    const client: EcsClient = {
      send: async (command) => {
        const page = await real.send(command);
        controller.abort(shutDown);
        return page;
      },
    };
    const listing = listNewestFirst({ ...over(ecs, { client }), signal: controller.signal }, "web", "ACTIVE");
    await expect(toArray(listing)).rejects.toBe(shutDown);
    expect(ecs.calls).toHaveLength(1);
  });
});

describe("deregister", () => {
  it("makes a revision INACTIVE, and leaves an INACTIVE revision as it is", async () => {
    const arn = ecs.register(smallBase);
    await deregister(over(ecs), arn);
    await deregister(over(ecs), arn);
    expect(ecs.revisions("web")).toMatchObject([{ arn, status: "INACTIVE" }]);
    expect(toCalls()).toStrictEqual([
      ["DeregisterTaskDefinition", "ok"],
      ["DeregisterTaskDefinition", "ok"],
    ]);
  });

  it("asks again while ECS cannot be reached, since doing it twice does no harm", async () => {
    vi.useFakeTimers(fakeTime);
    const arn = ecs.register(smallBase);
    ecs.fail({ operation: "DeregisterTaskDefinition", reset: "after", times: 4 });
    await inFakeTime(deregister(over(ecs), arn));
    expect(ecs.revisions("web")).toMatchObject([{ arn, status: "INACTIVE" }]);
    expect(ecs.calls).toHaveLength(5);
  });

  it("rethrows a refusal at once", async () => {
    await expect(deregister(over(ecs), toArn("web", 1))).rejects.toMatchObject({
      name: "ClientException",
      message: "The specified task definition does not exist.",
    });
    expect(ecs.calls).toHaveLength(1);
  });

  it.each([
    ["of an ACTIVE revision", { taskDefinition: { status: "ACTIVE" } }],
    ["without a status", { taskDefinition: {} }],
    ["without a task definition", {}],
  ])("refuses an answer %s", async (_, body) => {
    const arn = ecs.register(smallBase);
    ecs.fail({ operation: "DeregisterTaskDefinition", body });
    await expect(deregister(over(ecs), arn)).rejects.toStrictEqual(notInactive);
  });

  it("refuses a mock that answers nothing", async () => {
    await expect(deregister(over(ecs, { client: silent }), toArn("web", 1))).rejects.toStrictEqual(notInactive);
  });

  it("rejects with the reason of a signal that aborts meanwhile", async () => {
    const arn = ecs.register(smallBase);
    const controller = new AbortController();
    ecs.fail({ operation: "DeregisterTaskDefinition", hang: "before" });
    const rejection = expect(deregister({ ...over(ecs), signal: controller.signal }, arn)).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
  });
});

/** What comes of a listing with these pages, in which `family:revision` stands for an ARN. */
async function listed(pages: readonly (readonly string[])[]): Promise<string[]> {
  const prefix = toArn("", 0).slice(0, -2);
  const send = listing({ send: async () => {} }, () => pages.map((page) => page.map((name) => prefix + name)));
  return await toArray(listNewestFirst(over(ecs, { client: send }), "web", "ACTIVE"));
}

async function toArray<Element>(elements: AsyncIterable<Element>): Promise<Element[]> {
  const array: Element[] = [];
  for await (const element of elements) array.push(element);
  return array;
}
