import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TaskDefCloner } from "../../src/index.ts";
import { FakeEcs, type FakeEcsServer } from "../../src/testing/index.ts";
import { type Changes, label, toDeclared, toDifferences } from "./oracle.ts";
import type { Base, Shape } from "./shape.ts";
import { shapes } from "./shapes.ts";

const ecs = new FakeEcs({ region: "eu-west-1", keepCalls: false });
let server: FakeEcsServer;

beforeAll(async () => {
  server = await ecs.listen();
});

afterAll(async () => {
  await server.close();
});

/** What ECS answers, with the tags among the members. No SDK reads it. */
async function describeJson(taskDefinition: string): Promise<Readonly<Record<string, unknown>>> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition",
  };
  const body = JSON.stringify({ taskDefinition, include: ["TAGS"] });
  const response = await fetch(server.endpoint, { method: "POST", headers, body });
  const answer: { taskDefinition?: object; tags?: unknown } = JSON.parse(await response.text());
  return { ...answer.taskDefinition, tags: answer.tags };
}

/** The base as the next deploy registers it. */
const toNext = (base: Base): Base => ({
  ...base,
  containerDefinitions: (base.containerDefinitions ?? []).map((container) => ({
    ...container,
    image: container.image?.includes("@") ? container.image : `${container.image}-next`,
    environment: [...(container.environment ?? []), { name: "RELEASE", value: "next" }],
  })),
});

/** A shape at work: its base is registered, and there is a cloner for it. */
function prepare({ base, options = {}, own }: Shape) {
  const user = { userId: "user_7", ...own };
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: base.family, ...options });
  const place = { container: options.container, volume: options.volume, shared: options.shared };
  const baseArn = ecs.register(base);
  /** Checks that nothing differs between a base and a clone but what was declared, and the record. */
  const expectOnly = async (cloneArn: string, baseArn: string, declaring: object, more: Changes) => {
    const [described, clone] = [await describeJson(baseArn), await describeJson(cloneArn)];
    const differences = Object.entries(toDifferences(described, clone));
    const records = differences.filter(([path]) => path.endsWith(`.dockerLabels.${label}`));
    expect(records.map(([, text]) => JSON.parse(String(text)))).toMatchObject([{ userId: "user_7", base: baseArn }]);
    const others = Object.fromEntries(differences.filter((difference) => !records.includes(difference)));
    expect(others).toStrictEqual(toDeclared(described, declaring, place, more));
    return others;
  };
  const count = (): number => ecs.revisions(`${base.family}-user`).length;
  return { user, cloner, baseArn, expectOnly, count };
}

/** Which changes a plan lacks, and which it has too many. A plan may show an object as a whole. */
function toMismatch(planned: readonly string[], changed: readonly string[]): object {
  const isShown = (path: string): boolean => planned.some((one) => path.startsWith(one));
  const isChanged = (path: string): boolean => changed.some((one) => one.startsWith(path));
  return {
    missing: changed.filter((path) => !isShown(path)),
    tooMany: planned.filter((path) => !isChanged(path)),
  };
}

describe.each(shapes)("$title", (shape) => {
  const { base, own, always = {}, size, sized, next = toNext(base), nextSized = sized } = shape;

  it("goes through a clone's whole life with the declared changes, which its plan shows, and no others", async () => {
    const { user, cloner, baseArn, expectOnly, count } = prepare(shape);
    const plan = await cloner.plan({ ...user, size });
    const first = await cloner.clone(user);
    await expectOnly(first.arn, baseArn, user, always);
    expect(await cloner.clone(user, { current: first.arn })).toMatchObject({ arn: first.arn, reused: true });

    const resized = await cloner.resize(first.arn, size);
    const changed = await expectOnly(resized.arn, baseArn, user, { ...always, ...sized });
    const planned = plan.changes.map(({ path }) => path).filter((path) => path !== "custom");
    expect(toMismatch(planned, Object.keys(changed))).toStrictEqual({ missing: [], tooMany: [] });

    const nextArn = ecs.register(next);
    const moved = await cloner.reclone(resized.arn);
    await expectOnly(moved.arn, nextArn, user, { ...always, ...nextSized });
    expect(await cloner.reclone(moved.arn)).toMatchObject({ arn: moved.arn, reused: true });
    expect(await cloner.clone({ ...user, size }, { current: moved.arn })).toMatchObject({ reused: true });
    expect(count()).toBe(3);

    // A user has to have the access points, and `customize` asks for what is in `custom`.
    const { accessPointId, accessPoints, custom, ...givenBack } = own;
    const nothing = Object.fromEntries(Object.keys({ size, ...givenBack }).map((part) => [part, null]));
    const restored = await cloner.reclone(moved.arn, nothing);
    await expectOnly(restored.arn, nextArn, { accessPointId, accessPoints }, always);
  });
});

describe("the corpus", () => {
  it("has a family for each of at least sixty shapes", () => {
    const families = new Set(shapes.map(({ base }) => base.family));
    expect(families.size).toBe(shapes.length);
    expect(families.size).toBeGreaterThanOrEqual(60);
  });
});
