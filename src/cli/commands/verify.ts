import type { RegisterInput } from "../../task-definition.ts";
import type { CheckResult, Place, Verification } from "../../verify/check.ts";
import type { VerifyInput } from "../../verify/verify.ts";
import { toCount } from "../columns.ts";
import { type CliCommand, toOutcome } from "../command.ts";
import type { Session } from "../session.ts";
import { toShort } from "../shown.ts";
import { isArn, toCurrentArn } from "../targets.ts";
import { findUser } from "./plan.ts";

interface Options {
  readonly spec?: string;
  readonly simulate?: boolean;
  readonly keys?: boolean;
  readonly fail?: boolean;
}

/** Whether what a task refers to is there. */
export const verify: CliCommand = {
  group: "Look (changes nothing)",
  name: "verify",
  summary: "Check the base, the options, and what tasks refer to, without registering",
  declare: (command) =>
    command
      .argument("[user|arn]", "a user, or the ARN of a clone; without, the base itself")
      .option("--spec <file>", "the user as JSON; - reads the standard input")
      .option("--simulate", "simulate the policies of the roles, with iam:SimulatePrincipalPolicy")
      .option("--keys", "look at the KMS keys of secrets and parameters, with kms:DescribeKey")
      .option("--fail", "exit with 1 if anything is unknown, too; without, if a check failed"),
  examples: [
    { line: "verify", why: "the base" },
    { line: "verify user_1", why: "what cloning the user would give" },
  ],
  run: async (session, { args: [userOrArn], options }) => {
    const { spec, simulate, keys, fail = false } = options<Options>();
    const { heading, ...subject } = await toSubject(session, userOrArn, spec);
    const verification = await runChecks(session, subject, { simulate, keys });
    const { renderVerification } = await import("../../verify/index.ts");
    const counts = toCounts(verification);
    session.sumUp({
      counts: () => {
        const { ok: passed, ...others } = counts;
        return { ok: verification.ok, complete: verification.complete, passed, ...others };
      },
      text: () => (verification.ok ? "No check failed." : `${toCount(counts.failed, "check")} failed.`),
    });
    const { colors, isJson } = session.output;
    if (isJson)
      for (const result of verification.results) await session.output.result("check", toShown(result), String);
    else {
      const text = renderVerification(verification, { color: colors.isColorSupported });
      await session.output.result("verification", {}, () => `${colors.bold(heading)}\n${text}`);
    }
    return toOutcome(!verification.ok || (fail && !verification.complete));
  },
};

interface Subject extends Place {
  readonly input: RegisterInput;
  readonly heading: string;
}

/** What to check: the base, a user's clone as it would be, or as a reclone would give it. */
async function toSubject(session: Session, userOrArn: string | undefined, spec: string | undefined): Promise<Subject> {
  const { cloner, config } = await session.fleet();
  const { signal } = session;
  const { base, ...place } = await session.findBase();
  if (userOrArn === undefined) {
    const { toBaseInput, findTarget } = await import("../library.ts");
    const input = toBaseInput(base);
    const { container, volume, shared } = config.cloner;
    const target = findTarget(input, toShort(base.arn), { container, volume, shared });
    const volumes = target.volumes.length === 0 ? "no volume" : `volume ${target.volumes.join(", ")}`;
    return { ...place, input, heading: `${toShort(base.arn)}: container ${target.container}, ${volumes}` };
  }
  if (!isArn(userOrArn) && (spec !== undefined || config.findUser !== undefined)) {
    // The cast: what a file or the config says is checked by the cloner.
    const user = (await findUser(session, userOrArn, spec)) as Parameters<typeof cloner.plan>[0];
    const { input, userId } = await cloner.plan(user, { signal });
    return { ...place, input, heading: `${userId}, cloned from ${toShort(base.arn)}` };
  }
  const { input, userId } = await cloner.planReclone(await toCurrentArn(session, userOrArn), {}, { signal });
  return { ...place, input, heading: `${userId}, recloned from ${toShort(base.arn)}` };
}

/** Asks AWS about what a definition refers to. */
async function runChecks(
  session: Session,
  subject: VerifyInput,
  more: { readonly simulate: boolean | undefined; readonly keys: boolean | undefined },
): Promise<Verification> {
  const { client } = await session.fleet();
  const { newVerifyClients } = await import("../aws.ts");
  const library = await import("../../verify/index.ts");
  const options = { clients: await newVerifyClients(client), ...more, signal: session.signal };
  return await library.verify(subject, options);
}

/** How many checks came out how. */
function toCounts({ results }: Verification): Record<CheckResult["status"], number> {
  const counts = { ok: 0, failed: 0, unknown: 0, skipped: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}

/** A result for programs: what it is about and how it came out. */
export function toShown({ check, ...outcome }: CheckResult): object {
  const { kind, subject, where, prevents } = check;
  return { kind, subject, where, prevents, ...outcome };
}
