import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSameClone, toDraft } from "../../src/clone/draft.ts";
import { readClone } from "../../src/clone/read-clone.ts";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import type { DescribedRevision } from "../../src/ecs/revisions.ts";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { readRecord, toDigest, toOwnDigest } from "../../src/record/record.ts";
import { readBackUser } from "../../src/user/own-parts.ts";
import type { ContainerParts } from "../../src/user/parts/containers.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { toArn } from "../cast.ts";
import { orderOf, pair, runs, toText, user } from "./arbitraries.ts";
import { rulesOf, toShortForm } from "./volumes.ts";

/** A user with no secrets is one with an empty list of them. As entries, an own `__proto__` is compared like any other name. */
const toComparable = ({ containers = {}, tags, custom, ...spec }: UserSpec) => ({
  ...spec,
  // As text: an own member called `constructor` is none of the class.
  custom: toText(custom),
  ...toComparableParts(spec),
  containers: toSorted(Object.entries(containers))
    .filter(([, { image, ...lists }]) => image !== undefined || Object.values(lists).some((list) => hasAny(list)))
    .map(([name, own]) => [name, toComparableParts(own)]),
  tags: toEntries(tags),
});

const toComparableParts = ({ secrets, environment, unset = [], image }: ContainerParts) => ({
  secrets: toEntries(secrets),
  environment: toEntries(environment),
  unset: [...new Set(unset)].sort(),
  image,
});

const hasAny = (list: object = {}): boolean => Object.keys(list).length > 0;

const toSorted = <Value>(entries: [string, Value][]): [string, Value][] =>
  entries.sort(([first], [second]) => (first < second ? -1 : 1));

const toEntries = (variables: Readonly<Record<string, string>> = {}) => toSorted(Object.entries(variables));

/** The register input as ECS might describe it: in another order, with defaults filled in. */
const toDescribed = (input: RegisterTaskDefinitionCommandInput) => {
  const shuffled = <Element>(elements: readonly Element[] = []) =>
    fc.shuffledSubarray([...elements], { minLength: elements.length });
  return fc
    .tuple(
      shuffled(input.containerDefinitions),
      shuffled(input.volumes),
      shuffled(input.tags),
      fc.infiniteStream(fc.nat()),
    )
    .map(([containers, volumes, tags, numbers]) => {
      // Of a name that is repeated the order tells which one counts.
      const toShuffled = <Element extends { name?: string | undefined }>(elements: readonly Element[]): Element[] => {
        const orders = new Map(elements.map(({ name }) => [name, numbers.next().value ?? 0]));
        return elements.toSorted((first, second) => (orders.get(first.name) ?? 0) - (orders.get(second.name) ?? 0));
      };
      return {
        ...input,
        volumes,
        ...(input.tags && { tags }),
        containerDefinitions: containers.map((other) => ({
          ...other,
          ...(other.environment && { environment: toShuffled(other.environment) }),
          ...(other.secrets && { secrets: toShuffled(other.secrets) }),
        })),
      };
    });
};

const draftOf = ([base, spec]: [DescribedRevision, UserSpec]) => ({
  spec,
  draft: toDraft(base, orderOf(spec), rulesOf(spec), "token"),
});

/** What is the user's own of a container. */
const ownOf = (spec: UserSpec, container = ""): ContainerParts =>
  container === "app" ? spec : (spec.containers?.[container] ?? {});

/** Changes everything in the input that is not the user's own. */
const withMore: NonNullable<CloneRules["customize"]> = (input, spec) => ({
  ...input,
  pidMode: "task",
  ...(spec.size === undefined && { cpu: "4096", memory: "8192" }),
  volumes: [{ name: "more" }, ...(input.volumes ?? [])],
  containerDefinitions: [
    { name: "more", image: "more:1", environment: [{ name: "MORE", value: "" }] },
    ...(input.containerDefinitions ?? []).map((container) => ({
      ...container,
      ...(ownOf(spec, container.name).image === undefined && { image: "another:1" }),
      secrets: [...(container.secrets ?? []), { name: "a secret more", valueFrom: "/more" }],
      environment: [...(container.environment ?? []), { name: "a variable more", value: "" }],
    })),
  ],
});

describe("the record", () => {
  it("restores the user even though ECS reorders lists and fills in defaults", () => {
    const revision = pair
      .map(draftOf)
      .chain(({ spec, draft }) => fc.tuple(fc.constant(spec), toDescribed(draft.input)));
    fc.assert(
      fc.property(revision, ([spec, clone]) => {
        const withDefaults = {
          ...clone,
          placementConstraints: [],
          containerDefinitions: clone.containerDefinitions?.map((other) => ({
            cpu: 0,
            environment: [],
            mountPoints: [],
            volumesFrom: [],
            essential: true,
            ...other,
          })),
        };
        const reading = readRecord(withDefaults);
        if (reading.kind !== "record") throw new Error(reading.kind);
        const { record, place } = reading;
        const readBack = readBackUser(withDefaults, record.userId, place, record.own);
        expect(readBack && toComparable(readBack)).toStrictEqual(toComparable(toShortForm(spec)));
      }),
      runs,
    );
  });

  it.each<[string, CloneRules]>([
    ["registered as derived", {}],
    ["customized in everything else", { customize: withMore }],
  ])("vouches for a clone that is %s, which is then reused", (_, theRules) => {
    const revision = pair
      .map(([described, spec]) => toDraft(described, orderOf(spec), { ...rulesOf(spec), ...theRules }, "token"))
      .chain((draft) => fc.tuple(fc.constant(draft), toDescribed(draft.input)));
    fc.assert(
      fc.property(revision, ([draft, { tags = [], ...taskDefinition }]) => {
        const reading = readClone({ arn: toArn("web-user", 1), taskDefinition, tags, unknownMembers: [] }, "web");
        if (reading.kind !== "clone") throw new Error(reading.reason);
        expect(isSameClone(reading.clone, draft)).toBe(true);
      }),
      runs,
    );
  });

  it("does not vouch for the values of any other user", () => {
    fc.assert(
      fc.property(pair.map(draftOf), user, ({ spec, draft }, other) => {
        const [one, two] = [spec, other].map(({ tags: _, ...own }) => toCanonicalText(toComparable(toShortForm(own))));
        const isSame = one === two;
        fc.pre(!isSame);
        expect(toOwnDigest(toShortForm(other), draft.target)).not.toBe(draft.record.ownDigest);
      }),
      runs,
    );
  });

  it("has a digest that does not depend on the order of named things", () => {
    const shuffled = pair
      .map(draftOf)
      .chain(({ draft }) => fc.tuple(fc.constant(draft.input), toDescribed(draft.input)));
    fc.assert(
      fc.property(shuffled, ([input, clone]) => {
        expect(toDigest(toCanonicalText(clone))).toBe(toDigest(toCanonicalText(input)));
      }),
      runs,
    );
  });

  it("has a digest that changes with every single change", () => {
    fc.assert(
      fc.property(pair.map(draftOf), fc.nat(), fc.constantFrom("remove", "replace", "add"), ({ draft }, place, how) => {
        const places = toPlaces(draft.content);
        const path = places[place % places.length] ?? [];
        const changed = withChange(draft.content, path, how);
        expect(toDigest(toCanonicalText(changed))).not.toBe(draft.record.digest);
      }),
      runs,
    );
  });
});

type Path = readonly (string | number)[];

/** Every place in a value, its own members and elements and theirs. */
function toPlaces(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return path.length > 0 ? [path] : [];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const below = steps.flatMap((step) => toPlaces(Object(value)[step], [...path, step]));
  return path.length > 0 ? [path, ...below] : below;
}

/** The value with one change at a place: gone, another, or one more of it. */
function withChange(value: unknown, [step, ...path]: Path, how: string): unknown {
  if (step === undefined) {
    if (how === "add" && Array.isArray(value)) return [...value, "more"];
    if (how === "add" && typeof value === "object" && value !== null) return { ...value, more: 1 };
    return { replaced: value };
  }
  const isRemoved = path.length === 0 && how === "remove";
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => {
      if (index !== step) return [element];
      return isRemoved ? [] : [withChange(element, path, how)];
    });
  }
  return Object.fromEntries(
    Object.entries(Object(value)).flatMap(([member, content]) => {
      if (member !== step) return [[member, content]];
      return isRemoved ? [] : [[member, withChange(content, path, how)]];
    }),
  );
}
