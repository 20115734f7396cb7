import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { InvalidInputError } from "../../src/errors.ts";
import type { RegisterInput } from "../../src/task-definition.ts";
import type { ContainerParts } from "../../src/user/parts/containers.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { pair, runs } from "./arbitraries.ts";
import { rulesOf } from "./volumes.ts";

type Change = (input: RegisterInput) => RegisterInput;

const inContainer =
  (name: string, change: (container: ContainerDefinition) => ContainerDefinition): Change =>
  (input) => ({
    ...input,
    containerDefinitions: input.containerDefinitions?.map((one) => (one.name === name ? change(one) : one)),
  });

/** Every way in which what is the user's own of a container can be lost. */
function toContainerLosses(
  name: string,
  { secrets = {}, environment = {}, unset = [], image }: ContainerParts,
): Change[] {
  const lose = (member: "secrets" | "environment", variable: string): Change =>
    inContainer(name, (one) => ({ ...one, [member]: one[member]?.filter((entry) => entry.name !== variable) }));
  return [
    ...Object.keys(secrets).map((variable) => lose("secrets", variable)),
    ...Object.keys(environment).map((variable) => lose("environment", variable)),
    ...unset.map((variable) =>
      inContainer(name, (one) => ({
        ...one,
        environment: [...(one.environment ?? []), { name: variable, value: "" }],
      })),
    ),
    ...(image === undefined ? [] : [inContainer(name, (one) => ({ ...one, image: "another" }))]),
  ];
}

const withoutVolumes: Change = (input) => ({ ...input, volumes: [] });

const withAnotherSize: Change = (input) => ({
  ...inContainer("app", ({ cpu = 0, memory, memoryReservation, ...one }) => ({
    ...one,
    cpu: cpu + 1,
    memory: (memory ?? 0) + 1,
    memoryReservation: (memoryReservation ?? 0) + 1,
  }))(input),
  ...(input.cpu && { cpu: String(Number(input.cpu) * 2) }),
});

/** Every way in which what is the user's own can be lost, by the part that it is of. */
function toLosses(user: UserSpec): [string, Change][] {
  const { accessPointId, accessPoints = {}, containers = {}, size, ephemeralStorage, taskRoleArn, tags = {} } = user;
  const hasAccess = accessPointId !== undefined || Object.keys(accessPoints).length > 0;
  const others = Object.entries(containers).flatMap(([name, own]) => toContainerLosses(name, own));
  return [
    ...toContainerLosses("app", user).map((change): [string, Change] => ["container", change]),
    ...others.map((change): [string, Change] => ["containers", change]),
    ...(hasAccess ? [["access", withoutVolumes] as [string, Change]] : []),
    ...(size ? [["size", withAnotherSize] as [string, Change]] : []),
    ...(ephemeralStorage ? [["disk", (input) => ({ ...input, ephemeralStorage: undefined })] as [string, Change]] : []),
    ...(taskRoleArn ? [["role", (input) => ({ ...input, taskRoleArn: undefined })] as [string, Change]] : []),
    ...(Object.keys(tags).length > 0 ? [["tags", (input) => ({ ...input, tags: [] })] as [string, Change]] : []),
  ];
}

describe("customize", () => {
  it("may not lose anything that is the user's own, whatever it is", () => {
    fc.assert(
      fc.property(pair, fc.nat(), ([described, spec], choice) => {
        const losses = toLosses(spec);
        fc.pre(losses.length > 0);
        const [, lose] = losses[choice % losses.length] ?? ["", withoutVolumes];
        const rules: CloneRules = { ...rulesOf(spec), customize: (input) => lose(input) };
        expect(() => deriveClone(described, spec, rules)).toThrow(InvalidInputError);
        expect(() => deriveClone(described, spec, rules)).toThrow(/one of the user's own parts/);
      }),
      runs,
    );
  });

  it("gets the user's `custom`, and everything else of the user", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const seen: unknown[] = [];
        const customize: CloneRules["customize"] = (input, { custom, userId }) => {
          seen.push(userId, custom);
          return input;
        };
        deriveClone(described, spec, { ...rulesOf(spec), customize });
        expect(JSON.stringify(seen[0])).toBe(JSON.stringify(spec.userId));
        // The members of `custom` come sorted.
        expect(structuredClone(seen[1])).toEqual(structuredClone(spec.custom));
      }),
      runs,
    );
  });
});
