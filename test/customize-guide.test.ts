import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tsImport } from "tsx/esm/api";
import { afterAll, describe, expect, it } from "vitest";
import type { CloneRules } from "../src/derivation/clone-rules.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { FakeEcs } from "../src/testing/index.ts";
import type { CustomValue } from "../src/user/parts/custom.ts";
import { baseInput, plainUser } from "./cast.ts";

const guide = readFileSync(new URL("../docs/customize.md", import.meta.url), "utf8");
const blocks = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
const folder = mkdtempSync(join(tmpdir(), "recipes-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The recipe of this name, as it stands in the guide. Its imports are of types alone, so it can be run anywhere. */
async function importRecipe(name: string): Promise<NonNullable<CloneRules["customize"]>> {
  const file = join(folder, `${name}.mts`);
  writeFileSync(file, blocks.find((block) => block.includes(`export const ${name}:`)) ?? "");
  const module: Record<string, NonNullable<CloneRules["customize"]>> = await tsImport(file, import.meta.url);
  const recipe = module[name];
  if (recipe === undefined) throw new Error(`the guide has no recipe ${name}`);
  return recipe;
}

/** A base on EC2 with what the recipes change. */
const { ephemeralStorage: _, ...others } = baseInput;
const base = {
  ...others,
  requiresCompatibilities: ["EC2" as const],
  volumes: [...(baseInput.volumes ?? []), { name: "cache", host: { sourcePath: "/mnt/cache/nobody" } }],
  containerDefinitions: (baseInput.containerDefinitions ?? []).map((container) =>
    container.name === "openclaw"
      ? {
          ...container,
          mountPoints: [...(container.mountPoints ?? []), { sourceVolume: "cache", containerPath: "/cache" }],
          logConfiguration: {
            logDriver: "splunk" as const,
            options: { "splunk-url": "https://logs" },
            secretOptions: [{ name: "splunk-token", valueFrom: "/everybody" }],
          },
        }
      : container,
  ),
};

const logTokenArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:log-tokens/user_2x9-AbCdEf";

describe("the guide to customize", () => {
  it.each<[string, CustomValue | undefined, object]>([
    [
      "withCacheDirectory",
      { cacheDirectory: "user_2x9" },
      { volumes: expect.arrayContaining([{ name: "cache", host: { sourcePath: "/mnt/cache/user_2x9" } }]) },
    ],
    ["withLogPrefix", undefined, toUserContainer({ options: { "awslogs-stream-prefix": plainUser.userId } })],
    [
      "withEnvironmentFiles",
      { environmentFiles: ["arn:aws:s3:::users/user_2x9/app.env"] },
      {
        containerDefinitions: expect.arrayContaining([
          expect.objectContaining({ environmentFiles: [{ type: "s3", value: "arn:aws:s3:::users/user_2x9/app.env" }] }),
        ]),
      },
    ],
    [
      "withLogToken",
      { logTokenArn },
      toUserContainer({ secretOptions: [{ name: "splunk-token", valueFrom: logTokenArn }] }),
    ],
  ])("has a recipe %s, whose change survives a resize, and whose clone is reused", async (name, custom, expected) => {
    const ecs = new FakeEcs();
    ecs.register(base);
    const options = { client: ecs.client(), baseFamily: base.family, container: "openclaw", volume: "workspace" };
    const cloner = new TaskDefCloner({ ...options, customize: await importRecipe(name) });
    const registered = () => ecs.revisions(`${base.family}-user`).at(-1)?.registered;

    const first = await cloner.clone({ ...plainUser, ...(custom !== undefined && { custom }) });
    expect(registered()).toMatchObject(expected);
    const resized = await cloner.resize(first.arn, { cpu: 1024, memory: 2048 });
    expect(resized.reused).toBe(false);
    expect(registered()).toMatchObject({ ...expected, cpu: "1024" });
    expect(await cloner.reclone(resized.arn)).toMatchObject({ arn: resized.arn, reused: true });
  });

  it("has tests for all of its recipes", () => {
    const recipes = [...guide.matchAll(/^export const (\w+)/gm)].map(([, name]) => name);
    expect(recipes).toStrictEqual(["withCacheDirectory", "withLogPrefix", "withEnvironmentFiles", "withLogToken"]);
  });
});

function toUserContainer(logConfiguration: object): object {
  return {
    containerDefinitions: expect.arrayContaining([
      expect.objectContaining({
        name: "openclaw",
        logConfiguration: expect.objectContaining(toLoose(logConfiguration)),
      }),
    ]),
  };
}

/** Options may have others beside them. */
const toLoose = (logConfiguration: object): object =>
  Object.fromEntries(
    Object.entries(logConfiguration).map(([member, value]) => [
      member,
      Array.isArray(value) ? value : expect.objectContaining(value),
    ]),
  );
