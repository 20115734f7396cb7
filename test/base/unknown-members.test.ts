import { describe, expect, it } from "vitest";
import { refuseUnknownMembers, toUnknownMembersWarnings } from "../../src/base/unknown-members.ts";
import type { DescribedRevision } from "../../src/ecs/revisions.ts";
import { UnfitBaseError } from "../../src/errors.ts";
import { toArn } from "../cast.ts";

const base: DescribedRevision = { arn: toArn("web", 1), taskDefinition: {}, tags: [], unknownMembers: [] };
const newBase: DescribedRevision = { ...base, unknownMembers: ["securityPolicy", "zone"] };
const unchecked: DescribedRevision = { ...base, unchecked: "the client is a mock" };

describe("toUnknownMembersWarnings", () => {
  it("says what the clone lacks, of which base, and what to do", () => {
    expect(toUnknownMembersWarnings(newBase)).toStrictEqual([
      `Base ${base.arn} has top-level fields that the installed @aws-sdk/client-ecs does not know, so the clone lacks them: securityPolicy, zone. ` +
        "If ECS accepts them in RegisterTaskDefinition, update the SDK.",
    ]);
  });

  it("says nothing of a base without unknown members, checked or not", () => {
    expect(toUnknownMembersWarnings(base)).toStrictEqual([]);
    expect(toUnknownMembersWarnings(unchecked)).toStrictEqual([]);
  });
});

describe("refuseUnknownMembers", () => {
  it("takes a base without unknown members", () => {
    expect(() => refuseUnknownMembers(base)).not.toThrow();
  });

  it("refuses a base with unknown members, naming them and what to do", () => {
    expect(() => refuseUnknownMembers(newBase)).toThrow(
      new UnfitBaseError(
        `Base ${base.arn} has top-level fields that the installed @aws-sdk/client-ecs does not know: securityPolicy, zone. ` +
          'Update the SDK, or set the option `unknownMembers` to "carry".',
      ),
    );
  });

  it("refuses a base that was not checked, and says why", () => {
    expect(() => refuseUnknownMembers(unchecked)).toThrow(
      new UnfitBaseError(
        `Base ${base.arn} could not be checked for fields that the SDK does not know: the client is a mock.`,
      ),
    );
  });
});
