import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { FakeEcs, type FakeEcsOptions } from "../src/testing/fake-ecs.ts";
import { baseFamily, container, toBase, toUser } from "./bases.ts";

/** An ECS with a base and with so many users' clones of it, which were registered before anything is measured. `arns` are theirs. */
export async function toProvisionedEcs(
  users: number,
  options: FakeEcsOptions,
): Promise<{ readonly ecs: FakeEcs; readonly arns: readonly string[] }> {
  const ecs = new FakeEcs(options);
  ecs.register(toBase(4));
  // One of the same account, which answers at once.
  const planned = new FakeEcs();
  planned.register(toBase(4));
  const cloner = new TaskDefCloner({ client: planned.client(), baseFamily, container });
  const plans = await Promise.all(Array.from({ length: users }, (_, number) => cloner.plan(toUser(number))));
  return { ecs, arns: plans.map(({ input }) => ecs.register(input)) };
}
