import { describe, expect, it } from "vitest";
import type { Change } from "../../src/plan/changes.ts";
import { isFilledIn } from "../../src/plan/filled-in.ts";
import type { RegisterInput } from "../../src/task-definition.ts";

const inputOf = (networkMode?: RegisterInput["networkMode"]): RegisterInput => ({
  family: "app",
  containerDefinitions: [],
  networkMode,
});

const removed = (path: string, before: unknown): Change => ({ kind: "removed", path, before });

describe("what a clone to be registered lacks", () => {
  it.each([
    removed("containerDefinitions[app].mountPoints", []),
    removed("containerDefinitions[app].linuxParameters", {}),
    removed("containerDefinitions[app].cpu", 0),
    removed("containerDefinitions[app].healthCheck.retries", 3),
    removed("containerDefinitions[app].portMappings[8080/tcp].hostPort", 0),
  ])("doesn't count if ECS adds it: $path", (change) => {
    expect(isFilledIn(change, inputOf("bridge"))).toBe(true);
  });

  it.each([
    removed("containerDefinitions[app].user", ""),
    removed("containerDefinitions[app].memory", 512),
    removed("containerDefinitions[app].workingDirectory", null),
    removed("containerDefinitions[app].cpu", 256),
    removed("containerDefinitions[app].healthCheck.retries", 5),
    removed("containerDefinitions[app].mountPoints", [{ sourceVolume: "home" }]),
  ])("counts otherwise: $path, $before", (change) => {
    expect(isFilledIn(change, inputOf())).toBe(false);
  });

  it.each([
    ["awsvpc", true],
    ["host", true],
    ["bridge", false],
    [undefined, false],
  ] as const)("has the container's port as the host's in network mode %s: %s", (networkMode, isSo) => {
    const change = removed("containerDefinitions[app].portMappings[8080/tcp].hostPort", 8080);
    expect(isFilledIn(change, inputOf(networkMode))).toBe(isSo);
  });

  it("is no change to what is there", () => {
    const path = "containerDefinitions[app].cpu";
    expect(isFilledIn({ kind: "changed", path, before: 0, after: 256 }, inputOf())).toBe(false);
    expect(isFilledIn({ kind: "added", path, after: 0 }, inputOf())).toBe(false);
  });
});
