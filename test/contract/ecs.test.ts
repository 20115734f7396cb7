/** What the library relies on from ECS. `contract.ts` says against which. */
import { DeleteTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { describe, expect } from "vitest";
import { TaskDefCloner } from "../../src/task-def-cloner.ts";
import { parseTaskDefinitionArn } from "../../src/task-definition-arn.ts";
import {
  accessPoint,
  app,
  deregister,
  describeRevision,
  endpoint,
  eventually,
  executionRole,
  expectRefusal,
  families,
  home,
  NeedsSetupError,
  rule,
  secret,
  toInput,
} from "./contract.ts";
import { refusalOf } from "./endpoint.ts";

const { client, fake } = endpoint;

const toRevision = (arn: string): number | undefined => parseTaskDefinitionArn(arn)?.revision;

const byName = (first: { name?: string | undefined }, second: { name?: string | undefined }): number =>
  (first.name ?? "") < (second.name ?? "") ? -1 : 1;

describe(`ECS (${endpoint.name}), describing`, () => {
  rule("answers a registration with the ARN of the new revision, in the family exactly as named", async () => {
    const family = families.next();
    const arn = await families.register(toInput(family));
    expect(parseTaskDefinitionArn(arn)).toMatchObject({ family, revision: 1 });
  });

  rule("resolves a bare family to its latest ACTIVE revision", async () => {
    const family = families.next();
    const first = await families.register(toInput(family));
    const second = await families.register(toInput(family, { cpu: "512", memory: "1024" }));
    await eventually(async () => {
      const { taskDefinition } = await describeRevision(family);
      expect(taskDefinition).toMatchObject({ taskDefinitionArn: second, status: "ACTIVE", cpu: "512" });
    });
    await deregister(second);
    await eventually(async () => {
      const { taskDefinition } = await describeRevision(family);
      expect(taskDefinition).toMatchObject({ taskDefinitionArn: first, status: "ACTIVE", cpu: "256" });
    });
  });

  rule("returns tags only if asked to", async () => {
    const tags = [{ key: "stage", value: "dev" }];
    const arn = await families.register(toInput(families.next(), { tags }));
    expect((await describeRevision(arn, ["TAGS"])).tags).toStrictEqual(tags);
    expect((await describeRevision(arn)).tags ?? []).toStrictEqual([]);
  });

  rule("says it is unable to describe an unknown family", async () => {
    expect(await refusalOf(describeRevision(families.next()))).toStrictEqual({
      name: "ClientException",
      message: "Unable to describe task definition.",
    });
  });

  rule("says the same about a family without an ACTIVE revision", async () => {
    const family = families.next();
    await deregister(await families.register(toInput(family)));
    await eventually(async () => {
      expect(await refusalOf(describeRevision(family))).toStrictEqual({
        name: "ClientException",
        message: "Unable to describe task definition.",
      });
    });
  });

  rule("returns every container, environment variable, secret and tag, in any order", async () => {
    const environment = ["ZULU", "ALPHA", "MIKE"].map((name) => ({ name, value: `value of ${name}` }));
    const secrets = ["TANGO", "BRAVO"].map((name) => ({ ...secret, name }));
    const sidecar = { name: "a-sidecar", image: app.image, essential: false };
    const tags = ["z", "a"].map((key) => ({ key, value: `value of ${key}` }));
    const containerDefinitions = [{ ...app, environment, secrets }, sidecar];
    const input = toInput(families.next(), { ...executionRole(), containerDefinitions, tags });
    const described = await describeRevision(await families.register(input), ["TAGS"]);
    const containers = (described.taskDefinition?.containerDefinitions ?? []).toSorted(byName);
    expect(containers.map(({ name }) => name)).toStrictEqual(["a-sidecar", "app"]);
    expect(containers[1]?.environment?.toSorted(byName)).toStrictEqual(environment.toSorted(byName));
    expect(containers[1]?.secrets?.toSorted(byName)).toStrictEqual(secrets.toSorted(byName));
    expect(new Map(described.tags?.map(({ key, value }) => [key, value]))).toStrictEqual(
      new Map(tags.map(({ key, value }) => [key, value])),
    );
  });

  rule("keeps empty strings, zeros and false", async () => {
    const container = {
      ...app,
      environment: [{ name: "EMPTY", value: "" }],
      readonlyRootFilesystem: false,
      cpu: 0,
    };
    const arn = await families.register(toInput(families.next(), { containerDefinitions: [container] }));
    const { taskDefinition } = await describeRevision(arn);
    const { environment, readonlyRootFilesystem, cpu } = taskDefinition?.containerDefinitions?.[0] ?? {};
    expect({ environment, readonlyRootFilesystem, cpu }).toStrictEqual({
      environment: [{ name: "EMPTY", value: "" }],
      readonlyRootFilesystem: false,
      cpu: 0,
    });
  });

  rule("returns a Docker label that contains JSON byte for byte", async () => {
    const text = JSON.stringify({
      quote: '"',
      backslash: "\\",
      escaped: "\\u00fc",
      nested: JSON.stringify({ a: "\n" }),
    });
    const dockerLabels = { "taskdef-cloner.test": text };
    const containerDefinitions = [{ ...app, dockerLabels }];
    const arn = await families.register(toInput(families.next(), { containerDefinitions }));
    const { taskDefinition } = await describeRevision(arn);
    expect(taskDefinition?.containerDefinitions?.[0]?.dockerLabels).toStrictEqual(dockerLabels);
  });
});

describe(`ECS (${endpoint.name}), registering`, () => {
  rule("never reuses a revision number", async () => {
    const family = families.next();
    const first = await families.register(toInput(family));
    await deregister(first);
    const second = await families.register(toInput(family));
    await deregister(second);
    await client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [first, second] }));
    const third = await families.register(toInput(family));
    expect([first, second, third].map(toRevision)).toStrictEqual([1, 2, 3]);
  });

  rule("rejects an empty list of tags", async () => {
    await expectRefusal({ tags: [] }, /^Tags can not be empty\.$/);
  });

  rule("rejects a secret with the name of an environment variable", async () => {
    const containerDefinitions = [{ ...app, secrets: [secret], environment: [{ name: secret.name, value: "plain" }] }];
    await expectRefusal(
      { ...executionRole(), containerDefinitions },
      /secret name must be unique and not shared.*'TOKEN'/,
    );
  });

  rule("rejects secrets without an execution role", async () => {
    await expectRefusal(
      { containerDefinitions: [{ ...app, secrets: [secret] }] },
      /must also specify.*executionRoleArn/,
    );
  });

  rule("accepts an access point with the root directory /", async () => {
    const efsVolumeConfiguration = { ...home.efsVolumeConfiguration, ...accessPoint, rootDirectory: "/" };
    const arn = await families.register(toInput(families.next(), { volumes: [{ ...home, efsVolumeConfiguration }] }));
    const { taskDefinition } = await describeRevision(arn);
    expect(taskDefinition?.volumes?.[0]?.efsVolumeConfiguration?.authorizationConfig).toMatchObject(
      accessPoint.authorizationConfig,
    );
  });

  rule("rejects an access point with another root directory", async () => {
    const efsVolumeConfiguration = { ...home.efsVolumeConfiguration, ...accessPoint, rootDirectory: "/users" };
    await expectRefusal(
      { volumes: [{ ...home, efsVolumeConfiguration }] },
      /root directory must either be set to "\/"/,
    );
  });

  rule("rejects an access point without encryption in transit", async () => {
    const { fileSystemId } = home.efsVolumeConfiguration;
    await expectRefusal(
      { volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId, ...accessPoint } }] },
      /encryption/i,
    );
  });

  rule("rejects a volume that no container mounts", async () => {
    await expectRefusal({ volumes: [home, { name: "spare" }] }, /spare.*not referenced by any of the containers/);
  });

  rule("rejects a size that Fargate does not offer", async () => {
    await expectRefusal({ cpu: "256", memory: "4096" }, /^No Fargate configuration exists for given values/);
  });

  rule("rejects a container with more memory than its task", async () => {
    await expectRefusal(
      { containerDefinitions: [{ ...app, memory: 1024 }] },
      /memory.*'app' is greater than for the task/,
    );
  });
});

describe(`ECS (${endpoint.name}), listing`, () => {
  rule("lists a family newest first, page by page", async () => {
    const family = families.next();
    for (let revision = 1; revision <= 3; revision += 1) await families.register(toInput(family));
    await eventually(async () => {
      expect((await families.list(family, "ACTIVE", 2)).map(toRevision)).toStrictEqual([3, 2, 1]);
    });
  });

  rule("lists only the family with exactly this name, not those that start with it", async () => {
    const family = families.next();
    const arn = await families.register(toInput(family));
    const other = await families.register(toInput(`${family}-user`));
    await eventually(async () => {
      expect(await families.list(`${family}-user`)).toStrictEqual([other]);
      expect(await families.list(family)).toStrictEqual([arn]);
    });
  });
});

describe(`ECS (${endpoint.name}), deregistering and deleting`, () => {
  rule("deregisters revisions, not families", async () => {
    const family = families.next();
    await families.register(toInput(family));
    expect(await refusalOf(deregister(family))).toMatchObject({ name: "ClientException" });
  });

  rule("makes a revision INACTIVE, and leaves one that already is", async () => {
    const family = families.next();
    const arn = await families.register(toInput(family));
    expect((await deregister(arn)).taskDefinition?.status).toBe("INACTIVE");
    expect((await deregister(arn)).taskDefinition?.status).toBe("INACTIVE");
    await eventually(async () => {
      expect(await families.list(family)).toStrictEqual([]);
      expect(await families.list(family, "INACTIVE")).toStrictEqual([arn]);
    });
  });

  rule("deletes INACTIVE revisions and reports others as failures", async () => {
    const family = families.next();
    const inactive = await families.register(toInput(family));
    const active = await families.register(toInput(family));
    await deregister(inactive);
    const taskDefinitions = [inactive, active];
    const deleted = await client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
    expect(deleted.taskDefinitions).toMatchObject([{ taskDefinitionArn: inactive, status: "DELETE_IN_PROGRESS" }]);
    expect(deleted.failures).toMatchObject([{ arn: active }]);
  });

  rule("deletes at most ten per call", async () => {
    const family = families.next();
    const taskDefinitions = Array.from({ length: 11 }, (_, index) => `${family}:${index + 1}`);
    const { name } = await refusalOf(client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions })));
    expect(["ClientException", "InvalidParameterException"]).toContain(name);
  });
});

describe(`ECS (${endpoint.name}), used by a cloner`, () => {
  const user = {
    userId: 'auth0|5f7c "ü"',
    accessPointId: accessPoint.authorizationConfig.accessPointId,
    environment: { GREETING: 'say "hello" \\ ü' },
    tags: { user: "5f7c" },
    size: { cpu: 512, memory: 1024 },
  };

  rule("identifies a clone, its user, and that it is up to date", async () => {
    const baseFamily = families.next();
    const baseArn = await families.register(toInput(baseFamily, { tags: [{ key: "stage", value: "dev" }] }));
    const cloner = new TaskDefCloner({ client, baseFamily, waitForBaseMs: endpoint.settlesInMs });
    const clone = await cloner.clone(user);
    const inspection = await cloner.inspect(clone.arn);
    expect(inspection).toMatchObject({ userId: user.userId, baseArn, isUpToDate: true, family: `${baseFamily}-user` });
    expect(inspection.user).toStrictEqual(user);
  });

  rule("reuses an identical clone, and keeps a user's secrets through a resize", async () => {
    const baseFamily = families.next();
    await families.register(toInput(baseFamily, executionRole()));
    const cloner = new TaskDefCloner({ client, baseFamily, waitForBaseMs: endpoint.settlesInMs });
    const { valueFrom } = secret;
    const clone = await cloner.clone({ ...user, secrets: { TOKEN: valueFrom } });
    expect(await cloner.reclone(clone.arn)).toMatchObject({ arn: clone.arn, reused: true });
    const resized = await cloner.resize(clone.arn, { cpu: 1024, memory: 2048 });
    const { taskDefinition } = await describeRevision(resized.arn);
    expect(taskDefinition).toMatchObject({ cpu: "1024", memory: "2048" });
    expect(taskDefinition?.containerDefinitions?.[0]?.secrets).toStrictEqual([{ name: "TOKEN", valueFrom }]);
  });

  rule("retires a clone, once or twice", async () => {
    const baseFamily = families.next();
    await families.register(toInput(baseFamily));
    const cloner = new TaskDefCloner({ client, baseFamily, waitForBaseMs: endpoint.settlesInMs });
    const { arn, family } = await cloner.clone(user);
    await cloner.retire(arn);
    await cloner.retire(arn);
    await eventually(async () => {
      expect(await families.list(family)).toStrictEqual([]);
    });
  });

  rule("accepts and returns fields that the SDK does not know", async () => {
    if (fake === undefined)
      throw new NeedsSetupError("needs an ECS that knows members which the SDK does not: FakeEcs only");
    const baseFamily = families.next();
    const futureVolume = { ...home, futureSetting: { mode: "fast" } };
    fake.register({ ...toInput(baseFamily), volumes: [futureVolume] });
    const clone = await new TaskDefCloner({ client, baseFamily }).clone(user);
    const registered = fake.revisions(clone.family).find(({ arn }) => arn === clone.arn)?.registered;
    expect(registered?.volumes?.[0]).toMatchObject({ futureSetting: { mode: "fast" } });
  });
});
