import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { UnfitBaseError } from "../../src/errors.ts";
import { toTarget, withContainer } from "../../src/user/target.ts";
import { deepFreeze, named, target, typicalBase } from "../cast.ts";
import { maximalBase } from "../maximal-base.ts";

const efs = { fileSystemId: "fs-0a1b2c3d" };
const base = "app:7";

const one = deepFreeze({
  family: "app",
  containerDefinitions: [{ name: "web" }],
  volumes: [{ name: "scratch", host: {} }, { name: "home", efsVolumeConfiguration: efs }, { name: "late" }],
} satisfies RegisterTaskDefinitionCommandInput);

const several = deepFreeze({
  family: "app",
  containerDefinitions: [{ name: "web" }, { name: "proxy" }],
  volumes: [
    { name: "home", efsVolumeConfiguration: efs },
    { name: "scratch", host: {} },
    { name: "shared", efsVolumeConfiguration: efs },
  ],
} satisfies RegisterTaskDefinitionCommandInput);

describe("toTarget", () => {
  it("takes the only container and the only EFS volume", () => {
    expect(toTarget(one, base, {})).toStrictEqual({ baseName: "app:7", container: "web", volumes: ["home"] });
  });

  it("takes the named ones of several", () => {
    expect(toTarget(several, base, { container: "proxy", volume: "shared" })).toStrictEqual({
      baseName: "app:7",
      container: "proxy",
      volumes: ["shared"],
    });
  });

  it("lists the containers when there are several and none is named", () => {
    expect(() => toTarget(several, base, { volume: "home" })).toThrow(
      new UnfitBaseError("Base app:7 has 2 containers: web, proxy. Name the user's in the option `container`."),
    );
  });

  it("lists the containers when the named one is missing", () => {
    expect(() => toTarget(several, base, { container: "wbe", volume: "home" })).toThrow(
      new UnfitBaseError(
        "Base app:7 has no container wbe. It has web, proxy. Set the option `container` to one of them.",
      ),
    );
  });

  it.each([[[]], [undefined]])("refuses a base whose containers are %j", (containerDefinitions) => {
    expect(() => toTarget({ ...one, containerDefinitions }, base, {})).toThrow(
      new UnfitBaseError("Base app:7 has no containers, so there is none to give to the user."),
    );
  });

  it("lists none when a container is named and the base has none", () => {
    expect(() => toTarget({ ...one, containerDefinitions: [] }, base, { container: "web" })).toThrow(
      new UnfitBaseError("Base app:7 has no container web. It has none. Set the option `container` to one of them."),
    );
  });

  it("lists the EFS volumes when there are several and none is named", () => {
    expect(() => toTarget(several, base, { container: "web" })).toThrow(
      new UnfitBaseError("Base app:7 has 2 EFS volumes: home, shared. Name the user's in the option `volume`."),
    );
  });

  it("lists the EFS volumes when the named one is missing", () => {
    expect(() => toTarget(several, base, { container: "web", volume: "hoem" })).toThrow(
      new UnfitBaseError(
        "Base app:7 has no volume hoem. Its EFS volumes: home, shared. Set the option `volume` to one of them.",
      ),
    );
  });

  it("lists the EFS volumes when the named one is of another kind", () => {
    expect(() => toTarget(several, base, { container: "web", volume: "scratch" })).toThrow(
      new UnfitBaseError(
        "Volume scratch of base app:7 is not an EFS volume, nor an S3 Files volume, so it cannot carry an access point. Its EFS volumes: home, shared.",
      ),
    );
  });

  it("lists the other volumes when the base has no EFS volume", () => {
    expect(() => toTarget({ ...one, volumes: [{ name: "scratch", host: {} }, { name: "late" }] }, base, {})).toThrow(
      new UnfitBaseError(
        "Base app:7 has no EFS volume and no S3 Files volume, so the user's access point cannot be applied. Its volumes: scratch, late. If users have no " +
          "volume of their own, set the option `volume: false`.",
      ),
    );
  });

  it("refuses a base without volumes", () => {
    expect(() => toTarget({ family: "app", containerDefinitions: [{ name: "web" }] }, base, {})).toThrow(
      new UnfitBaseError(
        "Base app:7 has no EFS volume and no S3 Files volume, so the user's access point cannot be applied. Its volumes: none. If users have no volume " +
          "of their own, set the option `volume: false`.",
      ),
    );
  });

  it("says where a container or a volume has no name", () => {
    const containerDefinitions = [{ image: "web" }, { name: "proxy" }];
    expect(() => toTarget({ ...one, containerDefinitions }, base, {})).toThrow(
      new UnfitBaseError(
        "Base app:7 has 2 containers: (without a name), proxy. Name the user's in the option `container`.",
      ),
    );
  });

  it("refuses an only container, or an only EFS volume, that has no name to find it by", () => {
    expect(() => toTarget({ ...one, containerDefinitions: [{ image: "web" }] }, base, {})).toThrow(UnfitBaseError);
    expect(() => toTarget({ ...one, volumes: [{ efsVolumeConfiguration: efs }] }, base, {})).toThrow(UnfitBaseError);
  });
});

describe("withContainer", () => {
  it("changes the named container and shares everything else", () => {
    const changed = withContainer(maximalBase, { ...target, container: "openclaw" }, (container) => ({
      ...container,
      image: "new",
    }));
    expect(changed).toStrictEqual({
      ...maximalBase,
      containerDefinitions: maximalBase.containerDefinitions?.map((container) =>
        container.name === "openclaw" ? { ...container, image: "new" } : container,
      ),
    });
    expect(changed.volumes).toBe(maximalBase.volumes);
    expect(named(changed.containerDefinitions, "sidecar")).toBe(named(maximalBase.containerDefinitions, "sidecar"));
  });

  it("refuses a container that is not there", () => {
    expect(() => withContainer(typicalBase, { ...target, container: "typo" }, (container) => container)).toThrow(
      new UnfitBaseError("Base isol8-dev-openclaw:42 has no container typo to change."),
    );
  });

  it("keeps the order of containers", () => {
    const changed = withContainer(typicalBase, { ...target, container: "otel-collector" }, (container) => ({
      ...container,
      image: "new",
    }));
    expect(changed.containerDefinitions?.map(({ name }) => name)).toStrictEqual(["openclaw", "otel-collector"]);
  });
});
