import { toLine } from "../columns.ts";
import { type CliCommand, toOutcome } from "../command.ts";
import { toShort } from "../shown.ts";

interface Options {
  readonly fail?: boolean;
  readonly families?: readonly string[];
}

/** What the revisions of the base family are. */
export const audit: CliCommand = {
  group: "Look (changes nothing)",
  name: "audit",
  summary: "Tell bases from clones in the base's own family, and find what other code registered among the clones",
  declare: (command) =>
    command
      .option("--families <name...>", "the clone families, if `cloneFamily` is a function")
      .option("--fail", "exit with 1 if there is anything but bases"),
  examples: [{ line: "audit" }, { line: "audit --fail --json | jq -r 'select(.kind == \"unknown\").arn'" }],
  run: async (session, { options }) => {
    const { fail = false, families } = options<Options>();
    const { cloner, family } = await session.fleet();
    const fleet = await import("../../fleet/index.ts");
    const run = fleet.audit(cloner, { families, signal: session.signal });
    const counts = { base: 0, clone: 0, unknown: 0, unrecorded: 0 };
    session.sumUp({
      counts: () => counts,
      text: () =>
        `${counts.base} base, ${counts.clone} clone, ${counts.unknown} unknown, ${counts.unrecorded} unrecorded.`,
    });
    for await (const revision of run) {
      const { arn, kind, reason } = revision;
      counts[kind] += 1;
      const line = toLine([
        [kind, 10],
        [toShort(arn), family.length + 8],
        [reason, 0],
      ]);
      const { yellow } = session.output.colors;
      await session.output.result("revision", revision, () => (kind === "base" ? line : yellow(line)));
    }
    return toOutcome(fail && counts.clone + counts.unknown + counts.unrecorded > 0);
  },
};
