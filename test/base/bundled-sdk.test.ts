import { expect, it, vi } from "vitest";
import { refuseUnknownMembers, toUnknownMembersWarnings } from "../../src/base/unknown-members.ts";
import type { DescribedRevision } from "../../src/ecs/revisions.ts";
import { toArn } from "../cast.ts";

// In a bundle there is no package file.
vi.mock(import("node:module"), async (importOriginal) => ({
  ...(await importOriginal()),
  createRequire: () => {
    throw new Error("Cannot find module");
  },
}));

it("names the SDK without its version in a bundle", () => {
  const base: DescribedRevision = { arn: toArn("web", 1), taskDefinition: {}, tags: [], unknownMembers: ["zone"] };
  const [warning] = toUnknownMembersWarnings(base);
  expect(warning).toContain("that @aws-sdk/client-ecs as installed does not know");
  expect(() => refuseUnknownMembers(base)).toThrow("that @aws-sdk/client-ecs as installed does not know: ");
});
