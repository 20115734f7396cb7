import { describe, expect, it } from "vitest";
import { listClones } from "../../src/fleet/index.ts";
import { TaskDefCloner } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { efsVolume, s3FilesVolume, toAccessPointArn, toAccessPointId, toVolumeBase } from "../volume-bases.ts";

const own = { home: toAccessPointId(1), data: toAccessPointArn(1) };

/** What is listed of one user's clone. */
async function listed(
  base: ReturnType<typeof toVolumeBase>,
  volume: false | string[],
  parts: { readonly accessPoints?: typeof own },
) {
  const ecs = new FakeEcs();
  ecs.register(base);
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: "web", container: "app", volume });
  await cloner.clone({ userId: "user_1", ...parts });
  return (await listClones(cloner).complete()).map(({ accessPoints }) => accessPoints);
}

describe("listClones", () => {
  it("names the access points of a user with several volumes", async () => {
    const base = toVolumeBase(efsVolume("home"), s3FilesVolume("data"));
    expect(await listed(base, ["home", "data"], { accessPoints: own })).toStrictEqual([own]);
  });

  it("names none for a user without a volume", async () => {
    expect(await listed(toVolumeBase(), false, {})).toStrictEqual([{}]);
  });
});
