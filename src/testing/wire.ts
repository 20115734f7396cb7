import { z } from "zod";
import { EcsError } from "./ecs-error.ts";

// In AWS JSON, null means absent.
export const text = z.string().nullish();
export const number = z.number().nullish();
export const boolean = z.boolean().nullish();
export const list = <Element extends z.ZodType>(element: Element): z.ZodOptional<z.ZodNullable<z.ZodArray<Element>>> =>
  z.array(element).nullish();

/** A list that ECS fills in as empty if it is absent. */
export const filledInList = <Element extends z.ZodType>(element: Element): z.ZodType<readonly z.output<Element>[]> =>
  list(element).transform((elements) => elements ?? []);

/**
 * Parses an operation's input from the wire. Fields that are not in the schema are kept unchanged.
 *
 * @throws {@link EcsError} SerializationException if a field has the wrong type.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  // text unverified
  throw new EcsError("SerializationException", z.prettifyError(error));
}
