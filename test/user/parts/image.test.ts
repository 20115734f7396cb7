import { describe, expect, it } from "vitest";
import { UnfitBaseError } from "../../../src/errors.ts";
import { withImage } from "../../../src/user/parts/image.ts";
import { deepFreeze, named, target, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const ecrImage = "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:canary";

describe("withImage", () => {
  it.each([
    ["typical", typicalBase],
    ["maximal", maximalBase],
  ])("replaces the image of the user's container in a %s base, and nothing else", (_, base) => {
    const [container, ...others] = base.containerDefinitions ?? [];
    const input = withImage(base, target, ecrImage);
    expect(input).toStrictEqual({
      ...base,
      containerDefinitions: [{ ...container, image: ecrImage }, ...others],
    });
    expect(input.containerDefinitions?.[1]).toBe(others[0]);
    expect(named(input.containerDefinitions, "openclaw").environment).toBe(container?.environment);
  });

  const { executionRoleArn, ...withoutRole } = typicalBase;
  const refused = (image: string): UnfitBaseError =>
    new UnfitBaseError(
      `Base isol8-dev-openclaw:42 has no executionRoleArn, with which Fargate would pull the user's image ${image} from ECR. Give the base one.`,
    );

  it.each([
    ["no execution role", withoutRole],
    ["an empty execution role", { ...withoutRole, executionRoleArn: "" }],
  ])("refuses an image in a private ECR repository for a Fargate base with %s", (_, base) => {
    expect(() => withImage(deepFreeze(base), target, ecrImage)).toThrow(refused(ecrImage));
  });

  it("knows an ECR repository by its dual-stack host too", () => {
    const image = "111122223333.dkr-ecr.us-east-1.on.aws/openclaw:canary";
    expect(() => withImage(withoutRole, target, image)).toThrow(refused(image));
  });

  it.each([
    "public.ecr.aws/openclaw/openclaw:canary",
    "openclaw:canary",
    "example.com/111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw",
  ])("takes %s without an execution role, since it is not in ECR's private part", (image) => {
    expect(named(withImage(withoutRole, target, image).containerDefinitions, "openclaw").image).toBe(image);
  });

  it.each([["EC2" as const], [undefined]])(
    "takes an ECR image without an execution role where the base is for %s",
    (kind) => {
      const base = { ...withoutRole, requiresCompatibilities: kind && [kind] };
      expect(named(withImage(base, target, ecrImage).containerDefinitions, "openclaw").image).toBe(ecrImage);
    },
  );
});
