import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { UnfitBaseError } from "../../../src/errors.ts";
import { withImage } from "../../../src/user/parts/image.ts";
import { deepFreeze, named, plainUser, target, toSecretArn, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const ecrImage = "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:canary";

describe("withImage", () => {
  it.each([
    ["typical", typicalBase],
    ["maximal", maximalBase],
  ])("replaces the image of the user's container in a %s base, and nothing else", (_, base) => {
    const [container, ...others] = base.containerDefinitions ?? [];
    const input = withImage(base, target, "ghcr.io/openclaw/openclaw:canary");
    expect(input).toStrictEqual({
      ...base,
      containerDefinitions: [{ ...container, image: "ghcr.io/openclaw/openclaw:canary" }, ...others],
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

const privateImages = [
  ecrImage,
  "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/openclaw@sha256:0123",
  "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/openclaw",
  "111122223333.dkr.ecr.us-iso-east-1.c2s.ic.gov/openclaw:canary",
  "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/openclaw:canary",
  "111122223333.dkr-ecr.eu-central-1.on.aws/openclaw:canary",
  "111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/openclaw:canary",
];

const otherImages = ["ghcr.io/openclaw/openclaw:canary", "openclaw", "public.ecr.aws/openclaw/openclaw:canary"];

describe("registry credentials", () => {
  const repositoryCredentials = { credentialsParameter: toSecretArn("registry-AbCdEf") };
  const [container, ...others] = typicalBase.containerDefinitions;
  const privateBase = deepFreeze({
    ...typicalBase,
    containerDefinitions: [
      { ...container, repositoryCredentials },
      ...others.map((other) => ({ ...other, repositoryCredentials })),
    ],
  });
  const clone = (image: string, rules: CloneRules = {}) =>
    deriveClone({ taskDefinition: privateBase }, { ...plainUser, image }, { container: "openclaw", ...rules });
  const warning =
    "Container openclaw of base isol8-dev-openclaw:42 has repositoryCredentials, which ECS refuses for an image in ECR: the clone goes without them, and " +
    "the execution role pulls the user's image.";

  it.each(privateImages)("are dropped with a warning where the user's image is %s", (image) => {
    const { input, warnings } = clone(image);
    expect(named(input.containerDefinitions, "openclaw")).toStrictEqual(
      named(withImage(typicalBase, target, image).containerDefinitions, "openclaw"),
    );
    expect(named(input.containerDefinitions, "openclaw")).not.toHaveProperty("repositoryCredentials");
    expect(warnings).toStrictEqual([warning]);
  });

  it.each(otherImages)("stay where the user's image is %s", (image) => {
    const { input, warnings } = clone(image);
    expect(named(input.containerDefinitions, "openclaw")).toMatchObject({ image, repositoryCredentials });
    expect(warnings).toStrictEqual([]);
  });

  it("stay on other containers, and where the user has no image", () => {
    expect(named(clone(ecrImage).input.containerDefinitions, "otel-collector")).toHaveProperty("repositoryCredentials");
    const { input, warnings } = deriveClone({ taskDefinition: privateBase }, plainUser, { container: "openclaw" });
    expect(named(input.containerDefinitions, "openclaw")).toHaveProperty("repositoryCredentials");
    expect(warnings).toStrictEqual([]);
  });

  it("are not warned of where `customize` sets some", () => {
    const customize: CloneRules["customize"] = (input) => ({
      ...input,
      containerDefinitions: input.containerDefinitions?.map((one) => ({ ...one, repositoryCredentials })),
    });
    expect(clone(ecrImage, { customize }).warnings).toStrictEqual([]);
  });
});
