import { readFileSync } from "node:fs";
import * as publicNames from "taskdef-cloner";
import { TaskDefCloner } from "taskdef-cloner";
import * as fleet from "taskdef-cloner/fleet";
import { FakeEcs, systemClock } from "taskdef-cloner/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { base, toDeployed } from "../examples/base.ts";
import { permissions, toPermissions } from "../src/permissions.ts";
import { toPolicy } from "../src/policy/to-policy.ts";
import { parts } from "../src/user/user.ts";
import { fakeTime, inFakeTime } from "./fake-time.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The text under a heading of a document. */
function sectionOf(path: string, heading: string): string {
  const sections = read(path).split(/^## /m);
  return sections.find((section) => section.startsWith(`${heading}\n`)) ?? "";
}

/** The names in the first column of a section's tables. */
function namesIn(path: string, heading: string): string[] {
  const cells = [...sectionOf(path, heading).matchAll(/^\| (`.+?) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([\w-]+)(?:\(.*?\))?`/g)].map(([, name = ""]) => name));
}

/** The members that an interface declares itself. */
function membersOf(path: string, declaration: string): string[] {
  const [, body = ""] = new RegExp(`interface ${declaration}[^{]*\\{\\n(.*?)^\\}`, "ms").exec(read(path)) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name = ""]) => name);
}

describe("the documentation", () => {
  it("lists every option and no others", () => {
    const options = [
      ...membersOf("src/options.ts", "TaskDefClonerOptions"),
      ...membersOf("src/derivation/clone-rules.ts", "CloneRules"),
      ...membersOf("src/user/target.ts", "TargetNames"),
      ...membersOf("src/user/parts/variables.ts", "NameRules"),
      ...membersOf("src/user/parts/size.ts", "SizeRules"),
    ];

    expect(namesIn("docs/reference.md", "Options").sort()).toStrictEqual(options.sort());
  });

  it("lists every part that a user may own and no other", () => {
    expect(namesIn("docs/reference.md", "What a user may own").sort()).toStrictEqual(Object.keys(parts).sort());
  });

  it("lists every event and no others", () => {
    const events = [...read("src/events.ts").matchAll(/type: "([\w-]+)"/g)].map(([, name]) => name);

    expect(namesIn("docs/events.md", "Events").sort()).toStrictEqual(events.sort());
  });

  it("lists every exported error and no others", () => {
    const errors = Object.keys(publicNames).filter((name) => name.endsWith("Error") && name !== "TaskDefClonerError");

    expect(namesIn("README.md", "Errors").sort()).toStrictEqual(errors.sort());
  });

  it("lists every method of the class and every fleet function, and no others", () => {
    const calls = Object.getOwnPropertyNames(TaskDefCloner.prototype).filter((name) => name !== "constructor");

    expect(namesIn("docs/reference.md", "Calls").sort()).toStrictEqual(calls.sort());
    expect(namesIn("docs/fleets.md", "Functions").sort()).toStrictEqual(Object.keys(fleet).sort());
  });

  it("lists every predicate for `isBase` and no others", () => {
    const predicates = Object.keys(publicNames).filter(
      (name) => /^(is|has|lacks)[A-Z]/.test(name) && name !== "isWorthRetrying",
    );

    expect(namesIn("docs/moving.md", "Old clones in the base family").sort()).toStrictEqual(predicates.sort());
  });
});

/** What the documentation says that each call asks of ECS. */
function documentedOperations(): Map<string, string[]> {
  const rows = [...sectionOf("docs/iam.md", "What each call asks of ECS").matchAll(/^\| (`.+?) \| (.+?) \|$/gm)];
  const byCall = new Map<string, string[]>();
  for (const [, calls = "", operations = ""] of rows) {
    const names = [...operations.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    for (const [, call = ""] of calls.matchAll(/`(\w+)`/g)) {
      byCall.set(call, names.length === 1 && names[0] === "clone" ? (byCall.get("clone") ?? []) : names);
    }
  }
  return byCall;
}

const user = { userId: "ana", accessPointId: "fsap-0123456789abcdef0", environment: { ROLE: "reader" } };

/** An ECS in which the latest base revision is a clone from before, so that the base has to be looked for. */
function prepare() {
  const ecs = new FakeEcs({ clock: systemClock });
  ecs.register(base);
  ecs.register({ ...base, tags: [{ key: "clone", value: "yes" }] });
  const client = ecs.client();
  const options = {
    client,
    baseFamily: base.family,
    container: "openclaw",
    isBase: publicNames.lacksTag("clone"),
  };
  const cloner = new TaskDefCloner(options);
  const perUser = new TaskDefCloner({ ...options, cloneFamily: publicNames.familyPerUser });
  return { ecs, client, cloner, perUser };
}

type Prepared = ReturnType<typeof prepare>;

const failingStep = {
  deploy: () => {
    throw new Error("the step fails");
  },
};

/** Each call, in the situations in which it asks the most of ECS. */
const situations: Record<string, (prepared: Prepared, arn: string) => Promise<unknown>> = {
  plan: ({ cloner }) => cloner.plan(user),
  planReclone: ({ cloner }, arn) => cloner.planReclone(arn, { environment: { ROLE: null } }),
  inspect: ({ cloner }, arn) => cloner.inspect(arn),
  clone: ({ cloner }, arn) =>
    cloner.clone({ ...user, size: { cpu: 1024, memory: 2048 } }, { current: arn, ...failingStep }),
  reclone: ({ cloner }, arn) => cloner.reclone(arn, { environment: { ROLE: null } }, failingStep),
  resize: ({ cloner }, arn) => cloner.resize(arn, { cpu: 1024, memory: 2048 }, failingStep),
  retire: ({ cloner }, arn) => cloner.retire(arn),
  cloneAll: ({ cloner }) => drain(fleet.cloneAll(cloner, [{ ...user, userId: "ben" }], failingStep)),
  recloneAll: ({ cloner, ecs }, arn) => {
    ecs.register(toDeployed("2.0.0"));
    return drain(fleet.recloneAll(cloner, [arn], failingStep));
  },
  audit: ({ perUser }) => drain(fleet.audit(perUser)),
  listClones: ({ perUser }) => drain(fleet.listClones(perUser)),
  prune: ({ perUser }) => drain(fleet.prune(perUser, { inUse: [], keep: 1, dryRun: false, deleteInactive: true })),
  collectArnsInUse: ({ client }) => fleet.collectArnsInUse(client, "users"),
};

const toOperations = new Map<string, readonly string[]>(
  Object.entries(permissions).map(([call, { operations }]) => [call, operations]),
);

async function drain(outcomes: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of outcomes);
}

/** What a cluster holds already, and clones of which one is not needed. */
async function populate({ ecs, client, cloner }: Prepared): Promise<string> {
  const first = await cloner.clone(user);
  const clone = await cloner.resize(first.arn, { cpu: 1024, memory: 4096 });
  const { CreateServiceCommand } = await import("@aws-sdk/client-ecs");
  await client.send(
    new CreateServiceCommand({ cluster: "users", serviceName: "ana", taskDefinition: clone.arn, desiredCount: 1 }),
  );
  ecs.clearCalls();
  return clone.arn;
}

describe("the IAM table", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("has a row for every call, and so have the permissions", () => {
    expect([...documentedOperations().keys()].sort()).toStrictEqual(Object.keys(situations).sort());
    expect(Object.keys(permissions).sort()).toStrictEqual(Object.keys(situations).sort());
  });

  it.each(Object.entries(situations))("lists exactly the operations that %s calls", async (name, run) => {
    const prepared = prepare();
    const arn = await populate(prepared);
    if (["clone", "reclone", "resize", "cloneAll", "recloneAll"].includes(name)) {
      prepared.ecs.fail({ operation: "RegisterTaskDefinition", reset: "after" });
    }

    await inFakeTime(run(prepared, arn).catch(() => {}));

    const asked = new Set(prepared.ecs.calls.map(({ operation }) => operation));
    expect([...asked].sort()).toStrictEqual(documentedOperations().get(name)?.toSorted());
    expect([...asked].sort()).toStrictEqual([...(toOperations.get(name) ?? [])].sort());
  });

  it("says of every permission what it is granted on, and why", () => {
    const rows = [
      ...sectionOf("docs/iam.md", "What each permission is for").matchAll(/^\| (`.+?) \| `(.+?)` \| (.+?) \|$/gm),
    ];
    const expected = toPermissions({ fleet: true }).map(({ action, resource, why, condition = {} }) => {
      const limits = Object.entries(condition).map(([key, value]) => ` if \`${key}\` is \`${value}\``);
      return [`\`${action}\`${limits.join("")}`, resource, why];
    });

    expect(rows.map(([, ...cells]) => cells).sort()).toStrictEqual(expected.sort());
  });

  it("shows the policy that is made for the class", () => {
    const [, policy = ""] = /^```json\n(.*?)^```/ms.exec(sectionOf("docs/iam.md", "The least policy")) ?? [];
    const role = (name: string) => `arn:aws:iam::111122223333:role/isol8-dev-${name}`;

    expect(JSON.parse(policy)).toStrictEqual(
      toPolicy({
        accountId: "111122223333",
        region: "us-east-1",
        baseFamily: "isol8-dev-openclaw",
        passRoles: [role("task"), role("execution")],
      }),
    );
  });

  it("allows in the policy exactly the operations that the class calls", () => {
    const [, policy = ""] = /^```json\n(.*?)^```/ms.exec(sectionOf("docs/iam.md", "The least policy")) ?? [];
    const statements: { Action: string[] }[] = JSON.parse(policy).Statement;
    const allowed = statements.flatMap(({ Action }) => Action);
    const methods = ["plan", "planReclone", "inspect", "clone", "reclone", "resize", "retire"];
    const asked = new Set(methods.flatMap((method) => documentedOperations().get(method) ?? []));

    expect(allowed.sort()).toStrictEqual(
      ["iam:PassRole", "ecs:TagResource", ...[...asked].map((operation) => `ecs:${operation}`)].sort(),
    );
  });
});
