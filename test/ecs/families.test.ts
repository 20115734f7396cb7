import { describe, expect, it } from "vitest";
import type { EcsClient } from "../../src/ecs/connection.ts";
import { listFamilies } from "../../src/ecs/revisions.ts";

describe("listFamilies", () => {
  it("gives each family once, and only those whose names begin like this, whatever an endpoint lists", async () => {
    const pages = [
      { families: ["app-user-a", "application", "app-user-b"], nextToken: "more" },
      { families: ["app-user-b", "app-user-c"] },
    ];
    const client: EcsClient = { send: async () => pages.shift() };
    const ecs = { client, requestTimeoutMs: 1000, deadlineMs: 1000, emit: () => {} };
    const families: string[] = [];
    for await (const family of listFamilies(ecs, "app-user-", "ACTIVE")) families.push(family);
    expect(families).toStrictEqual(["app-user-a", "app-user-b", "app-user-c"]);
  });
});
