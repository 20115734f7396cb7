import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import { lazily } from "../lazily.ts";
import { parseInput } from "../parse-input.ts";
import type { RegisterInput } from "../task-definition.ts";
import { withoutNulls } from "../unknown-value.ts";

const listOf = (members: z.ZodRawShape) => z.array(z.object(members)).optional();

/** The kinds of the members that the library reads. All others may be anything, and are copied as they are. */
const members = lazily(() => {
  const text = z.string().optional();
  const amount = z.number().optional();
  return {
    containerDefinitions: listOf({
      name: text,
      image: text,
      cpu: amount,
      memory: amount,
      memoryReservation: amount,
      environment: listOf({ name: text }),
      secrets: listOf({ name: text }),
      mountPoints: listOf({ sourceVolume: text }),
      volumesFrom: listOf({ sourceContainer: text }),
      dockerLabels: z.object({}).optional(),
    }),
    volumes: listOf({
      name: text,
      efsVolumeConfiguration: z
        .object({
          fileSystemId: text,
          rootDirectory: text,
          authorizationConfig: z.object({ accessPointId: text }).optional(),
        })
        .optional(),
      s3filesVolumeConfiguration: z
        .object({ fileSystemArn: text, rootDirectory: text, accessPointArn: text })
        .optional(),
    }),
    tags: listOf({ key: text, value: text }),
    requiresCompatibilities: z.array(z.string()).optional(),
    executionRoleArn: text,
    taskRoleArn: text,
    ephemeralStorage: z.object({ sizeInGiB: amount }).optional(),
    cpu: z.union([z.string(), z.number()]).optional(),
    memory: z.union([z.string(), z.number()]).optional(),
    runtimePlatform: z.object({ operatingSystemFamily: text }).optional(),
  };
});

const inputShape = lazily(() => z.object({ ...members(), family: z.string().min(1) }));

/** A base may lack its family, which is an error of its own. */
const baseShape = lazily(() => {
  const text = z.string().optional();
  return z.object({
    taskDefinition: z.object({ ...members(), family: text, taskDefinitionArn: text }),
    tags: members().tags,
  });
});

/**
 * Checks that a value is a register input, as far as the library reads it. Members and list entries that are `null` count as absent: consoles and
 * CLIs write them into files. An input without any is returned itself.
 *
 * @throws {@link InvalidInputError} naming what is of the wrong kind. Values are never repeated in it.
 */
export function parseRegisterInput(value: unknown, what = "the register input"): RegisterInput {
  return checked<RegisterInput>(value, inputShape(), what);
}

/**
 * Checks that a value is a described base, in the same way.
 *
 * @throws {@link InvalidInputError}
 */
export function parseBaseShape<Base>(value: Base): Base {
  return checked<Base>(value, baseShape(), "the base");
}

/**
 * Checks that a value is a list of tags, in the same way.
 *
 * @throws {@link InvalidInputError}
 */
export function parseTagList<Tags>(value: Tags): Tags {
  return checked<Tags>(value, members().tags.unwrap(), "the base's tags");
}

function checked<Value>(value: unknown, shape: z.ZodType, what: string): Value {
  refuseHoles(value, what, (entry) => entry === undefined);
  const present = withoutNulls(value);
  // What zod returns is left: it holds only what is checked.
  parseInput(shape, present, what.replace(/^the /, ""));
  // The cast: the members that are read are of the right kind, and the others are passed on.
  return present as Value;
}

/**
 * Refuses a list that has a hole in it, at any depth: an entry that was meant to be left out.
 *
 * @throws {@link InvalidInputError} saying where it is.
 */
export function refuseHoles(value: unknown, what: string, isHole: (entry: unknown) => boolean): void {
  const found = findHole(value, isHole);
  if (found === undefined) return;
  const path = found.steps.join(".");
  throw new InvalidInputError(
    `Invalid input for ${what}: ${path} is a hole in a list (${String(found.hole)}). Leave the entry out.`,
  );
}

interface Hole {
  readonly steps: readonly (string | number)[];
  readonly hole: unknown;
}

function findHole(value: unknown, isHole: (entry: unknown) => boolean): Hole | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [step, content] of isList ? value.entries() : Object.entries(value)) {
    if (isList && isHole(content)) return { steps: [step], hole: content };
    const below = findHole(content, isHole);
    if (below !== undefined) return { ...below, steps: [step, ...below.steps] };
  }
  return undefined;
}
