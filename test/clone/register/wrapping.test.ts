import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EcsBusyError, OutcomeUnknownError } from "../../../src/errors.ts";
import type { EcsRequestHandler, FakeEcs } from "../../../src/testing/index.ts";
import { toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newTimedWorld, rejectionOf, type World } from "../../world.ts";
import { type Wrapping, wrappings } from "./wrapping.ts";

const operation = "RegisterTaskDefinition";

/** Makes a number of registrations go wrong. */
type Fail = (ecs: FakeEcs, times: number) => void;

const tooMany = "Too many concurrent attempts to create a new revision of the specified family.";

/** Responses that something between ECS and the client makes, after ECS has done what it was asked. */
const replacements = new WeakMap<FakeEcs, { times: number; readonly statusCode: number; readonly body: string }>();

const faults: Readonly<Record<string, readonly [fail: Fail, effect: "registered" | "not registered"]>> = {
  "is reset before it takes effect": [
    (ecs, times) => ecs.fail({ operation, times, reset: "before" }),
    "not registered",
  ],
  "is reset after it took effect": [(ecs, times) => ecs.fail({ operation, times, reset: "after" }), "registered"],
  "hangs before it takes effect": [(ecs, times) => ecs.fail({ operation, times, hang: "before" }), "not registered"],
  "hangs after it took effect": [(ecs, times) => ecs.fail({ operation, times, hang: "after" }), "registered"],
  "is answered with 500 after it took effect": [
    (ecs, times) => replacements.set(ecs, { times, statusCode: 500, body: '{"__type":"ServerException"}' }),
    "registered",
  ],
  "is throttled": [(ecs, times) => ecs.fail({ operation, times, error: "ThrottlingException" }), "not registered"],
  "meets another registration": [
    (ecs, times) => ecs.fail({ operation, times, error: "ClientException", message: tooMany }),
    "not registered",
  ],
  "takes effect, and is answered with what cannot be read": [
    (ecs, times) => replacements.set(ecs, { times, statusCode: 200, body: '{"environment":[{"value":"hush' }),
    "registered",
  ],
  "takes effect, and is answered with nothing": [
    (ecs, times) => ecs.fail({ operation, times, body: {} }),
    "registered",
  ],
};

/** A cloner over a client that wraps what registrations come to, and over a network that replaces responses. */
function newCloner({ ecs, newCloner }: World, wrap: Wrapping[1], config: Wrapping[2], requestTimeoutMs = 10_000) {
  const client = ecs.client(config);
  const handle: EcsRequestHandler["handle"] = async (request, options) => {
    const answer = await ecs.requestHandler.handle(request, options);
    const replaced = replacements.get(ecs);
    if (!replaced || replaced.times === 0 || !request.headers["x-amz-target"]?.endsWith(operation)) return answer;
    replaced.times -= 1;
    const { statusCode, body } = replaced;
    return { response: { ...answer.response, statusCode, body: Buffer.from(body) } };
  };
  Object.assign(client.config, { requestHandler: { ...ecs.requestHandler, handle } });
  return newCloner({ client: wrap(client), deadlineMs: 60_000, requestTimeoutMs });
}

/** All that an error holds, whether it shows it or hides it. */
const toAll = (error: unknown): string =>
  inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY, maxArrayLength: null });

const ofTheLibraryAlone = /NotForTheSdkToRetry|UnansweredError/;

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(faults))("a registration that %s", (_, [fail, effect]) => {
  it.each<Wrapping>([...wrappings])("is registered once through %s", async (_title, wrap, config) => {
    const world = newTimedWorld();
    fail(world.ecs, 1);
    const { arn, warnings } = await inFakeTime(newCloner(world, wrap, config).clone(toUser(1)));
    await pass(120_000);
    expect(warnings).toStrictEqual([]);
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count(operation)).toBe(effect === "registered" ? 1 : 2);
  });

  it.each<Wrapping>([...wrappings])(
    "every time leaves no more than its error says through %s",
    async (_title, wrap, config) => {
      const world = newTimedWorld();
      fail(world.ecs, Number.POSITIVE_INFINITY);
      const cloning = newCloner(world, wrap, config, 1000).clone(toUser(1));
      if (effect === "registered") {
        expect(world.active()).toStrictEqual([]);
        const { arn } = await inFakeTime(cloning);
        expect(world.active()).toStrictEqual([arn]);
        return;
      }
      const error = await inFakeTime(rejectionOf(cloning));
      await pass(120_000);
      const isBusy = world.ecs.calls.some(({ outcome }) => /Throttling|ClientException/.test(String(outcome)));
      // A wrapper that goes on trying may be cut off by the time-out while a request is on its way.
      const expected: readonly unknown[] = isBusy ? [EcsBusyError, OutcomeUnknownError] : [OutcomeUnknownError];
      expect(expected).toContain(Object(error).constructor);
      expect(toAll(error)).not.toMatch(ofTheLibraryAlone);
      expect(world.active()).toStrictEqual([]);
    },
  );

  it.each<Wrapping>([...wrappings])(
    "has an unknown outcome if it cannot be searched for, through %s",
    async (_title, wrap, config) => {
      const world = newTimedWorld();
      fail(world.ecs, 1);
      world.ecs.fail({ operation: "ListTaskDefinitions", error: "AccessDeniedException" });
      const outcome = await inFakeTime(
        newCloner(world, wrap, config)
          .clone(toUser(1))
          .catch((error: unknown) => error),
      );
      if (!(outcome instanceof Error)) return expect(world.active()).toStrictEqual([Object(outcome).arn]);
      expect(outcome).toBeInstanceOf(OutcomeUnknownError);
      expect(toAll(outcome)).not.toMatch(ofTheLibraryAlone);
      expect(toAll(outcome)).not.toContain("hush");
      // The first was refused, and the second registered.
      const isRefused = world.ecs.calls.some(({ outcome }) => /Throttling|ClientException/.test(String(outcome)));
      expect(world.count(operation)).toBe(isRefused ? 2 : 1);
    },
  );
});

describe("a registration that nothing befalls", () => {
  it.each<Wrapping>([...wrappings])("is sent once through %s", async (_title, wrap, config) => {
    const world = newTimedWorld();
    const { arn } = await inFakeTime(newCloner(world, wrap, config).clone(toUser(1)));
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count(operation)).toBe(1);
  });
});
