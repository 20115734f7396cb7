/** A queue and its jobs in memory, with what BullMQ does to a job whose processor throws. */
import type { Job, Processor } from "bullmq";
import type { FleetQueue, JobState, NewJob } from "../../src/bullmq/index.ts";

/** The process that worked on a job died. */
export class Died extends Error {
  override readonly name = "Died";
}

/** When the process dies that works on a job. Writes and proofs of the lock are counted from 1. */
export interface Death {
  readonly beforeWrite?: number;
  readonly afterWrite?: number;
  readonly beforeProof?: number;
}

type State = "waiting" | "completed" | "failed";

/** A job as the store keeps it. */
export class FakeJob<Data extends object, Result> {
  readonly id: string;
  data: Data;
  readonly opts: { readonly attempts?: number };
  attemptsMade = 0;
  state: State = "waiting";
  returnvalue: Result | undefined;
  failedReason = "";
  /** Whether the lock went to another worker. */
  isLost = false;
  writes = 0;
  readonly logs: string[] = [];
  readonly extended: number[] = [];

  constructor(data: Data, { attempts, id = "job" }: { readonly attempts?: number; readonly id?: string } = {}) {
    this.data = data;
    this.id = id;
    this.opts = attempts === undefined ? {} : { attempts };
  }

  /** Lets a worker try the job once, and gives what the processor threw. */
  async attempt(
    processor: Processor<Data, Result>,
    options: { readonly death?: Death; readonly signal?: AbortSignal; readonly processedOn?: number } = {},
  ): Promise<unknown> {
    const worker = new FakeWorkerJob(this, options.death ?? {}, options.processedOn);
    try {
      // The cast: of a job, processors use no more than these members.
      const job = worker as unknown as Job<Data, Result>;
      const result = await processor(job, "token", options.signal);
      if (worker.isDead) return new Died();
      this.returnvalue = result;
      this.state = "completed";
      return undefined;
    } catch (error) {
      if (!worker.isDead && !this.isLost) this.#fail(error);
      return error;
    }
  }

  /** Lets workers try the job until it is over, and gives what was thrown. */
  async run(processor: Processor<Data, Result>): Promise<unknown[]> {
    const thrown: unknown[] = [];
    while (this.state === "waiting") thrown.push(await this.attempt(processor));
    return thrown;
  }

  #fail(error: unknown): void {
    if (!(error instanceof Error)) throw new Error("BullMQ reads the message of what is thrown");
    if (["RateLimitError", "DelayedError"].includes(error.name)) return;
    this.attemptsMade += 1;
    if (error.name !== "UnrecoverableError" && this.attemptsMade < (this.opts.attempts ?? 1)) return;
    this.state = "failed";
    this.failedReason = error.message;
  }
}

/** The job in the hands of one worker. */
class FakeWorkerJob<Data extends object, Result> {
  isDead = false;
  data: Data;
  readonly #stored: FakeJob<Data, Result>;
  readonly #death: Death;
  readonly processedOn: number | undefined;
  #writes = 0;
  #proofs = 0;

  constructor(stored: FakeJob<Data, Result>, death: Death, processedOn: number | undefined) {
    this.#stored = stored;
    this.#death = death;
    this.processedOn = processedOn;
    this.data = structuredClone(stored.data);
  }

  get id(): string {
    return this.#stored.id;
  }

  get opts() {
    return this.#stored.opts;
  }

  get attemptsMade(): number {
    return this.#stored.attemptsMade;
  }

  async updateData(data: Data): Promise<void> {
    this.#writes += 1;
    this.#dieIf(this.#writes === this.#death.beforeWrite);
    this.data = data;
    this.#stored.data = JSON.parse(JSON.stringify(data));
    this.#stored.writes += 1;
    this.#dieIf(this.#writes === this.#death.afterWrite);
  }

  async extendLock(token: string, duration: number): Promise<number> {
    this.#proofs += 1;
    this.#dieIf(this.#proofs === this.#death.beforeProof);
    if (token !== "token") throw new Error("expected the token that the processor was given");
    this.#stored.extended.push(duration);
    return this.#stored.isLost ? 0 : 1;
  }

  async log(row: string): Promise<number> {
    this.#dieIf(false);
    return this.#stored.logs.push(row);
  }

  /** Nothing that a dead process does takes effect. */
  #dieIf(isOver: boolean): void {
    if (isOver) this.isDead = true;
    if (this.isDead) throw new Died();
  }
}

/** A queue that keeps what is done with it. */
export class FakeQueue implements FleetQueue {
  readonly jobs = new Map<string, FakeJob<object, unknown>>();
  readonly pauses: number[] = [];
  readonly batches: number[] = [];
  isStopped = false;
  limit: { max: number; duration: number } | null = null;
  /** What happens in the queue before the jobs of a state are read. */
  beforeRead: (state: JobState) => void = () => {};

  async addBulk(jobs: NewJob[]): Promise<void> {
    this.batches.push(jobs.length);
    for (const { data, opts } of jobs) {
      const id = opts.jobId;
      if (!this.jobs.has(id)) this.jobs.set(id, new FakeJob<object, unknown>(data, { attempts: opts.attempts, id }));
    }
  }

  async rateLimit(milliseconds: number): Promise<void> {
    this.pauses.push(milliseconds);
  }

  async pause(): Promise<void> {
    this.isStopped = true;
  }

  async isPaused(): Promise<boolean> {
    return this.isStopped;
  }

  async setGlobalRateLimit(max: number, duration: number): Promise<void> {
    this.limit = { max, duration };
  }

  async getGlobalRateLimit() {
    return this.limit;
  }

  /** One state after the other, as on PostgreSQL. */
  async getRanges(types: JobState[], start: number, end: number): Promise<string[]> {
    const ids = new Set<string>();
    for (const type of types) {
      this.beforeRead(type);
      for (const { id } of this.#in([type], start, end)) ids.add(id);
    }
    return [...ids];
  }

  async getJobs(types: JobState[], start: number, end: number) {
    return this.#in(types, start, end);
  }

  #in(types: readonly JobState[], start: number, end: number) {
    const jobs = [...this.jobs.values()].filter(({ state }) => types.includes(state));
    return jobs.slice(start, end === -1 ? undefined : end + 1);
  }
}
