import { toPartition } from "../../partition.ts";
import type { PolicyFormat } from "../../policy/render-policy.ts";
import type { PolicyOptions } from "../../policy/to-policy.ts";
import type { CliCommand } from "../command.ts";
import { CannotBeginError } from "../exit.ts";
import type { Fleet, Session } from "../session.ts";

interface Options {
  readonly fleet?: boolean;
  readonly verify?: boolean;
  readonly role?: readonly string[];
  readonly account?: string;
  readonly format: string;
}

/** The least IAM policy for the backend. */
export const policy: CliCommand = {
  group: "Look (changes nothing)",
  name: "policy",
  summary: "Print the least IAM policy for the backend",
  declare: (command) =>
    command
      .option("--fleet", "what taskdef-cloner/fleet asks, too: prune, clones in use")
      .option("--verify", "what taskdef-cloner/verify asks, too")
      .option("--role <arn...>", "roles that clones may have; without, they are read from the base")
      .option("--account <id>", "the AWS account; without, the base's, or a placeholder")
      .option("--format <format>", "json, cdk or terraform", "json"),
  examples: [
    { line: "policy > policy.json" },
    {
      line: "policy --role arn:aws:iam::111122223333:role/task --fleet --format terraform",
      why: "without asking AWS",
    },
  ],
  run: async (session, { options }) => {
    const { format, ...given } = options<Options>();
    const { policyFormats, renderPolicy } = await import("../../policy/render-policy.ts");
    const { toPolicy } = await import("../../policy/to-policy.ts");
    if (!isOneOf(policyFormats, format)) {
      throw new CannotBeginError(`There is no format ${format}: choose json, cdk or terraform.`);
    }
    const policyOptions = await toOptions(session, given);
    if (session.output.isJson) {
      await session.output.result("policy", { policy: toPolicy(policyOptions) }, String);
      session.sumUp({ counts: () => ({ format: "json" }), text: String });
    } else await session.output.document(renderPolicy(policyOptions, format));
    return "done";
  },
};

const isOneOf = (formats: readonly PolicyFormat[], text: string): text is PolicyFormat =>
  formats.some((format) => format === text);

async function toOptions(session: Session, given: Omit<Options, "format">): Promise<PolicyOptions> {
  const fleet = await session.fleet();
  const { permissions } = await import("../../verify/index.ts");
  const { baseFamily } = fleet.config.cloner;
  const place = given.role === undefined ? await readBase(session) : { passRoles: given.role };
  const account = given.account ?? fleet.config.account;
  return {
    baseFamily,
    cloneFamily: toPattern(fleet),
    region: fleet.config.region,
    ...place,
    ...(account !== undefined && { accountId: account }),
    ...(given.fleet !== undefined && { fleet: given.fleet }),
    ...(given.verify === true && { verify: permissions.filter(({ option }) => option === undefined) }),
  };
}

/** The families of clones, as a policy can name them. */
function toPattern({ config }: Fleet): string {
  const { baseFamily, cloneFamily } = config.cloner;
  return typeof cloneFamily === "function" ? `${baseFamily}-user-*` : (cloneFamily ?? `${baseFamily}-user`);
}

/** The base's roles, and where it is. */
async function readBase(session: Session): Promise<Pick<PolicyOptions, "region" | "accountId" | "passRoles">> {
  const { base, region, accountId } = await session.findBase();
  const { taskRoleArn, executionRoleArn } = base.taskDefinition;
  const roles = [taskRoleArn, executionRoleArn].filter((role) => role !== undefined && role !== "");
  const toArn = (role: string): string =>
    role.startsWith("arn:") ? role : `arn:${toPartition(region)}:iam::${accountId}:role/${role}`;
  return { region, accountId, passRoles: roles.map((role) => toArn(String(role))) };
}
