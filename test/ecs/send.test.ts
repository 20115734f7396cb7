import { inspect } from "node:util";
import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { collectArnsInUse, prune } from "../../src/fleet/index.ts";
import { TaskDefCloner } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { smallBase, plainUser as user } from "../cast.ts";

it("tells the client's own logger of every command, and no value of an environment variable", async () => {
  const ecs = new FakeEcs();
  const logged: unknown[] = [];
  const log = (entry: unknown): unknown => logged.push(entry);
  const client = ecs.client({ logger: { trace: log, debug: log, info: log, warn: log, error: log } });
  const cloner = new TaskDefCloner({ client, baseFamily: "web" });
  const [container] = smallBase.containerDefinitions;
  const environment = [{ name: "BASE", value: "hush" }];
  ecs.register({ ...smallBase, containerDefinitions: [{ ...container, environment }] });

  const { arn } = await cloner.clone({ ...user, environment: { OWN: "hush" } });
  await cloner.inspect(arn);
  ecs.fail({ operation: "RegisterTaskDefinition", error: "ClientException" });
  await expect(cloner.reclone(arn, { environment: { OWN: "hush too" } })).rejects.toThrow("ClientException");
  await cloner.retire(arn);
  for await (const { error } of prune(cloner, { inUse: [], dryRun: false, deleteInactive: true })) {
    expect(error).toBeUndefined();
  }
  const taskDefinition = (await cloner.clone(user)).arn;
  await ecs.client().send(new RunTaskCommand({ cluster: "users", taskDefinition }));
  await collectArnsInUse(client, "users");

  expect(inspect(logged, { depth: Number.POSITIVE_INFINITY })).not.toContain("hush");
  expect(logged).toContainEqual(
    expect.objectContaining({ commandName: "DescribeTaskDefinitionCommand", input: { taskDefinition: "web" } }),
  );
  // What a task overrides may hold values too.
  for (const operation of [
    "RegisterTaskDefinition",
    "DeregisterTaskDefinition",
    "DeleteTaskDefinitions",
    "DescribeTasks",
  ]) {
    expect(logged).toContainEqual(expect.objectContaining({ commandName: `${operation}Command`, output: {} }));
  }
});
