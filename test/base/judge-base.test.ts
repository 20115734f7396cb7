import { describe, expect, it } from "vitest";
import { judgeContent, mayBeClone, toMayBeCloneMessage, whyNoBaseByContent } from "../../src/base/judge-base.ts";
import { type IsBase, provenanceLabel } from "../../src/index.ts";
import { smallBase, toArn, toOldClone } from "../cast.ts";

describe("mayBeClone", () => {
  const base = { taskDefinition: { ...smallBase } as never, tags: [] };
  const old = { taskDefinition: toOldClone(7) as never, tags: [] };

  it("suspects a base with an access point on the volume, unless something says what a base is", () => {
    expect(mayBeClone(old, undefined, { volume: "data" })).toBe(true);
    expect(mayBeClone(old, undefined, {})).toBe(true);
    expect(mayBeClone(old, undefined, { volume: "other" })).toBe(false);
    expect(mayBeClone(base, undefined, { volume: "data" })).toBe(false);
    expect(mayBeClone(old, () => true, { volume: "data" })).toBe(false);
    expect(mayBeClone(old, undefined, { volume: ["home", "data"] })).toBe(true);
    expect(mayBeClone(old, undefined, { shared: ["data"] })).toBe(false);
    expect(mayBeClone(old, undefined, { volume: false })).toBe(false);
  });
});

describe("toMayBeCloneMessage", () => {
  const volume = (name: string, accessPointId?: string) => ({
    name,
    efsVolumeConfiguration: { fileSystemId: "fs-1", authorizationConfig: { accessPointId } },
  });

  it("names the base, the volume and what to set", () => {
    expect(toMayBeCloneMessage(toArn("app", 7), { volumes: [volume("home", "fsap-01234567")] }, {})).toBe(
      "Volume home of base app:7 already has an access point. If that revision is a user's clone from before this library, its secrets and image are that " +
        'user\'s, so it is not cloned. Set the option `isBase` to tell bases from clones, for example hasNoAccessPoint("home"); if the base is meant to ' +
        "have an access point there, set `isBase: () => true`.",
    );
  });

  it("says to name the user's volume if it may be another one", () => {
    const volumes = [{ name: "scratch", host: {} }, volume("home"), volume("shared", "fsap-01234567")];
    const advice = " If another volume is the user's, name it in the option `volume`.";
    expect(toMayBeCloneMessage(toArn("app", 7), { volumes }, {})).toMatch(/^Volume shared of base app:7 already/);
    expect(toMayBeCloneMessage(toArn("app", 7), { volumes }, {})).toContain(advice);
    expect(toMayBeCloneMessage(toArn("app", 7), { volumes }, { volume: "shared" })).not.toContain(advice);
  });

  it("names the volume of the user's that has one", () => {
    const volumes = [volume("shared", "fsap-01234567"), volume("home"), volume("data", "fsap-01234567")];
    const message = toMayBeCloneMessage(toArn("app", 7), { volumes }, { volume: ["home", "data"] });
    expect(message).toMatch(/^Volume data of base app:7 already/);
  });

  it("says so if the volume has no name", () => {
    expect(toMayBeCloneMessage(toArn("app", 7), {}, {})).toMatch(/^Volume \(without a name\) of base app:7 already/);
  });
});

describe("judgeContent", () => {
  it("goes by the record before all, and looks at tags only if `isBase` does", () => {
    const taskDefinition = { containerDefinitions: [{ dockerLabels: { [provenanceLabel]: "{}" } }] };
    const clone = { reason: "carries the record of a clone", restsOnTags: false };
    expect(judgeContent({ taskDefinition, tags: [] }, undefined)).toStrictEqual(clone);
    expect(judgeContent({ taskDefinition, tags: [] }, () => true)).toStrictEqual(clone);
    const isBase: IsBase = ({ tags }) => tags.length === 0;
    const reason = "`isBase` says that it is not a base";
    expect(judgeContent({ taskDefinition: {}, tags: [] }, isBase)).toStrictEqual({ restsOnTags: true });
    expect(judgeContent({ taskDefinition: {}, tags: [{}] }, isBase)).toStrictEqual({ reason, restsOnTags: true });
    expect(judgeContent({ taskDefinition: {}, tags: [] }, undefined)).toStrictEqual({ restsOnTags: false });
  });

  it("gives `isBase` a copy that is frozen at every depth", () => {
    const candidate = { taskDefinition: { ...smallBase, registeredAt: new Date(0) }, tags: [{ key: "a", value: "b" }] };
    const before = structuredClone(candidate);
    const frozen: boolean[] = [];
    judgeContent(candidate as never, (given) => {
      const { taskDefinition, tags } = given;
      frozen.push(...[given, taskDefinition, taskDefinition.volumes?.[0], tags, tags[0]].map(Object.isFrozen));
      taskDefinition.registeredAt?.setTime(1);
      return true;
    });
    expect(frozen).toStrictEqual([true, true, true, true, true]);
    expect(candidate).toStrictEqual(before);
    expect(Object.isFrozen(candidate.tags)).toBe(false);
  });
});

describe("whyNoBaseByContent", () => {
  const refused = "`isBase` says that it is not a base";

  it("gives the reason if `isBase` refuses by the content alone", () => {
    expect(whyNoBaseByContent({ family: "web" }, ({ taskDefinition }) => taskDefinition.family !== "web")).toBe(
      refused,
    );
  });

  it("gives none if it may be a base, or if `isBase` looks at tags, which are not known", () => {
    expect(whyNoBaseByContent({}, () => true)).toBeUndefined();
    expect(whyNoBaseByContent({}, ({ tags }) => tags.length > 0)).toBeUndefined();
    expect(whyNoBaseByContent({}, ({ tags }) => tags[0]?.key === "user")).toBeUndefined();
  });

  it("passes on what `isBase` throws, unless it comes of tags that are not known", () => {
    const error = new Error("not now");
    const fail = (): never => {
      throw error;
    };
    expect(() => whyNoBaseByContent({}, fail)).toThrow(error);
    expect(whyNoBaseByContent({}, ({ tags }) => tags.length === 1 || fail())).toBeUndefined();
  });
});
