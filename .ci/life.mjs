// The life of one user's clone, on whichever versions of the library and the SDK are installed next to this file.
import assert from "node:assert/strict";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { TaskDefCloner } from "taskdef-cloner";
import { prune } from "taskdef-cloner/fleet";
import { FakeEcs, systemClock } from "taskdef-cloner/testing";

const ecs = new FakeEcs({ clock: systemClock, concurrentRevisionError: true });
const base = {
  family: "web",
  executionRoleArn: "arn:aws:iam::111122223333:role/execution",
  securityPolicy: { level: "strict" },
  containerDefinitions: [
    {
      name: "app",
      image: "nginx:1",
      memory: 512,
      gpuSharing: { mode: "time-sliced", none: null },
      mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
    },
  ],
  volumes: [{ name: "data", snapshotId: "snap-1", efsVolumeConfiguration: { fileSystemId: "fs-0a1b2c3d4e5f60718" } }],
  tags: [{ key: "stage", value: "dev" }],
};
ecs.register(base);
const user = {
  userId: "user_2x9",
  accessPointId: "fsap-0123456789abcdef0",
  secrets: { KEY: "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf" },
  environment: { HOME: "/home/user_2x9", EMPTY: "" },
  tags: { user: "user_2x9" },
};

const events = [];
const client = ecs.client();
const cloner = new TaskDefCloner({ client, baseFamily: "web", onEvent: (event) => events.push(event) });
const latest = () => ecs.revisions("web-user").at(-1);

const clone = await cloner.clone(user);
assert.equal(clone.revision, 1);
assert.match(clone.warnings.join(), /securityPolicy/);
const [container] = latest().registered.containerDefinitions;
assert.deepEqual(container.gpuSharing.mode, "time-sliced");
assert.equal(latest().registered.volumes[0].snapshotId, "snap-1");
assert.equal("securityPolicy" in latest().registered, false);
assert.deepEqual(
  events.map(({ type }) => type),
  ["base-described", "unknown-members", "registered"],
);

assert.equal((await cloner.clone(user, { current: clone.arn })).reused, true);
const inspection = await cloner.inspect(clone.arn);
assert.deepEqual(inspection.user, user);
assert.equal(inspection.isUpToDate, true);

const resized = await cloner.resize(clone.arn, { cpu: 512, memory: 1024 });
assert.equal(resized.revision, 2);
// The base's task has no size, so it stands on the container.
const [{ cpu, memory }] = latest().registered.containerDefinitions;
assert.deepEqual({ cpu, memory }, { cpu: 512, memory: 1024 });

// A lost answer is looked up, not sent again, and an error of ECS keeps its name.
ecs.fail({ operation: "RegisterTaskDefinition", reset: "after" });
const patched = await cloner.reclone(resized.arn, { environment: { EMPTY: null }, secrets: null });
assert.equal(patched.revision, 3);
ecs.fail({ operation: "RegisterTaskDefinition", error: "ClientException" });
await assert.rejects(cloner.reclone(patched.arn, { image: "nginx:2" }), { name: "ClientException" });
ecs.fail({ operation: "DescribeTaskDefinition", error: "ServerException" });
assert.equal((await cloner.reclone(patched.arn)).reused, true);

await cloner.retire(clone.arn);
for await (const { action, error } of prune(cloner, { inUse: [], keep: 1, dryRun: false, perSecond: 100 })) {
  assert.equal(error, undefined, action);
}
assert.deepEqual(
  ecs.revisions("web-user").map(({ status }) => status),
  ["INACTIVE", "INACTIVE", "ACTIVE"],
);

// The caller's own commands are the SDK's.
const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
assert.equal("snapshotId" in taskDefinition.volumes[0], false);
assert.ok(taskDefinition.registeredAt instanceof Date);
