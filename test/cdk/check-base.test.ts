import { describe, expect, it } from "vitest";
import { checkBase } from "../../src/cdk/index.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { container, FakeBase } from "./fake-base.ts";
import { generatedFamily, prioritiesOf, synthesize } from "./fake-cdk.ts";

describe("checkBase", () => {
  it("says nothing of a base that fits", () => {
    const base = new FakeBase();

    checkBase(base);

    expect(synthesize(base)).toStrictEqual([]);
  });

  it("looks at the base once, after everything that changes it, and not at what is below it", () => {
    const base = new FakeBase({ Volumes: [] });

    checkBase(base);

    expect(prioritiesOf(base)).toStrictEqual([1000]);
    expect(synthesize(base, {}, {})).toHaveLength(1);
  });

  it("makes what no user can be cloned with an error, and the rest warnings with an id", () => {
    const unfit = new FakeBase();
    const doubtful = new FakeBase({ ContainerDefinitions: [{ ...container, MountPoints: [] }] });

    checkBase(unfit, { container: "opneclaw" });
    checkBase(doubtful);

    expect(synthesize(unfit)).toStrictEqual([
      "error: Base isol8-dev-openclaw has no container opneclaw. It has openclaw. Set the option `container` to one of them.",
    ]);
    expect(synthesize(doubtful)).toStrictEqual([
      "taskdef-cloner:volume: Container openclaw of base isol8-dev-openclaw does not mount volume home, so the user's files never reach it. Add a mount point " +
        "to the base, or name the user's container and volume in the options `container` and `volume`.",
    ]);
  });

  it("refuses a base without a family of its own, and rules that it does not know", () => {
    expect(() => checkBase(new FakeBase({}, generatedFamily))).toThrow("The base has no family of its own");
    // The cast: what a caller without types may pass.
    expect(() => checkBase(new FakeBase(), { volumes: "home" } as object)).toThrow(InvalidInputError);
  });

  it("refuses a base without a resource of its own", () => {
    const base = new FakeBase();
    const bare = Object.assign(Object.create(base), { family: base.family, node: {} });

    checkBase(bare);

    expect(() => synthesize(bare)).toThrow(
      new InvalidInputError("The base has no CloudFormation resource, so it can't be checked."),
    );
  });
});
