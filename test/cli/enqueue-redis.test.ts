import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openQueue, type Store, startRedis, whyNoRedis } from "../bullmq/stores.ts";
import { baseFamily, cloneFamily, newFleet, runHere, toArn } from "./fleet.ts";

describe.skipIf(whyNoRedis !== "")(`reclone --queue on a real Redis${whyNoRedis}`, { timeout: 60_000 }, () => {
  let store: Store;
  beforeAll(async () => {
    store = await startRedis();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await store.stop();
  });

  it("adds what is missing, however often it is run, and ends", async () => {
    const fleet = await newFleet(2);
    const { address } = store;
    const port = address.kind === "redis" ? address.port : 0;
    const all = `reclone --all --queue redis://127.0.0.1:${port} --apply --yes`.split(" ");
    const one = `reclone user_1 --queue redis://127.0.0.1:${port} --apply --yes`.split(" ");

    const codes: number[] = [];
    for (const args of [one, all, all]) codes.push((await runHere(args, { env: fleet.env })).code);

    expect(codes).toStrictEqual([0, 0, 0]);
    const queue = openQueue(address, "fleet");
    const jobs = await queue.getJobs(["waiting"]);
    const data = jobs.map((job) => job.data).sort((a, b) => (a.arn < b.arn ? -1 : 1));
    const move = `${baseFamily}:2`;
    expect(data).toStrictEqual([1, 2].map((revision) => ({ arn: toArn(cloneFamily, revision), move })));
    await queue.close();
    await fleet.close();
  });

  it.each(["no one listens", "no one answers"])("gives up where %s", async (what) => {
    const fleet = await newFleet(1);
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = Object(silent.address());
    const host = `127.0.0.1:${what === "no one listens" ? 1 : port}`;

    const ran = await runHere(`reclone --all --queue redis://u:secret@${host} --apply --yes`.split(" "), {
      env: fleet.env,
    });

    expect(ran).toMatchObject({ code: 2 });
    expect(ran.stderr).toContain(`The queue at ${host} cannot be used.`);
    expect(ran.stderr).not.toContain("secret");
    silent.close();
    await fleet.close();
  });
});
