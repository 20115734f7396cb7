import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { createPostgresBackend, Processor, Queue } from "bullmq";
import type { FleetQueue, JobOutcome, RecloneJob } from "taskdef-cloner/bullmq";
import * as bullmq from "taskdef-cloner/bullmq";
import { describe, expect, expectTypeOf, it } from "vitest";

const sources = new URL("../../src/", import.meta.url).pathname;

describe("taskdef-cloner/bullmq", () => {
  it("exports these functions and no others", () => {
    expect(Object.keys(bullmq).sort()).toStrictEqual([
      "LostJobError",
      "createCloneProcessor",
      "createPruneProcessor",
      "createRecloneProcessor",
      "enqueueClones",
      "enqueuePrune",
      "enqueueReclones",
      "outcomes",
      "readProgress",
      "setPace",
    ]);
  });

  it("takes a queue on any backend, typed or not", () => {
    type Backend = ReturnType<typeof createPostgresBackend>;
    expectTypeOf<Queue>().toExtend<FleetQueue>();
    expectTypeOf<Queue<RecloneJob, JobOutcome>>().toExtend<FleetQueue>();
    expectTypeOf<
      Queue<RecloneJob, JobOutcome, string, RecloneJob, JobOutcome, string, Backend>
    >().toExtend<FleetQueue>();
    expectTypeOf(bullmq.createRecloneProcessor).returns.toEqualTypeOf<Processor<RecloneJob, JobOutcome>>();
  });

  it("is all that loads bullmq on its own: a command does only when it is asked to enqueue", () => {
    const others = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter(
      (path) => path.endsWith(".ts") && !path.startsWith("bullmq/"),
    );
    expect(others.length).toBeGreaterThan(50);
    const imports = /^(?:import|export) (?!type\b)[^;]*"[^"]*bullmq[^"]*"/m;
    expect(others.filter((path) => imports.test(readFileSync(join(sources, path), "utf8")))).toStrictEqual([]);
  });

  it("has a row in its guide for each of them", () => {
    const guide = readFileSync(new URL("../../docs/queues.md", import.meta.url), "utf8");
    const rows = [...guide.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name);
    expect(rows.sort()).toStrictEqual(Object.keys(bullmq).sort());
  });
});
