import * as z from "zod";
import { UnfitBaseError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target, withContainer } from "../target.ts";
import { given, type UserPart } from "../user-part.ts";

export interface OwnImage {
  /** The image for the user's container. */
  readonly image?: string | undefined;
}

const schemaWith = (whenEmpty: string) =>
  z
    .string()
    .min(1, { error: `must not be empty; ${whenEmpty}`, abort: true })
    .regex(/^\S+$/, "expected an image reference without spaces");

const schema = lazily(() => schemaWith("leave it out to use the base's"));

/** @internal */
export const image: UserPart<string, boolean> = {
  schema: () => schema().optional(),
  change: () => schemaWith("pass null to use the base's").nullish(),
  note: given,
  apply: applyImage,
  judge(final, _, { base, target }) {
    if (containerOf(base, target)?.repositoryCredentials === undefined) return [];
    if (containerOf(final, target)?.repositoryCredentials !== undefined) return [];
    return [
      `Container ${target.container} of base ${target.baseName} has repositoryCredentials, which ECS refuses for an image in ECR: the clone goes ` +
        "without them, and the execution role pulls the user's image.",
    ];
  },
  readBack: (clone, place) => containerOf(clone, place)?.image,
};

const ecrImage = /^\d{12}\.dkr[.-]ecr[.-]/;

/**
 * Sets the image of the user's container. An image in a private ECR repository drops the container's `repositoryCredentials`, which ECS refuses
 * next to one; an image in another registry keeps them.
 *
 * @throws {@link InvalidInputError} if an argument is malformed.
 * @throws {@link UnfitBaseError} for an image in a private ECR repository if a Fargate base has no execution role to pull it with.
 */
export function withImage(input: RegisterInput, target: Target, image: string): RegisterInput {
  return applyImage(parseRegisterInput(input), parseInput(schema(), image, "image"), parseTarget(target));
}

function applyImage(input: RegisterInput, image: string, target: Target): RegisterInput {
  const isInEcr = ecrImage.test(image);
  const isFargate = input.requiresCompatibilities?.includes("FARGATE");
  if (isFargate && isInEcr && !input.executionRoleArn) {
    throw new UnfitBaseError(
      `Base ${target.baseName} has no executionRoleArn, with which Fargate would pull the user's image ${image} from ECR. Give the base one.`,
    );
  }
  return withContainer(input, target, (container) => {
    const { repositoryCredentials, ...rest } = container;
    return isInEcr ? { ...rest, image } : { ...container, image };
  });
}
