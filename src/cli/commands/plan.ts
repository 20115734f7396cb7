import { toCount } from "../columns.ts";
import type { CliCommand } from "../command.ts";
import { CannotBeginError } from "../exit.ts";
import { readLines } from "../in-use.ts";
import type { Session } from "../session.ts";

/** What cloning a user would register. */
export const plan: CliCommand = {
  group: "Look (changes nothing)",
  name: "plan",
  summary: "What cloning this user would register, and what it changes against the base",
  declare: (command) =>
    command
      .argument("<user>", "the user's id, for the config's findUser()")
      .option("--spec <file>", "the user as JSON, instead of findUser(); - reads the standard input"),
  examples: [
    { line: "plan user_1" },
    { line: "plan user_1 --spec user.json", why: "without a findUser() in the config" },
  ],
  run: async (session, { args, options }) => {
    const [userId = ""] = args;
    const { cloner } = await session.fleet();
    const { renderPlan } = await import("../library.ts");
    const user = await findUser(session, userId, options<{ readonly spec?: string }>().spec);
    // The cast: what a file or the config says is checked by the cloner.
    const planned = await cloner.plan(user as Parameters<typeof cloner.plan>[0], { signal: session.signal });
    const { isColorSupported: color } = session.output.colors;
    await session.output.result("plan", planned, () => renderPlan(planned, { color }));
    session.sumUp({
      counts: () => ({ changes: planned.changes.length, warnings: planned.warnings.length }),
      text: () => `${toCount(planned.changes.length, "change")}. Nothing was registered.`,
    });
    return "done";
  },
};

/** The user as the config or a file has it. @throws CannotBeginError */
export async function findUser(session: Session, userId: string, file?: string): Promise<unknown> {
  const { config } = await session.fleet();
  if (file !== undefined) {
    const lines = await readLines(session.host, file);
    return { ...JSON.parse(lines.join("\n")), userId };
  }
  if (config.findUser !== undefined) return await config.findUser(userId);
  throw new CannotBeginError(
    "There is no way to find this user: write a `findUser` into the config, or pass the user as JSON with --spec.",
  );
}
