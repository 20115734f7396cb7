// Runs every TypeScript block of the README and the guides on AWS in memory, one after another in this process, and compares what the README says that its
// first block and the demo print. With --write, puts what they print into the README instead. Run it with tsx.
import "./without-aws.mjs";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { CreateServiceCommand } from "@aws-sdk/client-ecs";
import { familyPerUser, TaskDefCloner } from "taskdef-cloner";
import { FakeEcs, systemClock } from "taskdef-cloner/testing";
import { base, toDeployed } from "../examples/base.ts";
import { documents, readBlocksOf, readFirstBlock, readSession } from "./readme-blocks.mjs";

const readme = fileURLToPath(new URL("../README.md", import.meta.url));
const folder = fileURLToPath(new URL("./.running/", import.meta.url));

/** What the text around the blocks speaks of: a base, users with clones and services, and a base that has moved on since. */
async function toSurroundings(code) {
  const ecs = new FakeEcs({ clock: systemClock });
  const sidecars = ["proxy", "metrics"].filter((name) => code.includes(`${name}: `));
  const register = ({ containerDefinitions: [openclaw], ...others }) =>
    ecs.register({
      ...others,
      containerDefinitions: [openclaw, ...sidecars.map((name) => ({ ...openclaw, name, portMappings: [] }))],
    });
  register(base);
  const client = ecs.client();
  const arns = [];
  for (const cloneFamily of [undefined, familyPerUser]) {
    const options = { client, baseFamily: base.family, container: "openclaw", cloneFamily };
    const user = { userId: "user_1", accessPointId: "fsap-0123456789abcdef0" };
    const { arn } = await new TaskDefCloner(options).clone(user);
    if (cloneFamily === undefined) arns.push(arn);
  }
  const service = { cluster: "users", serviceName: "user_1", taskDefinition: arns[0], desiredCount: 0 };
  await client.send(new CreateServiceCommand(service));
  register(toDeployed("1.5.0"));
  const cloner = new TaskDefCloner({ client, baseFamily: base.family, container: "openclaw" });
  return { client, cloner, arns };
}

/** @returns what the block prints */
async function run(path, code) {
  Object.assign(globalThis, await toSurroundings(code));
  const { log, error } = console;
  const lines = [];
  console.log = (...values) => lines.push(format(...values));
  console.error = console.log;
  try {
    await import(path);
  } finally {
    Object.assign(console, { log, error });
    // A block may report failures of what it looked at.
    process.exitCode = undefined;
  }
  return lines.map((line) => `${line}\n`).join("");
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
writeFileSync(`${folder}task-definition.json`, JSON.stringify(base));
process.chdir(folder);
let count = 0;
let printed = "";
try {
  for (const document of documents) {
    for (const [index, code] of readBlocksOf(document).entries()) {
      // Queues need a store, and have tests of their own.
      if (/from "(bullmq|taskdef-cloner\/bullmq)"/.test(code)) continue;
      count += 1;
      const path = `${folder}block-${count}.mts`;
      writeFileSync(path, code);
      const output = await run(path, code).catch((cause) => {
        throw new Error(`Block ${index + 1} of ${document} fails`, { cause });
      });
      if (count === 1) printed = output;
    }
  }
} finally {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  rmSync(folder, { recursive: true });
}

const { command, output: session } = readSession();
const [program, ...args] = command.replace("npm run", "npm run -s").split(" ");
const shown = execFileSync(program, args, { encoding: "utf8" }).trimStart();
const { output: said } = readFirstBlock();

if (process.argv.includes("--write")) {
  const text = readFileSync(readme, "utf8");
  writeFileSync(
    readme,
    text.replace(said, () => printed).replace(session, () => shown),
  );
  console.log("README: what its first block and the demo print is written");
} else {
  for (const [what, expected, actual] of [
    ["its first block", said, printed],
    [`\`${command}\``, session, shown],
  ]) {
    if (actual !== expected)
      throw new Error(
        `The README says that ${what} prints\n${expected}\nIt prints\n${actual}\nRenew it: npm run renew:readme`,
      );
  }
  console.log(`README and guides: ${count} blocks run, and print what the README says`);
}
