/**
 * The story of the README on an ECS in memory: `npm run demo`.
 *
 * With `--family NAME --plan`, and AWS credentials in the environment, it plans a clone of a family in a real account, and writes nothing.
 */
import { parseArgs } from "node:util";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import pc from "picocolors";
import { renderPlan, TaskDefCloner, type UserSpec } from "taskdef-cloner";
import { recloneAll } from "taskdef-cloner/fleet";
import { FakeAws, FakeEcs } from "taskdef-cloner/testing";
import { createVerifier } from "taskdef-cloner/verify";
import { base, toDeployed } from "./base.ts";

const { values } = parseArgs({
  options: {
    family: { type: "string" },
    plan: { type: "boolean", default: false },
    container: { type: "string" },
    volume: { type: "string" },
  },
});

const toUser = (number: number): UserSpec => ({
  userId: `user_${number}`,
  accessPointId: `fsap-${number.toString(16).padStart(17, "0")}`,
  secrets: {
    OPENAI_API_KEY: `arn:aws:secretsmanager:us-east-1:111122223333:secret:user-keys/user_${number}-AbCdEf`,
  },
  environment: { CODEX_HOME: "/home/node/.codex" },
});

// The SDK's warning about older versions of Node.js would come between the lines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const say = (text: string): void => console.log(`\n${pc.bold(pc.cyan(text))}`);
const short = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

const next = [
  ["npm run demo:fleet", "moves a fleet from a queue, while one of its workers is killed"],
  ["npm run demo -- --family NAME --plan", "plans a clone of a family in your account, and changes nothing"],
  ["npx taskdef-cloner --help", "does all of this from a terminal"],
] as const;

if (values.family !== undefined) {
  if (!values.plan) throw new Error("Against a real account the demo only plans: add --plan.");
  const { family: baseFamily, container, volume } = values;
  const cloner = new TaskDefCloner({ client: new ECSClient({}), baseFamily, container, volume });
  console.log(renderPlan(await cloner.plan(toUser(1))));
} else {
  await demo();
}

async function demo(): Promise<void> {
  const ecs = new FakeEcs();
  const aws = new FakeAws();
  for (const tag of ["1.4.0", "1.5.0", "1.6.0"]) aws.image({ repository: "openclaw", tag, platforms: ["linux/arm64"] });
  const cloner = new TaskDefCloner({
    client: ecs.client(),
    baseFamily: base.family,
    container: "openclaw",
    reserved: [/^AWS_/, "GATEWAY_TOKEN"],
    verify: createVerifier({ clients: { ecr: (region) => new ECRClient({ ...aws.config, region }) } }),
  });

  say("1. Infrastructure code registers the base");
  console.log(`  ${short(ecs.register(base))}`);

  say("2. What provisioning user_1 would change");
  console.log(renderPlan(await cloner.plan(toUser(1))));

  say("3. Two users are provisioned");
  const first = await cloner.clone(toUser(1));
  const second = await cloner.clone({
    ...toUser(2),
    unset: ["NODE_ENV"],
    containers: { "log-router": { environment: { TENANT: "user_2" } } },
    size: { cpu: 1024, memory: 2048 },
    ephemeralStorage: { sizeInGiB: 50 },
    taskRoleArn: "arn:aws:iam::111122223333:role/tenants/user_2",
  });
  for (const clone of [first, second]) console.log(`  ${clone.userId}: ${short(clone.arn)} of ${short(clone.baseArn)}`);
  const { userId, ...own } = (await cloner.inspect(second.arn)).user;
  console.log(`  ${userId} owns ${Object.keys(own).join(", ")}`);

  say("4. The base is deployed with a new image, and the next user gets it");
  console.log(`  ${short(ecs.register(toDeployed("1.5.0")))}`);
  const third = await cloner.clone(toUser(3));
  console.log(`  ${third.userId}: ${short(third.arn)} of ${short(third.baseArn)}`);

  say("5. user_1 is resized: the secret stays, everything else comes from the newest base");
  const resized = await cloner.resize(first.arn, { cpu: 1024, memory: 4096 });
  const { registered } = ecs.revisions(resized.family).find(({ arn }) => arn === resized.arn) ?? {};
  const container = registered?.containerDefinitions?.find(({ name }) => name === "openclaw");
  console.log(`  ${short(resized.arn)}: cpu ${registered?.cpu}, memory ${registered?.memory}, ${container?.image}`);
  console.log(`  secrets: ${container?.secrets?.map(({ name }) => name).join(", ")}`);

  say("6. Nothing changed for user_3, so nothing is registered");
  const again = await cloner.clone(toUser(3), { current: third.arn });
  console.log(`  ${short(again.arn)}, reused: ${again.reused}`);

  say("7. A deploy fails, and leaves nothing behind");
  const failing = { ...toUser(4), environment: { CODEX_HOME: "/home/node/elsewhere" } };
  try {
    await cloner.clone(failing, {
      deploy: () => {
        throw new Error("CreateService: the cluster is gone");
      },
    });
  } catch (error) {
    console.log(`  ${pc.red(error instanceof Error ? error.message : String(error))}`);
  }
  const leftOver = ecs.revisions(third.family).at(-1);
  console.log(`  ${short(leftOver?.arn ?? "")} is ${leftOver?.status}`);

  say("8. Thirty users move to the next base");
  const arns: string[] = [];
  for (let number = 11; number <= 40; number += 1) arns.push((await cloner.clone(toUser(number))).arn);
  ecs.register(toDeployed("1.6.0"));
  let moved = 0;
  for await (const { status, progress } of recloneAll(cloner, arns)) {
    if (status === "fulfilled") moved += 1;
    const { done, failed, remaining } = progress;
    showProgress(`  ${done} done, ${failed} failed, ${remaining} remaining`);
  }
  console.log(`\n  ${moved} users run on ${short((await cloner.inspect(arns[0] ?? "")).newestBaseArn)}`);

  say("9. The base is deployed with an image that was never pushed: no user gets it");
  const before = countActive(ecs, third.family);
  console.log(`  ${short(ecs.register(toDeployed("1.7.0")))}`);
  try {
    await cloner.clone(toUser(41));
  } catch (error) {
    console.log(`  ${pc.red(error instanceof Error ? `${error.name}: ${error.message}` : String(error))}`);
  }
  const { failed } = await recloneAll(cloner, arns).complete();
  const touched = countActive(ecs, third.family) - before;
  console.log(`  ${failed} users stay where they are; ${touched} clones were registered`);

  say("What next?");
  for (const [command, what] of next) console.log(`  ${pc.green(command.padEnd(38))}${what}`);
}

function countActive(ecs: FakeEcs, family: string): number {
  return ecs.revisions(family).filter(({ status }) => status === "ACTIVE").length;
}

/** One line that is written over on a terminal; elsewhere only the last. */
function showProgress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${line} `);
  else if (line.includes(" 0 remaining")) process.stdout.write(line);
}
