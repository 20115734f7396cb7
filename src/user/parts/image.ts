import * as z from "zod";
import { UnfitBaseError } from "../../errors.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { containerOf, type Target, withContainer } from "../target.ts";
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

const schema = schemaWith("leave it out to use the base's");

export const image: UserPart<string, boolean> = {
  schema: schema.optional(),
  change: schemaWith("pass null to use the base's").nullish(),
  note: given,
  apply: (input, value, target) => withImage(input, target, value),
  readBack: (clone, place) => containerOf(clone, place)?.image,
};

const ecrImage = /^\d{12}\.dkr[.-]ecr[.-]/;

/**
 * Sets the image of the user's container.
 *
 * @throws {@link UnfitBaseError} for an image in a private ECR repository if a Fargate base has no execution role to pull it with.
 */
export function withImage(input: RegisterInput, target: Target, image: string): RegisterInput {
  const isFargate = input.requiresCompatibilities?.includes("FARGATE");
  if (isFargate && ecrImage.test(image) && !input.executionRoleArn) {
    throw new UnfitBaseError(
      `Base ${target.baseName} has no executionRoleArn, with which Fargate would pull the user's image ${image} from ECR. Give the base one.`,
    );
  }
  return withContainer(input, target, (container) => ({ ...container, image }));
}
