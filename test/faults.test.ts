import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { TaskDefClonerError } from "../src/errors.ts";
import type {
  BodyFault,
  DelayFault,
  EcsOperation,
  ErrorFault,
  FakeRevision,
  Fault,
  FaultScope,
  HangFault,
  ResetFault,
  UnavailableFault,
} from "../src/testing/index.ts";
import { systemClock } from "../src/testing/index.ts";
import { baseFamily, baseInput, toUser } from "./cast.ts";
import { fakeTime, inFakeTime } from "./fake-time.ts";
import { newWorld, type World } from "./world.ts";

type Failure = ErrorFault | ResetFault | HangFault | UnavailableFault | DelayFault | BodyFault;

const notFound = "Unable to describe task definition.";

/** What can go wrong with one call, all that FakeEcs can inject. */
const failures: Readonly<Record<string, Failure>> = {
  "is throttled": { error: "ThrottlingException" },
  "is throttled with a Retry-After": { error: "ThrottlingException", retryAfterMs: 700 },
  "collides with another registration": {
    error: "ClientException",
    message: "Too many concurrent attempts to create a new revision of the specified family.",
  },
  "is rejected": { error: "ClientException", message: "Role is not valid" },
  "is denied": { error: "AccessDeniedException" },
  "finds nothing": { error: "ClientException", message: notFound },
  "has an invalid parameter": { error: "InvalidParameterException" },
  "hits a limit": { error: "LimitExceededException" },
  "fails in ECS": { error: "ServerException" },
  "is reset before it takes effect": { reset: "before" },
  "is reset after it took effect": { reset: "after" },
  "hangs before it takes effect": { hang: "before" },
  "hangs after it took effect": { hang: "after" },
  "is answered by a proxy in place of ECS": { unavailable: true },
  "is late": { delayMs: 300 },
  "takes effect after its timeout": { delayMs: 1500, effect: "after" },
  "takes effect before its timeout and is answered after it": { delayMs: 1500, effect: "before" },
  "takes effect, but is answered with nothing": { body: {} },
  "takes no effect, and is answered with nothing": { body: {}, takesEffect: false },
};

/** Which calls of the operation it meets. Only describes are called for more than one thing. */
const toScopes = (operation: EcsOperation): Readonly<Record<string, FaultScope>> => ({
  once: { operation },
  "every time": { operation, times: Number.POSITIVE_INFINITY },
  ...(operation === "DescribeTaskDefinition" && { "on the second call": { operation, skip: 1 } }),
});

class CallersOwnError extends Error {}

const callersOwn = new CallersOwnError("the service was not updated");
const abortReason = new CallersOwnError("no longer wanted");

/** One call of the library, in a world where user 1 has a clone already. */
interface Method {
  readonly operations: readonly EcsOperation[];
  /** What happens in ECS before the call, when nothing fails yet. */
  readonly prepare?: (world: World) => void;
  readonly call: (world: World, present: string) => Promise<unknown>;
}

const latencyMs = 50;

/** Aborts once so many calls of the library to ECS are over, in the midst of the next. */
function abortedIn(nextCall: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(abortReason), (nextCall - 0.5) * latencyMs);
  return controller.signal;
}

const newestOfBaseIsAClone = ({ ecs }: World): void => {
  ecs.register({ ...present, family: baseFamily });
};

const methods: Readonly<Record<string, Method>> = {
  plan: {
    operations: ["DescribeTaskDefinition"],
    call: ({ cloner }) => cloner.plan(toUser(2)),
  },
  "plan, with a base family that contains a clone": {
    operations: ["DescribeTaskDefinition", "ListTaskDefinitions"],
    prepare: newestOfBaseIsAClone,
    call: ({ cloner }) => cloner.plan(toUser(2)),
  },
  clone: {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition"],
    call: ({ cloner }) => cloner.clone(toUser(2)),
  },
  "clone, with a base family that contains a clone": {
    operations: ["DescribeTaskDefinition", "ListTaskDefinitions", "RegisterTaskDefinition"],
    prepare: newestOfBaseIsAClone,
    call: ({ cloner }) => cloner.clone(toUser(2)),
  },
  "clone of a user whose current clone can be reused": {
    operations: ["DescribeTaskDefinition"],
    call: ({ cloner }, current) => cloner.clone(toUser(1), { current }),
  },
  "clone of a user whose current clone cannot be reused": {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition"],
    call: ({ cloner }, current) => cloner.clone({ ...toUser(1), tags: { plan: "pro" } }, { current }),
  },
  "reclone from a newer base": {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition"],
    prepare: ({ ecs }) => void ecs.register({ ...baseInput, cpu: "1024", memory: "2048" }),
    call: ({ cloner }, present) => cloner.reclone(present),
  },
  resize: {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition"],
    call: ({ cloner }, present) => cloner.resize(present, { cpu: 1024, memory: 4096 }),
  },
  inspect: {
    operations: ["DescribeTaskDefinition"],
    call: ({ cloner }, present) => cloner.inspect(present),
  },
  retire: {
    operations: ["DescribeTaskDefinition", "DeregisterTaskDefinition"],
    call: ({ cloner }, present) => cloner.retire(present),
  },
  "clone with a deploy that throws": {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition", "DeregisterTaskDefinition"],
    call: ({ cloner }) =>
      cloner.clone(toUser(2), {
        deploy: () => {
          throw callersOwn;
        },
      }),
  },
  "clone that reuses, with a deploy that throws": {
    operations: ["DescribeTaskDefinition"],
    call: ({ cloner }, current) => cloner.clone(toUser(1), { current, deploy: () => Promise.reject(callersOwn) }),
  },
  "clone that is aborted while the base is being described": {
    operations: ["DescribeTaskDefinition"],
    call: ({ cloner }) => cloner.clone(toUser(2), { signal: abortedIn(1) }),
  },
  "clone that is aborted while it is being registered": {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition", "DeregisterTaskDefinition"],
    call: ({ cloner }) => cloner.clone(toUser(2), { signal: abortedIn(2) }),
  },
  "clone that is aborted while it is being deployed": {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition", "DeregisterTaskDefinition"],
    call: ({ cloner }) =>
      cloner.clone(toUser(2), {
        signal: abortedIn(3),
        deploy: () => new Promise((resolve) => setTimeout(resolve, 200)),
      }),
  },
  "resize that is aborted while it is being registered": {
    operations: ["DescribeTaskDefinition", "RegisterTaskDefinition", "DeregisterTaskDefinition"],
    call: ({ cloner }, present) => cloner.resize(present, { cpu: 1024, memory: 4096 }, { signal: abortedIn(2) }),
  },
};

/** User 1's clone of the first base, as it is in every world. */
let present: FakeRevision["registered"];

beforeAll(async () => {
  const { cloner, registered } = newWorld();
  await cloner.clone(toUser(1));
  present = registered();
});

function newFaultyWorld({ prepare }: Method): { world: World; presentArn: string } {
  const world = newWorld({ clock: systemClock, latencyMs }, { requestTimeoutMs: 1000, deadlineMs: 5000 });
  const presentArn = world.ecs.register(present);
  prepare?.(world);
  return { world, presentArn };
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

const toOutcome = (promise: Promise<unknown>): Promise<Outcome> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/** One of this library's errors, the caller's own, or the SDK's: with the response's metadata, or with the code of a lost connection. */
const isTyped = (error: unknown): boolean =>
  error instanceof TaskDefClonerError ||
  error instanceof CallersOwnError ||
  // An aborted call that could not be undone: the reason is shared, so it is the cause of an error of the call's own.
  (error instanceof Error && error.cause === abortReason && "undoError" in error) ||
  (error instanceof Error && ("$metadata" in error || "code" in error));

const isNewClone = (value: unknown): value is { readonly arn: string } =>
  typeof value === "object" && value !== null && "reused" in value && value.reused === false;

/** Runs the call with the faults, and checks what it leaves behind. */
async function check(method: Method, isRetire: boolean, faults: readonly Fault[]): Promise<void> {
  const { world, presentArn } = newFaultyWorld(method);
  const before = world.active();
  const baseRevisions = world.active(baseFamily);
  for (const fault of faults) world.ecs.fail(fault);

  const outcome = await inFakeTime(toOutcome(method.call(world, presentArn)));
  // What is still on its way to ECS when the call is over arrives.
  await inFakeTime(systemClock.sleep(10_000));

  const extra = world.active().filter((arn) => !before.includes(arn));
  const missing = before.filter((arn) => !world.active().includes(arn));
  expect(world.active(baseFamily)).toStrictEqual(baseRevisions);
  if ("value" in outcome) {
    expect(extra).toStrictEqual(isNewClone(outcome.value) ? [outcome.value.arn] : []);
    // What ECS says is gone needs no deregistering.
    const mayBeGone = faults.some((fault) => "message" in fault && fault.message === notFound);
    if (isRetire && mayBeGone) expect([[], [presentArn]]).toContainEqual(missing);
    else expect(missing).toStrictEqual(isRetire ? [presentArn] : []);
    return;
  }
  const { error } = outcome;
  expect(error).toSatisfy(isTyped);
  if (isRetire) expect([[], [presentArn]]).toContainEqual(missing);
  else expect(missing).toStrictEqual([]);
  const notUndone = world.events.flatMap((event) => (event.type === "undo-failed" ? [event.arn] : []));
  const isUnknown = error instanceof TaskDefClonerError && error.name === "OutcomeUnknownError";
  if (isUnknown) expect(extra.length).toBeLessThanOrEqual(1);
  else if (notUndone.length > 0) {
    expect(error).toHaveProperty("undoError");
    expect(notUndone).toStrictEqual(expect.arrayContaining([...extra]));
  } else expect(extra).toStrictEqual([]);
}

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(methods))("%s", (name, method) => {
  const isRetire = name === "retire";

  it("calls exactly the operations that are made to fail here", async () => {
    const { world, presentArn } = newFaultyWorld(method);
    await inFakeTime(toOutcome(method.call(world, presentArn)));
    expect([...new Set(world.ecs.calls.map(({ operation }) => operation))].sort()).toStrictEqual(
      [...method.operations].sort(),
    );
  });

  describe.each(method.operations)("leaves ACTIVE exactly what it returns if a %s call", (operation) => {
    const cases = Object.entries(failures).flatMap(([words, failure]) =>
      Object.entries(toScopes(operation)).map(
        ([often, scope]) => [`${words}, ${often}`, { ...scope, ...failure }] as const,
      ),
    );
    it.each(cases)("%s", async (_, fault) => {
      await check(method, isRetire, [fault]);
    });
  });
});

/** After these it is unknown whether the registration took effect. */
const unanswered = [
  "fails in ECS",
  "is reset after it took effect",
  "hangs after it took effect",
  "takes effect after its timeout",
] as const;

/** What an unanswered registration makes the library call, and how many such calls come before. */
const afterwards = [
  ["clone", "ListTaskDefinitions", 0],
  ["clone", "DescribeTaskDefinition", 1],
  ["clone that is aborted while it is being registered", "DeregisterTaskDefinition", 0],
] as const;

describe.each(afterwards)("%s, after an unanswered registration, if a %s call goes wrong", (name, operation, skip) => {
  const cases = unanswered.flatMap((first) =>
    Object.entries(failures).flatMap(([second, failure]) =>
      [1, Number.POSITIVE_INFINITY].map((times) => {
        const often = times === 1 ? "once" : "every time";
        return [
          `${second}, ${often}, after a registration that ${first}`,
          first,
          { operation, skip, times, ...failure },
        ] as const;
      }),
    ),
  );
  it.each(cases)(
    "leaves ACTIVE exactly what it returns or what its error reports, if it %s",
    async (_, first, fault) => {
      const method = methods[name];
      const failure = failures[first];
      if (method === undefined || failure === undefined) throw new Error("no such row");
      await check(method, false, [{ operation: "RegisterTaskDefinition", ...failure }, fault]);
    },
  );
});
