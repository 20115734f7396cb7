import { retryAfterMs } from "../ecs/sdk-error.ts";
import { membersOf } from "../unknown-value.ts";
import { inTime, orAborted, sleep } from "../waiting.ts";
import { toClient, type VerifyClients } from "./clients.ts";
import type { ToCommand } from "./commands.ts";
import { type Fault, isPassing, toFault } from "./fault.ts";
import { type Operation, operations } from "./permissions.ts";
import { NotForTheSdkToRetry, quiet } from "./quiet.ts";
import { textOf } from "./read-member.ts";
import { Slots } from "./slots.ts";
import { ThrownOn } from "./thrown-on.ts";

/** What came of a question. */
export type Asked =
  | {
      readonly kind: "answered";
      readonly answer: Readonly<Record<string, unknown>>;
      readonly requestId?: string;
    }
  | { readonly kind: "fault"; readonly fault: Fault }
  | { readonly kind: "skipped"; readonly reason: string };

/** How to ask. */
export interface AskSettings {
  readonly clients: VerifyClients;
  readonly toCommand: ToCommand;
  readonly requestTimeoutMs: number;
  /** Requests at a time, per service and region. */
  readonly concurrency: number;
}

/** One try: rejects with what went wrong. */
export type Try = (signal: AbortSignal) => Promise<Asked>;

interface UnderWay {
  readonly answer: Promise<Asked>;
  readonly controller: AbortController;
  waiting: number;
  lastFault?: Fault;
}

/**
 * Asks, again and again while nothing answers, as long as somebody waits. Whoever asks the same while a request is under way gets its answer; no one
 * gets an answer that came before they asked.
 */
export class Asker {
  readonly #settings: AskSettings;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #slots = new Map<string, Slots>();

  constructor(settings: AskSettings) {
    this.#settings = settings;
  }

  /** Asks AWS. */
  aws(operation: Operation, region: string, input: object, signal: AbortSignal): Promise<Asked> {
    const key = `${operation} ${region} ${JSON.stringify(input)}`;
    return this.share(key, `${operations[operation].service} ${region}`, signal, (stop) =>
      this.send(operation, region, input, stop),
    );
  }

  /** Whether somebody waits for the answer to this. */
  isUnderWay(key: string): boolean {
    return this.#underWay.has(key);
  }

  /** Asks something else. @param line those on one line wait for each other when there are too many. */
  async share(key: string, line: string, signal: AbortSignal, run: Try): Promise<Asked> {
    signal.throwIfAborted();
    const request = this.#underWay.get(key) ?? this.#start(key, line, run);
    request.waiting += 1;
    try {
      return await orAborted(request.answer, signal);
    } catch (error) {
      if (!signal.aborted || request.lastFault === undefined) throw error;
      return { kind: "fault", fault: request.lastFault };
    } finally {
      request.waiting -= 1;
      if (request.waiting === 0) this.#end(key, request);
    }
  }

  #start(key: string, line: string, run: Try): UnderWay {
    const controller = new AbortController();
    const slots = this.#slots.get(line) ?? new Slots(this.#settings.concurrency);
    this.#slots.set(line, slots);
    const request: UnderWay = {
      controller,
      waiting: 0,
      answer: this.#untilAnswered(slots, controller.signal, run, (fault) => {
        request.lastFault = fault;
      }).finally(() => this.#end(key, request)),
    };
    this.#underWay.set(key, request);
    return request;
  }

  #end(key: string, request: UnderWay): void {
    if (this.#underWay.get(key) === request) this.#underWay.delete(key);
    request.controller.abort();
  }

  async #untilAnswered(slots: Slots, signal: AbortSignal, run: Try, note: (fault: Fault) => void): Promise<Asked> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await slots.use(signal, () => untilLate(this.#settings.requestTimeoutMs, signal, run));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ThrownOn) throw error.thrown;
        const fault = toFault(error);
        if (!isPassing(error, fault)) return { kind: "fault", fault };
        note(fault);
        await sleep(Math.max(Math.random() * Math.min(4000, 100 * 2 ** attempt), retryAfterMs(error)), signal);
      }
    }
  }

  /** One try to ask AWS. */
  async send(operation: Operation, region: string, input: object, abortSignal: AbortSignal): Promise<Asked> {
    const client = await toClient(this.#settings.clients, operations[operation].service, region);
    if ("skipped" in client) return { kind: "skipped", reason: client.skipped };
    const command = await this.#settings.toCommand(operation, input);
    if ("skipped" in command) return { kind: "skipped", reason: command.skipped };
    quiet(command);
    // The cast: the client is known by its shape, and takes the commands of its own service.
    const answer = membersOf(await client.send(command as never, { abortSignal }));
    const requestId = textOf(membersOf(answer.$metadata).requestId);
    return { kind: "answered", answer, ...(requestId !== undefined && { requestId }) };
  }
}

/** A request that took too long. */
class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** Runs one try with a time-out of its own. */
async function untilLate(milliseconds: number, signal: AbortSignal, run: Try): Promise<Asked> {
  const toError = () => new TimeoutError(`no answer within ${milliseconds} ms`);
  try {
    return await inTime({ milliseconds, toError, signal }, run);
  } catch (error) {
    throw error instanceof NotForTheSdkToRetry ? error.ours : error;
  }
}
