import { z } from "zod";
import { EcsError } from "./ecs-error.ts";

// AWS JSON takes null for absent.
export const text = z.string().nullish();
export const number = z.number().nullish();
export const boolean = z.boolean().nullish();
export const list = <Element extends z.ZodType>(element: Element): z.ZodOptional<z.ZodNullable<z.ZodArray<Element>>> =>
  z.array(element).nullish();

/** A list that ECS fills in, empty, where it is absent. */
export const filledInList = <Element extends z.ZodType>(element: Element): z.ZodType<readonly z.output<Element>[]> =>
  list(element).transform((elements) => elements ?? []);

/**
 * Reads an operation's input from the wire. Members that the schema does not name stay as they are.
 *
 * @throws {@link EcsError} SerializationException when a member is of another type than it should be.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  // text unverified
  throw new EcsError("SerializationException", z.prettifyError(error));
}
