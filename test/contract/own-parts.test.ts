/** What the parts that a user may own rely on from ECS. `contract.ts` says against which. */
import { describe, expect } from "vitest";
import { TaskDefCloner, type TaskDefClonerOptions, type UserSpec } from "../../src/index.ts";
import { parseTaskDefinitionArn } from "../../src/task-definition-arn.ts";
import {
  accessPoint,
  app,
  describeRevision,
  endpoint,
  executionRole,
  expectRefusal,
  families,
  home,
  NeedsSetupError,
  rule,
  secret,
  toInput,
} from "./contract.ts";

const { client } = endpoint;

const fileSystemArn = "arn:aws:s3files:us-east-1:111122223333:file-system/fs-0123456789abcdef0";
const accessPointArn = `${fileSystemArn}/access-point/fsap-0123456789abcdef0`;
const s3Files = { name: "home", s3filesVolumeConfiguration: { fileSystemArn } };

/** A role that the code in a task may have. ECS asks no more of one than that it may be passed. */
const taskRole = (): { taskRoleArn: string } => ({ taskRoleArn: executionRole().executionRoleArn });

/** No volume, and so nothing mounted. */
const { mountPoints: _, ...bare } = app;
const onInstances = { requiresCompatibilities: ["EC2" as const], cpu: undefined, memory: undefined, volumes: [] };

describe(`ECS (${endpoint.name}), volumes of other kinds, and none`, () => {
  rule("keeps an access point on an S3 Files volume, with the root directory / or none", async () => {
    for (const members of [{ accessPointArn }, { accessPointArn, rootDirectory: "/" }]) {
      const volumes = [{ name: "home", s3filesVolumeConfiguration: { fileSystemArn, ...members } }];
      const arn = await families.register(toInput(families.next(), { ...taskRole(), volumes }));
      const { taskDefinition } = await describeRevision(arn);
      expect(taskDefinition?.volumes?.[0]?.s3filesVolumeConfiguration).toMatchObject({ fileSystemArn, accessPointArn });
    }
  });

  rule("registers an S3 Files volume for container instances, where its tasks fail", async () => {
    const members = { ...onInstances, ...taskRole(), volumes: [s3Files] };
    const containerDefinitions = [{ ...app, memory: 128 }];
    const arn = await families.register(toInput(families.next(), { ...members, containerDefinitions }));
    expect((await describeRevision(arn)).taskDefinition?.volumes).toMatchObject([s3Files]);
  });

  rule("registers a task definition without a volume", async () => {
    const members = { volumes: [], containerDefinitions: [bare] };
    const arn = await families.register(toInput(families.next(), members));
    expect((await describeRevision(arn)).taskDefinition?.volumes ?? []).toStrictEqual([]);
  });
});

describe(`ECS (${endpoint.name}), sizes, disks and roles`, () => {
  rule("keeps a disk of 21 to 200 GiB", async () => {
    for (const sizeInGiB of [21, 200]) {
      const arn = await families.register(toInput(families.next(), { ephemeralStorage: { sizeInGiB } }));
      expect((await describeRevision(arn)).taskDefinition?.ephemeralStorage).toStrictEqual({ sizeInGiB });
    }
  });

  rule("rejects a smaller disk", async () => {
    await expectRefusal({ ephemeralStorage: { sizeInGiB: 20 } }, /^EphemeralStorage size should be at least 21/);
  });

  rule("rejects a larger disk", async () => {
    await expectRefusal({ ephemeralStorage: { sizeInGiB: 201 } }, /^EphemeralStorage size should be at most 200/);
  });

  rule("keeps a size on the container of a task that has none", async () => {
    const limits = { cpu: 256, memory: 512, memoryReservation: 128 };
    const members = { ...onInstances, containerDefinitions: [{ ...bare, ...limits }] };
    const { taskDefinition } = await describeRevision(await families.register(toInput(families.next(), members)));
    expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject(limits);
    expect([taskDefinition?.cpu, taskDefinition?.memory]).toStrictEqual([undefined, undefined]);
  });

  rule("rejects a container without memory in a task without any", async () => {
    const members = { ...onInstances, containerDefinitions: [bare] };
    await expectRefusal(members, /At least one of 'memory' or 'memoryReservation' must be specified/);
  });

  rule("rejects containers with more CPU together than their task", async () => {
    const containerDefinitions = [
      { ...app, cpu: 200 },
      { name: "log", image: app.image, cpu: 100 },
    ];
    await expectRefusal({ containerDefinitions }, /sum of all container 'cpu' values cannot be greater/);
  });

  rule("rejects containers that reserve more memory together than their task has", async () => {
    const log = { name: "log", image: app.image, memoryReservation: 300 };
    const containerDefinitions = [{ ...app, memoryReservation: 300 }, log];
    await expectRefusal({ containerDefinitions }, /sum of all container 'memoryReservation' values cannot be greater/);
  });

  rule("rejects a limit below its own reservation", async () => {
    const containerDefinitions = [{ ...app, memory: 128, memoryReservation: 256 }];
    await expectRefusal({ containerDefinitions }, /must be greater than or equal to 'memoryReservation'/);
  });

  rule("rejects a role that is none", async () => {
    await expectRefusal({ taskRoleArn: "no role" }, /^Role is not valid/);
  });
});

describe(`ECS (${endpoint.name}), used by a cloner whose users own all that they may`, () => {
  /** Clones the base for a user, and finds all of it again, before a resize and after. */
  async function expectWholeLife(
    members: Parameters<typeof toInput>[1],
    toUser: (baseArn: string) => UserSpec,
    options: Pick<TaskDefClonerOptions, "container" | "volume">,
  ): Promise<void> {
    const baseFamily = families.next();
    const baseArn = await families.register(toInput(baseFamily, members));
    const user = toUser(baseArn);
    const cloner = new TaskDefCloner({ client, baseFamily, waitForBaseMs: endpoint.settlesInMs, ...options });
    const clone = await cloner.clone(user);
    expect((await cloner.inspect(clone.arn)).user).toStrictEqual(user);
    expect(await cloner.reclone(clone.arn)).toMatchObject({ arn: clone.arn, reused: true });
    const size = { cpu: 1024, memory: 2048 };
    const resized = await cloner.resize(clone.arn, size);
    const inspection = await cloner.inspect(resized.arn);
    expect(inspection.isUpToDate).toBe(true);
    expect(inspection.user).toStrictEqual({ ...user, size });
    expect((await cloner.planReclone(resized.arn)).changesFromCurrent).toStrictEqual([]);
  }

  const environment = [{ name: "DEBUG", value: "1" }];

  rule("finds a user without a volume again, with a sidecar, a disk and what the user leaves out", async () => {
    const containerDefinitions = [
      { ...bare, environment },
      { ...bare, name: "log", essential: false, environment },
    ];
    const user = {
      userId: "user_1",
      unset: ["DEBUG"],
      containers: { log: { unset: ["DEBUG"], environment: { LEVEL: "" }, secrets: { TOKEN: secret.valueFrom } } },
      ephemeralStorage: { sizeInGiB: 50 },
      custom: { note: 'say "hello" \\ ü', list: [null, 0] },
    };
    const members = { ...executionRole(), volumes: [], containerDefinitions };
    await expectWholeLife(members, () => user, { container: "app", volume: false });
  });

  rule("finds a user's several volumes again, and the user's own role", async () => {
    const mounts = ["home", "data"].map((name) => ({ sourceVolume: name, containerPath: `/${name}` }));
    const { accessPointId } = accessPoint.authorizationConfig;
    const toUser = (baseArn: string): UserSpec => {
      const { taskRoleArn } = taskRole();
      const [account] = parseTaskDefinitionArn(baseArn)?.prefix.match(/\d{12}/) ?? [];
      // It has to be a full ARN in the base's account.
      if (!taskRoleArn.startsWith("arn:") || account === undefined || !taskRoleArn.includes(account)) {
        throw new NeedsSetupError(`needs the ARN of a role in account ${account}, in ECS_EXECUTION_ROLE_ARN`);
      }
      return { userId: "user_1", accessPoints: { home: accessPointId, data: accessPointArn }, taskRoleArn };
    };
    const members = {
      ...taskRole(),
      volumes: [home, { ...s3Files, name: "data" }],
      containerDefinitions: [{ ...app, mountPoints: mounts }],
    };
    await expectWholeLife(members, toUser, { volume: ["home", "data"] });
  });

  rule("finds a size on the container again", async () => {
    const members = { ...onInstances, containerDefinitions: [{ ...bare, cpu: 128, memoryReservation: 128 }] };
    const user = { userId: "user_1", size: { cpu: 256, memory: 512 } };
    await expectWholeLife(members, () => user, { volume: false });
  });
});
