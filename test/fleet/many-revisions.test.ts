import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { prune } from "../../src/fleet/index.ts";
import { smallBase } from "../cast.ts";
import { newWorld } from "../world.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** What is in use of the heap, without garbage. */
function toUsedMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const count = 3000;

describe("prune of thousands of revisions", () => {
  it("takes no more memory the more of them are read", async () => {
    const { ecs, newCloner } = newWorld({ keepCalls: false });
    const cloner = newCloner({ baseFamily: "web", container: undefined });
    ecs.register(smallBase);
    const { family } = await cloner.clone({ userId: "ana", accessPointId: "fsap-00000000000000001" });
    const [clone] = ecs.revisions(family);
    for (let number = 1; number < count; number += 1) ecs.register({ ...clone?.registered });
    const used: number[] = [];
    let read = 0;
    for await (const _ of prune(cloner, { inUse: "unknown" })) {
      read += 1;
      if (read % 1000 === 0) used.push(toUsedMiB());
    }

    expect(read).toBe(count);
    const [first = 0, ...later] = used;
    for (const one of later) expect(one - first).toBeLessThan(2);
  }, 120_000);
});
