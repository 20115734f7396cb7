import { describe, expect, it } from "vitest";
import { UnfitBaseError } from "../../src/index.ts";
import { plainUser } from "../cast.ts";
import { newWorld, rejectionOf } from "../world.ts";

const userWith = (bytes: number) => ({ ...plainUser, environment: { BIG: "x".repeat(bytes) } });

/** These take 12 KiB, and are no part of a definition. */
const tags = Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`tag-${index}`, "x".repeat(256)] as const));

describe("a clone that is close to 64 KiB", () => {
  it("is registered with a warning, which its plan has too", async () => {
    const { cloner } = newWorld();
    const { warnings } = await cloner.plan(userWith(58_000));
    expect(warnings).toStrictEqual([
      expect.stringMatching(
        /^The clone of base isol8-dev-openclaw:1 has about 6\d{4} bytes: the base has \d{4}, the user's own parts/,
      ),
    ]);
    expect((await cloner.clone(userWith(58_000))).warnings).toStrictEqual(warnings);
  });

  it("is not refused for its tags", async () => {
    const { cloner } = newWorld();
    const { warnings } = await cloner.clone({ ...userWith(50_000), tags });
    expect(warnings).toStrictEqual([]);
  });
});

describe("a clone over 64 KiB", () => {
  it("is refused by ECS, and the error says what takes how much, without a value", async () => {
    const { cloner, active, operations } = newWorld();
    const error = await rejectionOf(cloner.clone(userWith(70_000)));
    expect(error).toBeInstanceOf(UnfitBaseError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^ECS refused the clone of base isol8-dev-openclaw:1 for its 7\d{4} bytes: it takes 65536 at most\. As JSON, the base has \d{4}, the user's own parts 70\d{3}, and the record \d{3}\./,
      ),
      cause: expect.objectContaining({ message: expect.stringContaining("Max allowed length is '65536' bytes.") }),
    });
    expect(String(error)).not.toContain("xxx");
    expect(operations()).toStrictEqual(["DescribeTaskDefinition", "RegisterTaskDefinition"]);
    expect(active()).toStrictEqual([]);
  });

  it("is planned with a warning", async () => {
    const { cloner } = newWorld();
    expect((await cloner.plan(userWith(70_000))).warnings).toHaveLength(1);
  });
});
