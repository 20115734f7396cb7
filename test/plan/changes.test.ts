import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import { toChanges } from "../../src/plan/changes.ts";
import { deepFreeze, plainUser, typicalBase, typicalTags, typicalUser } from "../cast.ts";
import { maximalBase } from "../maximal-base.ts";

const input = (container: object, members: object = {}): RegisterTaskDefinitionCommandInput =>
  deepFreeze({ family: "app", containerDefinitions: [{ name: "web", ...container }], ...members });

const before = deepFreeze({ ...toRegisterInput(typicalBase), tags: [...typicalTags] });
const derived = (user: typeof typicalUser | typeof plainUser) =>
  deriveClone({ taskDefinition: typicalBase, tags: typicalTags }, user, { container: "openclaw" }).input;

const efs = "volumes[workspace].efsVolumeConfiguration";
const container = "containerDefinitions[openclaw]";

const everyChange = [
  {
    path: `${container}.image`,
    kind: "changed",
    before: "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:2026.9.3",
    after: "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:canary",
  },
  { path: `${container}.memoryReservation`, kind: "changed", before: 256, after: 3328 },
  { path: `${container}.environment[CODEX_HOME]`, kind: "changed", before: "•••", after: "•••" },
  { path: `${container}.environment[GREETING]`, kind: "added", after: "•••" },
  {
    path: `${container}.secrets[OPENAI_API_KEY]`,
    kind: "changed",
    before: "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8/dev/openai-placeholder-Ef34Gh",
    after: "arn:aws:secretsmanager:us-east-1:111122223333:secret:user-keys/user_2x9-AbCdEf",
  },
  {
    path: `${container}.secrets[ANTHROPIC_API_KEY]`,
    kind: "added",
    after: "arn:aws:secretsmanager:us-east-1:111122223333:secret:user-keys/user_2x9-GhIjKl:anthropic::",
  },
  { path: "family", kind: "changed", before: "isol8-dev-openclaw", after: "isol8-dev-openclaw-user" },
  { path: `${efs}.transitEncryption`, kind: "changed", before: "DISABLED", after: "ENABLED" },
  { path: `${efs}.authorizationConfig.accessPointId`, kind: "added", after: "fsap-0123456789abcdef0" },
  { path: "cpu", kind: "changed", before: "512", after: "1024" },
  { path: "memory", kind: "changed", before: "1024", after: "4096" },
  { path: "tags[team]", kind: "changed", before: "agents", after: "agents-eu" },
  { path: "tags[user]", kind: "added", after: "user_2x9" },
];

const byPath = (changes: readonly { path: string }[]) => changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));

describe("toChanges", () => {
  it("lists what a user with everything changes, and nothing else", () => {
    expect(byPath(toChanges(before, derived(typicalUser)))).toStrictEqual(byPath(everyChange));
  });

  it("lists the family and the access point for a plain user", () => {
    expect(toChanges(before, derived(plainUser)).map(({ path }) => path)).toStrictEqual([
      "family",
      `${efs}.transitEncryption`,
      `${efs}.authorizationConfig.accessPointId`,
    ]);
  });

  it("lists nothing where nothing differs, in whatever order it stands", () => {
    expect(toChanges(maximalBase, structuredClone(maximalBase))).toStrictEqual([]);
    const reversed = {
      ...maximalBase,
      containerDefinitions: maximalBase.containerDefinitions?.toReversed().map((container) => ({
        ...container,
        environment: container.environment?.toReversed(),
        secrets: container.secrets?.toReversed(),
      })),
      volumes: maximalBase.volumes?.toReversed(),
    };
    expect(toChanges(maximalBase, reversed)).toStrictEqual([]);
  });

  it("lists what is removed", () => {
    const one = input({ environment: [{ name: "A", value: "1" }], secrets: [{ name: "S", valueFrom: "/s" }] });
    expect(toChanges(one, input({ environment: [], secrets: [] }))).toStrictEqual([
      { path: "containerDefinitions[web].environment[A]", kind: "removed", before: "•••" },
      { path: "containerDefinitions[web].secrets[S]", kind: "removed", before: "/s" },
    ]);
  });

  it("names what has no name by its place", () => {
    const ports = (...containerPorts: number[]) => ({
      command: containerPorts.map(String),
      portMappings: containerPorts.map((containerPort) => ({ containerPort })),
    });
    expect(toChanges(input(ports(80, 81)), input(ports(80, 443, 8443)))).toStrictEqual([
      { path: "containerDefinitions[web].command[1]", kind: "changed", before: "81", after: "443" },
      { path: "containerDefinitions[web].command[2]", kind: "added", after: "8443" },
      { path: "containerDefinitions[web].portMappings[1].containerPort", kind: "changed", before: 81, after: 443 },
      { path: "containerDefinitions[web].portMappings[2]", kind: "added", after: { containerPort: 8443 } },
    ]);
  });

  it("distinguishes names that the base repeats by their places", () => {
    const one = input({
      environment: [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
    });
    expect(toChanges(one, input({ environment: [{ name: "A", value: "3" }] }))).toStrictEqual([
      { path: "containerDefinitions[web].environment[A]", kind: "changed", before: "•••", after: "•••" },
      { path: "containerDefinitions[web].environment[A#1]", kind: "removed", before: "•••" },
    ]);
  });

  it("does not take a name that the base repeats for changed if it only stands elsewhere", () => {
    const a = ["1", "2", "3"].map((value) => ({ name: "A", value }));
    const b = { name: "B", value: "1" };
    const before = input({ environment: [b, ...a] });
    expect(toChanges(before, input({ environment: [...a, b] }))).toStrictEqual([]);
    expect(toChanges(before, input({ environment: [...a.slice(0, 2), { name: "A", value: "4" }, b] }))).toStrictEqual([
      { path: "containerDefinitions[web].environment[A#2]", kind: "changed", before: "•••", after: "•••" },
    ]);
  });

  it("shows a container that is added whole, its environment masked", () => {
    const after: RegisterTaskDefinitionCommandInput = {
      family: "app",
      containerDefinitions: [
        { name: "web" },
        {
          name: "log",
          image: "log",
          environment: [{ name: "A", value: "hunter2" }],
          secrets: [{ name: "S", valueFrom: "/s" }],
        },
      ],
    };
    const log = "containerDefinitions[log]";
    expect(toChanges(input({}), after)).toStrictEqual([
      { path: log, kind: "added", after: { image: "log" } },
      { path: `${log}.environment[A]`, kind: "added", after: "•••" },
      { path: `${log}.secrets[S]`, kind: "added", after: "/s" },
    ]);
    expect(toChanges(after, input({}))).toStrictEqual([
      { path: log, kind: "removed", before: { image: "log" } },
      { path: `${log}.environment[A]`, kind: "removed", before: "•••" },
      { path: `${log}.secrets[S]`, kind: "removed", before: "/s" },
    ]);
  });

  it("masks an environment that is added or removed whole", () => {
    const one = input({ environment: [{ name: "A", value: "hunter2" }, { value: "hunter2" }] });
    const environment = "containerDefinitions[web].environment";
    expect(toChanges(input({}), one)).toStrictEqual([
      { path: `${environment}[A]`, kind: "added", after: "•••" },
      { path: `${environment}[1]`, kind: "added", after: { value: "•••" } },
    ]);
    expect(toChanges(one, input({}))).toStrictEqual([
      { path: `${environment}[A]`, kind: "removed", before: "•••" },
      { path: `${environment}[1]`, kind: "removed", before: { value: "•••" } },
    ]);
  });

  const lists = {
    environment: [{ name: "A", value: "hunter2" }],
    secrets: [{ name: "S", valueFrom: "/s" }],
    command: ["run", "fast"],
    portMappings: [{ containerPort: 80 }],
    mountPoints: [],
  };
  const empty = { environment: [], secrets: [], command: [], portMappings: [], mountPoints: [] };

  it("gives the elements of a list one path, whether the other side has the list or not", () => {
    const web = "containerDefinitions[web]";
    const elements = [
      [`${web}.environment[A]`, "•••"],
      [`${web}.secrets[S]`, "/s"],
      [`${web}.command[0]`, "run"],
      [`${web}.command[1]`, "fast"],
      [`${web}.portMappings[0]`, { containerPort: 80 }],
    ] as const;
    const added = elements.map(([path, after]) => ({ path, kind: "added", after }));
    const removed = elements.map(([path, before]) => ({ path, kind: "removed", before }));
    const list = `${web}.mountPoints`;
    expect(toChanges(input(empty), input(lists))).toStrictEqual(added);
    expect(toChanges(input({}), input(lists))).toStrictEqual([...added, { path: list, kind: "added", after: [] }]);
    expect(toChanges(input(lists), input(empty))).toStrictEqual(removed);
    expect(toChanges(input(lists), input({}))).toStrictEqual([...removed, { path: list, kind: "removed", before: [] }]);
  });

  it("lists the elements of lists within what is added or takes the place of something else", () => {
    const logConfiguration = { logDriver: "awslogs", secretOptions: [{ name: "S", valueFrom: "/s" }] };
    const linuxParameters = { capabilities: { add: ["SYS_PTRACE"], drop: [] } };
    const web = "containerDefinitions[web]";
    const options = { path: `${web}.logConfiguration.secretOptions[S]`, kind: "added", after: "/s" };
    const capability = { path: `${web}.linuxParameters.capabilities.add[0]`, kind: "added", after: "SYS_PTRACE" };
    const log = { path: `${web}.logConfiguration`, after: { logDriver: "awslogs" } };
    const linux = { path: `${web}.linuxParameters`, after: { capabilities: { drop: [] } } };
    expect(toChanges(input({}), input({ logConfiguration, linuxParameters }))).toStrictEqual([
      { ...log, kind: "added" },
      options,
      { ...linux, kind: "added" },
      capability,
    ]);
    const none = input({ logConfiguration: null, linuxParameters: null });
    expect(toChanges(none, input({ logConfiguration, linuxParameters }))).toStrictEqual([
      { ...log, kind: "changed", before: null },
      options,
      { ...linux, kind: "changed", before: null },
      capability,
    ]);
  });

  it("takes a member that is undefined for absent", () => {
    expect(toChanges(input({ user: "root" }), input({ user: undefined }))).toStrictEqual([
      { path: "containerDefinitions[web].user", kind: "removed", before: "root" },
    ]);
    expect(toChanges(input({}), input({ user: undefined, links: undefined }))).toStrictEqual([]);
  });

  it("gives a variable that is named like a place the form of every other", () => {
    const one = (value: string) => input({ secrets: [{ name: "0", valueFrom: value }] });
    expect(toChanges(one("/a"), one("/b"))).toStrictEqual([
      { path: "containerDefinitions[web].secrets[0]", kind: "changed", before: "/a", after: "/b" },
    ]);
    expect(toChanges(input({}), one("/b"))).toStrictEqual([
      { path: "containerDefinitions[web].secrets[0]", kind: "added", after: "/b" },
    ]);
  });

  it("masks whatever stands in an environment, however malformed", () => {
    const secret = "hunter2";
    const environments = [
      { A: secret },
      secret,
      [secret],
      [[secret]],
      [{ name: "A", value: { B: [secret] } }],
      [{ name: "A", value: secret, more: [{ name: "B", value: secret }] }],
      { A: [secret] },
    ];
    for (const environment of environments) {
      for (const other of [{}, { environment: [] }, { environment: null }, { environment: "x" }, { environment: {} }]) {
        const one = input({ environment });
        expect(JSON.stringify([toChanges(input(other), one), toChanges(one, input(other))])).not.toContain(secret);
      }
      const nested = input({}, { overrides: { containerOverrides: [{ name: "web", environment }] } });
      expect(JSON.stringify([toChanges(input({}), nested), toChanges(nested, input({}))])).not.toContain(secret);
    }
  });

  it("masks variables that have no name, or a member more than they should", () => {
    const one = input({ environment: [{ value: "hunter2" }, { name: "A", value: "hunter2", type: "x" }] });
    const other = input({ environment: [{ value: "hunter3" }, { name: "A", value: "hunter3", type: "y" }] });
    expect(JSON.stringify(toChanges(one, other))).not.toContain("hunter");
    expect(toChanges(one, other)).toHaveLength(3);
  });

  it("distinguishes empty values and null", () => {
    const paths = (one: object, other: object) => toChanges(input(one), input(other)).map(({ path }) => path);
    expect(paths({ user: "" }, { user: null })).toStrictEqual(["containerDefinitions[web].user"]);
    expect(paths({ cpu: 0 }, {})).toStrictEqual(["containerDefinitions[web].cpu"]);
    expect(paths({ healthCheck: null }, { healthCheck: {} })).toStrictEqual(["containerDefinitions[web].healthCheck"]);
  });

  it.each(["constructor", "toString", "__proto__", "0"])("lists a variable and a label that is called %s", (name) => {
    const labels = (value: string) => ({ dockerLabels: Object.fromEntries([[name, value]]) });
    expect(toChanges(input({ dockerLabels: {} }), input(labels("x")))).toStrictEqual([
      { path: `containerDefinitions[web].dockerLabels.${name}`, kind: "added", after: "x" },
    ]);
    expect(toChanges(input(labels("x")), input({ dockerLabels: {} }))).toStrictEqual([
      { path: `containerDefinitions[web].dockerLabels.${name}`, kind: "removed", before: "x" },
    ]);
    const added = toChanges(input({ environment: [] }), input({ environment: [{ name, value: "x" }] }));
    expect(added.map(({ path, kind }) => `${path} ${kind}`)).toStrictEqual([
      `containerDefinitions[web].environment[${name}] added`,
    ]);
  });
});
