import { toLine } from "../columns.ts";
import { type CliCommand, toOutcome } from "../command.ts";
import { toShort } from "../shown.ts";
import { toCurrentArn } from "../targets.ts";

/** Whose clone it is. */
export const inspect: CliCommand = {
  group: "Look (changes nothing)",
  name: "inspect",
  summary: "Whose clone it is, of which base, and whether it is up to date",
  declare: (command) =>
    command
      .argument("<user|arn>", "a user, or the ARN of a clone")
      .option("--fail", "exit with 1 if it is not up to date"),
  examples: [
    { line: "inspect user_1" },
    { line: "inspect arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw-user:1 --json" },
  ],
  run: async (session, { args: [userOrArn = ""], options }) => {
    const arn = await toCurrentArn(session, userOrArn);
    const { cloner } = await session.fleet();
    const inspection = await cloner.inspect(arn, { signal: session.signal });
    const { userId, status, baseArn, newestBaseArn, isUpToDate, warnings } = inspection;
    const rows = [
      ["user", userId],
      ["clone", `${toShort(arn)}, ${status}`],
      ["base", toShort(baseArn)],
      ["newest base", toShort(newestBaseArn)],
      ["up to date", isUpToDate ? "yes" : "no: `taskdef-cloner diff` shows what a reclone would change"],
      ...warnings.map((warning) => ["warning", warning]),
    ] as const;
    const text = () =>
      rows
        .map(([name = "", value = ""]) =>
          toLine([
            [name, 11],
            [value, 0],
          ]),
        )
        .join("\n");
    await session.output.result("clone", inspection, text);
    session.sumUp({ counts: () => ({ upToDate: isUpToDate }), text: () => "" });
    return toOutcome(options<{ readonly fail?: boolean }>().fail === true && !isUpToDate);
  },
};
