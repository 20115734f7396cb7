import { SortOrder, TaskDefinitionFamilyStatus, TaskDefinitionField, TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { type Account, toArn, toTimestamp } from "./account.ts";
import { toDescribed, toDescribedTags, toReorder, toRequiredAttributes } from "./described.ts";
import { clientException, invalidParameter } from "./ecs-error.ts";
import { after, toPage } from "./pages.ts";
import { isFitForFargate, registerRefusal } from "./rules/register-rules.ts";
import type { Tagged } from "./tags.ts";
import { taskDefinitionInput } from "./task-definition-input.ts";
import { list, number, oneOf, parseInput, text } from "./wire.ts";

/** One revision of a family. */
export interface Revision extends Tagged {
  readonly arn: string;
  readonly family: Family;
  readonly revision: number;
  /** The JSON that registered it. */
  readonly registered: string;
  readonly registeredBy: string;
  readonly registeredAt: number;
  status: "ACTIVE" | "INACTIVE" | "DELETE_IN_PROGRESS";
  deregisteredAt?: number;
  deleteRequestedAt?: number;
}

interface Family {
  readonly name: string;
  /** Revision `n` is at index `n - 1`; a deleted one leaves a hole, since its number is never reused. */
  readonly revisions: (Revision | undefined)[];
  latestActive: Revision | undefined;
}

/** How many described texts are kept: those of the latest revisions asked for, such as a base that is described for each of its clones. */
const keptTexts = 256;

const page = { familyPrefix: text, maxResults: number, nextToken: text };
const listInput = z.looseObject({
  ...page,
  status: oneOf("status", Object.values(TaskDefinitionStatus)).nullish(),
  sort: oneOf("sort", Object.values(SortOrder)).nullish(),
});
const listFamiliesInput = z.looseObject({
  ...page,
  status: oneOf("status", Object.values(TaskDefinitionFamilyStatus)).nullish(),
});
const describeInput = z.looseObject({
  taskDefinition: text,
  include: list(oneOf("include", Object.values(TaskDefinitionField))),
});
const deleteInput = z.looseObject({ taskDefinitions: list(z.string()) });

/** In what listings differ from those of an ideal ECS. */
export interface ListingOptions {
  /**
   * How long a fresh revision is missing from listings, in milliseconds. It is described, and counts as its family's latest, at once.
   *
   * @default 0
   */
  readonly listingDelayMs?: number | undefined;
  /** Lists oldest first whatever `sort` says, as some emulators do. @default false */
  readonly ignoreSort?: boolean | undefined;
  /** Lists every family whose name begins with `familyPrefix`, as some emulators do, and not only the one of this name. @default false */
  readonly listByPrefix?: boolean | undefined;
}

/** What task definitions need to know. */
export interface TaskDefinitionsOptions {
  readonly account: Account;
  readonly seed: number;
  readonly listings: ListingOptions;
  /** The ARNs that services and tasks refer to. */
  readonly references: () => ReadonlySet<string>;
}

/** The task definitions of an account and the operations on them. Each takes the wire input and returns the wire output. */
export class TaskDefinitions {
  readonly #account: Account;
  readonly #seed: number;
  readonly #listings: ListingOptions;
  readonly #references: () => ReadonlySet<string>;
  readonly #families = new Map<string, Family>();
  /** In the order of registration. */
  readonly #revisions = new Set<Revision>();
  readonly #beingDeleted = new Set<Revision>();
  readonly #texts = new Map<Revision, string>();

  constructor({ account, seed, listings, references }: TaskDefinitionsOptions) {
    this.#account = account;
    this.#seed = seed;
    this.#listings = listings;
    this.#references = references;
  }

  /** Adds a revision, or throws the error with which ECS refuses it. */
  add(registered: string, registeredBy: string): Revision {
    const value = JSON.parse(registered);
    const input = parseInput(taskDefinitionInput, value, clientException);
    const { tags } = input;
    const bytes = Buffer.byteLength(tags ? JSON.stringify({ ...value, tags: undefined }) : registered);
    const refusal = registerRefusal(input, { accountId: this.#account.accountId, bytes });
    if (refusal !== undefined) throw clientException(refusal);
    const family = this.#familyOf(String(input.family));
    const revision = family.revisions.length + 1;
    const added: Revision = {
      arn: toArn(this.#account, `task-definition/${family.name}:${revision}`),
      family,
      revision,
      registered,
      registeredBy,
      registeredAt: this.#account.now(),
      status: "ACTIVE",
      tags: tags ?? [],
    };
    family.revisions.push(added);
    family.latestActive = added;
    this.#revisions.add(added);
    return added;
  }

  register(registered: string, registeredBy: string): string {
    const revision = this.add(registered, registeredBy);
    const tags = revision.tags.length > 0 ? `,"tags":${this.#toTagsText(revision)}` : "";
    return `{"taskDefinition":${this.#toText(revision)}${tags}}`;
  }

  describe(input: unknown): string {
    const { taskDefinition, include } = parseInput(describeInput, input);
    const revision = this.find(taskDefinition);
    if (revision === undefined) throw clientException("Unable to describe task definition.");
    const tags = include?.includes("TAGS") ? `,"tags":${this.#toTagsText(revision)}` : "";
    return `{"taskDefinition":${this.#toText(revision)}${tags}}`;
  }

  deregister(input: unknown): string {
    const { taskDefinition } = parseInput(describeInput, input);
    const revision = this.#lookUp(taskDefinition);
    if (typeof revision === "string") throw clientException(revision);
    if (revision.status === "ACTIVE") {
      this.#change(revision, () => {
        revision.status = "INACTIVE";
        revision.deregisteredAt = this.#account.now();
      });
    }
    return `{"taskDefinition":${this.#toText(revision)}}`;
  }

  delete(input: unknown): string {
    const taskDefinitions = parseInput(deleteInput, input).taskDefinitions ?? [];
    if (taskDefinitions.length > 10) {
      throw invalidParameter("Size of TaskDefinition references list cannot exceed 10");
    }
    const failures: object[] = [];
    const texts: string[] = [];
    for (const reference of taskDefinitions) {
      const revision = this.#lookUp(reference);
      if (typeof revision === "string") {
        failures.push({ arn: reference, reason: revision });
      } else if (revision.status === "ACTIVE") {
        const reason =
          "The specified task definition is still in ACTIVE status. Please deregister the target and try again.";
        failures.push({ arn: reference, reason });
      } else {
        this.#change(revision, () => {
          revision.status = "DELETE_IN_PROGRESS";
          revision.deleteRequestedAt ??= this.#account.now();
        });
        this.#beingDeleted.add(revision);
        texts.push(this.#toText(revision));
      }
    }
    this.removeDeleted();
    return `{"taskDefinitions":[${texts.join(",")}],"failures":${JSON.stringify(failures)}}`;
  }

  list(input: unknown): string {
    const { familyPrefix, status, sort, ...page } = parseInput(listInput, input);
    const { items, ...rest } = toPage(page, (last) =>
      this.#arns(familyPrefix ?? undefined, status ?? "ACTIVE", sort === "DESC" && !this.#listings.ignoreSort, last),
    );
    return JSON.stringify({ taskDefinitionArns: items, ...rest });
  }

  listFamilies(input: unknown): string {
    const { familyPrefix, status, ...page } = parseInput(listFamiliesInput, input);
    const families = [...this.#families.values()].filter(({ name, revisions }) => {
      if (!name.startsWith(familyPrefix ?? "")) return false;
      const listed = revisions.filter((revision) => revision && this.#isListed(revision));
      const isActive = listed.some((revision) => revision?.status === "ACTIVE");
      if (status === "ACTIVE") return isActive;
      return listed.length > 0 && !(status === "INACTIVE" && isActive);
    });
    const names = families.map(({ name }) => name).sort();
    const { items, ...rest } = toPage(page, (last) => after(names, last));
    return JSON.stringify({ families: items, ...rest });
  }

  /** The latest ACTIVE revision of a family, or the one named by `family:revision` or ARN. */
  find(reference: string | null | undefined): Revision | undefined {
    if (!reference) throw clientException("TaskDefinition can not be blank."); // text unverified
    const prefix = toArn(this.#account, "task-definition/");
    const local = reference.startsWith(prefix) ? reference.slice(prefix.length) : reference;
    const [name = "", number] = local.split(":");
    const family = this.#families.get(name);
    if (number === undefined) return family?.latestActive;
    return /^\d+$/.test(number) ? family?.revisions[Number(number) - 1] : undefined;
  }

  /** All revisions, or those of one family, oldest first. */
  revisions(family: string | undefined): readonly Revision[] {
    if (family === undefined) return [...this.#revisions];
    return (this.#families.get(family)?.revisions ?? []).filter((revision) => revision !== undefined);
  }

  /** Drops the revisions that are being deleted and that nothing refers to anymore. */
  removeDeleted(): void {
    if (this.#beingDeleted.size === 0) return;
    const references = this.#references();
    for (const revision of this.#beingDeleted) {
      if (references.has(revision.arn)) continue;
      this.#beingDeleted.delete(revision);
      this.#texts.delete(revision);
      this.#revisions.delete(revision);
      revision.family.revisions[revision.revision - 1] = undefined;
    }
  }

  #familyOf(name: string): Family {
    const family = this.#families.get(name) ?? { name, revisions: [], latestActive: undefined };
    this.#families.set(name, family);
    return family;
  }

  /** The named revision, or why there is none. The messages are those of getmoto/moto; unverified. */
  #lookUp(reference: string | null | undefined): Revision | string {
    if (reference && !/:\d+$/.test(reference)) return "Revision is missing.";
    return this.find(reference) ?? "The specified task definition does not exist.";
  }

  #change(revision: Revision, change: () => void): void {
    change();
    this.#texts.delete(revision);
    const { revisions, latestActive } = revision.family;
    if (latestActive !== revision) return;
    // No need to check what comes after the latest ACTIVE one; it would take long if a large family is deregistered from its end.
    let index = revision.revision - 2;
    while (index >= 0 && revisions[index]?.status !== "ACTIVE") index -= 1;
    revision.family.latestActive = revisions[index];
  }

  *#arns(
    familyPrefix: string | undefined,
    status: string,
    isDescending: boolean,
    last: string | undefined,
  ): Iterable<string> {
    const [lastFamily, lastNumber] = last?.slice(last.lastIndexOf("/") + 1).split(":") ?? [];
    const names = this.#namesFor(familyPrefix);
    if (isDescending) names.reverse();
    const start = lastFamily === undefined ? 0 : names.indexOf(lastFamily);
    if (start === -1) throw invalidParameter("Invalid token."); // text unverified
    for (const name of names.slice(start)) {
      const revisions = this.#families.get(name)?.revisions ?? [];
      const step = isDescending ? -1 : 1;
      const first = isDescending ? revisions.length : 1;
      let number = name === lastFamily ? Number(lastNumber) + step : first;
      for (; number >= 1 && number <= revisions.length; number += step) {
        const revision = revisions[number - 1];
        if (revision?.status === status && this.#isListed(revision)) yield revision.arn;
      }
    }
  }

  /** ECS takes the prefix for the whole name. */
  #namesFor(familyPrefix: string | undefined): string[] {
    if (familyPrefix !== undefined && !this.#listings.listByPrefix) return [familyPrefix];
    return [...this.#families.keys()].filter((name) => name.startsWith(familyPrefix ?? "")).sort();
  }

  #isListed({ registeredAt }: Revision): boolean {
    const { listingDelayMs = 0 } = this.#listings;
    // A clock may be set back.
    return listingDelayMs === 0 || this.#account.now() - registeredAt >= listingDelayMs;
  }

  #toTagsText({ arn, tags }: Revision): string {
    return JSON.stringify(toDescribedTags(tags, toReorder(`${this.#seed}/${arn}`)));
  }

  #toText(revision: Revision): string {
    const kept = this.#texts.get(revision);
    if (kept !== undefined) return kept;
    const text = JSON.stringify(this.#toTaskDefinition(revision));
    for (const [oldest] of this.#texts) {
      if (this.#texts.size < keptTexts) break;
      this.#texts.delete(oldest);
    }
    this.#texts.set(revision, text);
    return text;
  }

  #toTaskDefinition(revision: Revision): object {
    const input = parseInput(taskDefinitionInput, JSON.parse(revision.registered));
    const { deregisteredAt, deleteRequestedAt } = revision;
    const registration = { accountId: this.#account.accountId, bytes: 0 };
    return {
      ...toDescribed(input, toReorder(`${this.#seed}/${revision.arn}`)),
      taskDefinitionArn: revision.arn,
      revision: revision.revision,
      status: revision.status,
      requiresAttributes: toRequiredAttributes(input),
      compatibilities: [
        "EC2",
        ...(input.networkMode === "awsvpc" ? [] : ["EXTERNAL"]),
        ...(isFitForFargate(input, registration) ? ["FARGATE"] : []),
      ],
      registeredAt: toTimestamp(revision.registeredAt),
      registeredBy: revision.registeredBy,
      ...(deregisteredAt !== undefined && { deregisteredAt: toTimestamp(deregisteredAt) }),
      ...(deleteRequestedAt !== undefined && { deleteRequestedAt: toTimestamp(deleteRequestedAt) }),
    };
  }
}
