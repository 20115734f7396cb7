/** How quickly help is there, and whether memory stays flat however many revisions there are. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { TaskDefCloner } from "../src/index.ts";
import { FakeEcs, systemClock } from "../src/testing/index.ts";
import { type Row, report } from "./row.ts";
import { toSpread, toText } from "./spread.ts";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const baseFamily = "web";
const few = 2000;
const many = 10_000;

/** What a process used. */
interface Used {
  /** Milliseconds of processor time. */
  readonly cpu: number;
  /** Mebibytes at most. */
  readonly memory: number;
}

const meter = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); console.error(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 })); });',
)}`;

async function use(args: readonly string[], env: Record<string, string> = {}): Promise<Used> {
  const child = spawn(
    process.execPath,
    ["--max-old-space-size=64", "--max-semi-space-size=1", "--import", meter, ...args],
    { env: { ...process.env, ...env } },
  );
  let last = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    last += text;
  });
  child.stdout.resume();
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${last}`);
  return JSON.parse(String(last.trimEnd().split("\n").at(-1)));
}

async function measureHelp(): Promise<Row> {
  const commander = ["--input-type=module", "--eval", 'await import("commander");'];
  const ratios: number[] = [];
  for (let round = 0; round < 15; round += 1)
    ratios.push((await use([main, "--help"])).cpu / (await use(commander)).cpu);
  const ratio = toSpread(ratios);
  const what = "`taskdef-cloner --help`, processor time of a fresh process";
  return { what, comparedWith: "importing commander", ratio: ratio.median, aim: 1.5, detail: toText(ratio) };
}

/** An ECS with this many clones of one user. */
async function newEcs(revisions: number): Promise<FakeEcs> {
  const ecs = new FakeEcs({ clock: systemClock, keepCalls: false });
  ecs.register({
    family: baseFamily,
    containerDefinitions: [
      { name: "app", image: "nginx", memory: 512, mountPoints: [{ sourceVolume: "home", containerPath: "/home" }] },
    ],
    volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
  });
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily });
  const { family } = await cloner.clone({ userId: "user_1", accessPointId: "fsap-0123456789abcdef0" });
  const [clone] = ecs.revisions(family);
  if (clone === undefined) throw new Error("expected a clone");
  for (let index = 1; index < revisions; index += 1) ecs.register(clone.registered);
  return ecs;
}

async function measureMemory(line: string): Promise<Row> {
  const used: Used[] = [];
  for (const revisions of [few, many]) {
    const server = await (await newEcs(revisions)).listen();
    const env = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "fake", AWS_SECRET_ACCESS_KEY: "fake" };
    used.push(
      await use([main, ...line.split(" "), "--base-family", baseFamily], {
        ...env,
        AWS_ENDPOINT_URL_ECS: server.endpoint,
      }),
    );
    await server.close();
  }
  const [first, second] = used.map(({ memory }) => memory);
  return {
    what: `\`taskdef-cloner ${line}\`, memory at most with ${many} revisions`,
    comparedWith: `with ${few}`,
    ratio: Number(second) / Number(first),
    aim: 1.5,
    detail: `${second?.toFixed(0)} MiB, ${first?.toFixed(0)} MiB`,
  };
}

const rows = [await measureHelp()];
for (const line of ["clones", "audit", "prune --in-use-unknown"]) rows.push(await measureMemory(line));
report(rows);
