import { describe, expect, it, vi } from "vitest";

const made = vi.hoisted((): string[] => []);

/** Zod names what makes a schema with a small first letter. */
vi.mock("zod", async (importOriginal) => {
  const zod = await importOriginal<object>();
  const noted = Object.entries(zod).map(([name, value]) => {
    if (typeof value !== "function" || !/^[a-z]/.test(name)) return [name, value];
    return [name, (...args: unknown[]) => made.push(name) && Reflect.apply(value, undefined, args)];
  });
  return { ...zod, ...Object.fromEntries(noted) };
});

const entries = {
  "taskdef-cloner": () => import("taskdef-cloner"),
  "taskdef-cloner/fleet": () => import("taskdef-cloner/fleet"),
};

describe("importing", () => {
  it.each(Object.entries(entries))("%s makes no schema, since the first use does", async (_, load) => {
    await load();
    expect(made).toStrictEqual([]);
    made.length = 0;
  });
});
