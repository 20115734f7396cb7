/** One line of the table: one of our own figures, as a ratio to what it is compared with in the same run. */
export interface Row {
  readonly what: string;
  readonly comparedWith: string;
  readonly ratio: number;
  /** The ratio that is aimed at, at most; absent where the row only informs. */
  readonly aim?: number;
  /** Failures, where work could fail. Any failure misses an aim. */
  readonly failures?: number;
  /** The absolute figures and how far they spread. */
  readonly detail: string;
}

/** What a measuring script gives: its rows, and pictures by the names of their files. */
export interface Report {
  readonly rows: readonly Row[];
  readonly pictures: Readonly<Record<string, string>>;
}

/** Hands the rows of a measuring script to the process that prints the table. Run by itself, the script prints them. */
export function report(rows: readonly Row[], pictures: Report["pictures"] = {}): void {
  if (process.send) process.send({ rows, pictures } satisfies Report);
  else for (const row of rows) console.log(JSON.stringify(row));
}

export const isMet = ({ ratio, aim, failures = 0 }: Row): boolean | undefined =>
  aim === undefined ? undefined : ratio <= aim && failures === 0;
