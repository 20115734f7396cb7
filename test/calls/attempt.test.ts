import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../cast.ts";
import { newWorld, rejectionOf, type World } from "../world.ts";

const token = "order-7:provision";
const since = new Date(0);
const attempt = { token, since };
const user = toUser(1);

class Crash extends Error {}
const crash = (): never => {
  throw new Crash("the process died");
};

/** An attempt that registers a clone, and dies before its caller's step is over. */
async function crashedAttempt({ cloner }: World, given = user): Promise<void> {
  expect(await rejectionOf(cloner.clone(given, { attempt, deploy: crash }))).toBeInstanceOf(Crash);
}

/** Deploys another base. */
const deployBase = ({ ecs }: World): void => {
  ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
};

const ofType = ({ events }: World, type: string) => events.filter((event) => event.type === type);

describe("an attempt", () => {
  it("keeps what it registered when the step fails, and an event names it", async () => {
    const world = newWorld();
    await crashedAttempt(world);
    const arn = toArn(cloneFamily, 1);
    expect(world.active()).toStrictEqual([arn]);
    expect(ofType(world, "kept")).toStrictEqual([
      { type: "kept", arn, userId: user.userId, reason: `the next attempt at ${token} will find it` },
    ]);
    expect(ofType(world, "retired")).toStrictEqual([]);
  });

  it("keeps what it registered when it is aborted", async () => {
    const world = newWorld();
    const controller = new AbortController();
    const deploy = () => {
      controller.abort();
      return new Promise(() => {});
    };
    const error = await rejectionOf(world.cloner.clone(user, { attempt, deploy, signal: controller.signal }));
    expect(error).toBe(controller.signal.reason);
    expect(world.active()).toHaveLength(1);
  });

  it("says nothing of a reused clone whose step fails", async () => {
    const world = newWorld();
    const { arn: current } = await world.cloner.clone(user);
    await rejectionOf(world.cloner.clone(user, { current, attempt, deploy: crash }));
    expect(world.active()).toStrictEqual([current]);
    expect(ofType(world, "kept")).toStrictEqual([]);
  });

  it("takes over what an earlier one registered, and runs the step with it", async () => {
    const world = newWorld();
    await crashedAttempt(world);
    const deployed: string[] = [];
    const clone = await world.cloner.clone(user, { attempt, deploy: ({ arn }) => deployed.push(arn) });
    expect(clone).toMatchObject({ arn: toArn(cloneFamily, 1), reused: false, resumed: true, userId: user.userId });
    expect(deployed).toStrictEqual([clone.arn]);
    expect(world.active()).toStrictEqual([clone.arn]);
    expect(ofType(world, "resumed")).toStrictEqual([{ type: "resumed", arn: clone.arn, userId: user.userId }]);
  });

  it("looks for nothing without `since`", async () => {
    const world = newWorld();
    await crashedAttempt(world);
    world.ecs.clearCalls();
    const clone = await world.cloner.clone(user, { attempt: { token } });
    expect(clone).toMatchObject({ arn: toArn(cloneFamily, 2), resumed: false });
    expect(world.count("ListTaskDefinitions")).toBe(0);
  });

  it.each<[string, (world: World) => unknown, typeof user]>([
    ["the base moved on", deployBase, user],
    ["the user changed", () => {}, { ...user, size: { cpu: 1024, memory: 4096 } }],
  ])("replaces what an earlier one registered if %s, and retires it after the step", async (_, change, now) => {
    const world = newWorld();
    await crashedAttempt(world);
    change(world);
    const old = toArn(cloneFamily, 1);
    let activeInStep: readonly string[] = [];
    const clone = await world.cloner.clone(now, {
      attempt,
      deploy: () => {
        activeInStep = world.active();
      },
    });
    expect(clone).toMatchObject({ arn: toArn(cloneFamily, 2), resumed: false, reused: false });
    expect(activeInStep).toStrictEqual([old, clone.arn]);
    expect(world.active()).toStrictEqual([clone.arn]);
    expect(ofType(world, "retired")).toStrictEqual([
      { type: "retired", arn: old, userId: user.userId, reason: "replaced" },
    ]);
  });

  it("retires nothing before its step has succeeded, and all that it replaces after that", async () => {
    const world = newWorld();
    await crashedAttempt(world);
    deployBase(world);
    await crashedAttempt(world);
    expect(world.active()).toHaveLength(2);
    const clone = await world.cloner.clone(user, { attempt });
    expect(clone).toMatchObject({ arn: toArn(cloneFamily, 2), resumed: true });
    expect(world.active()).toStrictEqual([clone.arn]);
  });

  it("never retires the current clone of the call", async () => {
    const world = newWorld();
    const first = await world.cloner.clone(user, { attempt });
    deployBase(world);
    const next = await world.cloner.reclone(first.arn, {}, { attempt });
    expect(next).toMatchObject({ revision: 2, resumed: false });
    expect(world.active()).toStrictEqual([first.arn, next.arn]);
  });

  it("succeeds if what it replaced cannot be retired, and reports it", async () => {
    const world = newWorld();
    await crashedAttempt(world);
    deployBase(world);
    world.ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", times: 1 });
    const clone = await world.cloner.clone(user, { attempt });
    expect(world.active()).toStrictEqual([toArn(cloneFamily, 1), clone.arn]);
    expect(ofType(world, "undo-failed")).toMatchObject([{ arn: toArn(cloneFamily, 1) }]);
  });

  it("leaves alone what other attempts, and calls that are none, registered for the user", async () => {
    const world = newWorld();
    await world.cloner.clone(user);
    await world.cloner.clone(user, { attempt: { token: "another" } });
    deployBase(world);
    const clone = await world.cloner.clone(user, { attempt });
    expect(clone.resumed).toBe(false);
    expect(world.active()).toHaveLength(3);
  });

  it("refuses the name of another user's attempt", async () => {
    const world = newWorld();
    await crashedAttempt(world, toUser(2));
    expect(await rejectionOf(world.cloner.clone(user, { attempt }))).toStrictEqual(
      new InvalidInputError(
        `The attempt ${token}, given for user "user_1", has registered another user's clone, ${toArn(cloneFamily, 1)}. Give every user's attempt a name ` +
          "of its own.",
      ),
    );
    expect(world.active()).toHaveLength(1);
  });

  it("looks no further back than a minute before `since`", async () => {
    const world = newWorld();
    const { clock } = world.ecs;
    await crashedAttempt(world);
    const registeredAt = clock.now();
    const at = (milliseconds: number) => ({ token, since: new Date(registeredAt + milliseconds) });
    await world.cloner.clone(toUser(2));
    const { resumed } = await world.cloner.clone(user, { attempt: at(60_000) });
    expect(resumed).toBe(true);
    const before = world.count("DescribeTaskDefinition");
    const later = await world.cloner.clone(user, { attempt: at(60_001) });
    expect(later.resumed).toBe(false);
    // The base, and the newest clone, which is too old.
    expect(world.count("DescribeTaskDefinition") - before).toBe(2);
  });

  it("is over before the next one of its name begins in the same process", async () => {
    const world = newWorld();
    const clones = await Promise.all([1, 2, 3].map(() => world.cloner.clone(user, { attempt })));
    expect(clones.map(({ arn }) => arn)).toStrictEqual(Array(3).fill(toArn(cloneFamily, 1)));
    expect(clones.map(({ resumed }) => resumed)).toStrictEqual([false, true, true]);
  });

  it("makes a reclone and a resize find what an earlier one registered", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(user);
    const size = { cpu: 1024, memory: 4096 };
    await rejectionOf(world.cloner.resize(arn, size, { attempt, deploy: crash }));
    const resized = await world.cloner.resize(arn, size, { attempt });
    expect(resized).toMatchObject({ revision: 2, resumed: true });
    expect(await world.cloner.reclone(arn, { size }, { attempt })).toMatchObject({ revision: 2, resumed: true });
  });

  it.each(["", "a b", "x".repeat(129), "ä", "a/b", 7, undefined, null])(
    "refuses %j as its name before anything is asked of ECS",
    async (wrong) => {
      const world = newWorld();
      // @ts-expect-error: some are no texts
      const error = await rejectionOf(world.cloner.clone(user, { attempt: { token: wrong } }));
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(world.operations()).toStrictEqual([]);
    },
  );

  it("stands in the record, and does not make a clone different", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(user, { attempt });
    expect(JSON.stringify(world.registered())).toContain(token);
    expect(await world.cloner.clone(user, { current: arn })).toMatchObject({ arn, reused: true });
    expect(await world.cloner.inspect(arn)).toMatchObject({ isUpToDate: true, baseArn: toArn(baseFamily, 1) });
  });
});
