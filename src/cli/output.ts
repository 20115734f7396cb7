import { once } from "node:events";
import type { Writable } from "node:stream";
import pc from "picocolors";
import { toPrintable } from "../printable.ts";
import type { Host, Terminal } from "./host.ts";

type Colors = ReturnType<typeof pc.createColors>;

/** How to write. */
export interface OutputOptions {
  /** One JSON object per line, for programs. */
  readonly json: boolean;
  /** Results and errors only. */
  readonly quiet: boolean;
  /** Events too. */
  readonly verbose: boolean;
  /** `false` writes no colors, whatever the stream. */
  readonly color: boolean;
}

/** The version of the JSON objects. It is raised when a member changes its meaning or goes. */
const jsonVersion = 1;

/** Writes results to the standard output, and everything else to the standard error. */
export class Output {
  readonly #host: Host;
  readonly #options: OutputOptions;
  /** For results. */
  readonly colors: Colors;
  /** For messages. */
  readonly messageColors: Colors;
  /** Whether there was a result yet. */
  hasResults = false;
  #progressAt = Number.NEGATIVE_INFINITY;
  #hasProgress = false;
  #isFarther = false;

  constructor(host: Host, options: OutputOptions) {
    this.#host = host;
    this.#options = options;
    this.colors = pc.createColors(this.#isColored(host.stdout));
    this.messageColors = pc.createColors(this.#isColored(host.stderr));
  }

  get isJson(): boolean {
    return this.#options.json;
  }

  /** Gives a result: an object for programs, lines for people. Waits while the reader is slow. */
  async result(type: string, members: object, text: () => string): Promise<void> {
    this.hasResults = true;
    await this.#writeResult(type, members, text());
  }

  /** Heads a list, for people. */
  async heading(text: string): Promise<void> {
    if (!this.#options.json && !this.#options.quiet) await this.#write(`${text}\n`);
  }

  /** Says something about the results that follow, or that came: for people a line, for programs an object. */
  async about(type: string, members: object, text: string): Promise<void> {
    await this.#writeResult(type, members, this.#options.quiet ? undefined : text);
  }

  /** Writes a document as it is. */
  async document(text: string): Promise<void> {
    this.hasResults = true;
    await this.#write(`${text}\n`);
  }

  /** Says something to people. */
  note(text: string): void {
    if (!this.#options.quiet) this.#say(text);
  }

  /** Says something that goes wrong, or asks. */
  warn(text: string): void {
    this.#say(this.messageColors.yellow(text));
  }

  /** Says something that went wrong. */
  error(text: string): void {
    this.#say(this.messageColors.red(text));
  }

  /** Says what happens, if that is asked for. */
  detail(text: string): void {
    if (this.#options.verbose) this.#say(this.messageColors.dim(text));
  }

  /** Shows how much was read so far, as long as the command says nothing more specific. */
  reading(text: () => string): void {
    if (!this.#isFarther) this.#show(text);
  }

  /** Shows how far the command is, on a terminal only, in one line that is overwritten. */
  progress(text: () => string): void {
    if (!this.#isFarther) this.#progressAt = Number.NEGATIVE_INFINITY;
    this.#isFarther = true;
    this.#show(text);
  }

  #show(text: () => string): void {
    const { stderr } = this.#host;
    const now = performance.now();
    if (stderr.isTTY !== true || this.#options.quiet || now - this.#progressAt < progressIntervalMs) return;
    this.#progressAt = now;
    this.#hasProgress = true;
    stderr.write(`\r\u001b[2K${this.messageColors.dim(toPrintable(text()))}`);
  }

  /** Clears the line that shows progress. */
  clear(): void {
    if (this.#hasProgress) this.#host.stderr.write("\r\u001b[2K");
    this.#hasProgress = false;
  }

  async #writeResult(type: string, members: object, text: string | undefined): Promise<void> {
    if (this.#options.json) await this.#write(`${toPrintable(JSON.stringify({ v: jsonVersion, type, ...members }))}\n`);
    else if (text !== undefined) await this.#write(`${text}\n`);
  }

  async #write(text: string): Promise<void> {
    const { stdout } = this.#host;
    this.#clearFor(stdout);
    if (!stdout.write(text) && !stdout.destroyed) await Promise.race([once(stdout, "drain"), once(stdout, "close")]);
  }

  #say(text: string): void {
    this.clear();
    this.#host.stderr.write(`${text}\n`);
  }

  /** Results on the terminal that shows progress begin on a clear line. */
  #clearFor(stream: Terminal<Writable>): void {
    if (stream.isTTY === true) this.clear();
  }

  #isColored(stream: Terminal<Writable>): boolean {
    const { NO_COLOR, FORCE_COLOR, TERM } = this.#host.env;
    if (!this.#options.color || (NO_COLOR ?? "") !== "") return false;
    if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0";
    return stream.isTTY === true && TERM !== "dumb";
  }
}

const progressIntervalMs = 100;
