import { setImmediate as turn } from "node:timers/promises";
import type { Asked, Asker } from "./ask.ts";
import { listOf, textOf } from "./read-member.ts";

/** As many names as a filter of DescribeParameters takes. */
const mostNames = 50;

interface Batch {
  readonly key: string;
  readonly region: string;
  readonly names: Set<string>;
  isSent: boolean;
}

/**
 * Asks for parameters of several checks and calls at once, since AWS throttles DescribeParameters early. A page may be empty and not be the last, so
 * all are read.
 */
export class ParameterBatches {
  readonly #asker: Asker;
  #batches: Batch[] = [];
  #count = 0;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  /** The parameters of these names, and perhaps of others: `{ Parameters: [...] }`. */
  ask(region: string, names: readonly string[], signal: AbortSignal): Promise<Asked> {
    this.#batches = this.#batches.filter(({ key }) => this.#asker.isUnderWay(key));
    const batch = this.#find(region, names) ?? this.#open(region);
    for (const name of names) batch.names.add(name);
    return this.#asker.share(batch.key, `ssm ${region}`, signal, (stop) => this.#readAll(batch, stop));
  }

  /** A batch under way that asks for these names, or a batch that is still open and has room for them. */
  #find(region: string, names: readonly string[]): Batch | undefined {
    const ofRegion = this.#batches.filter((batch) => batch.region === region);
    return (
      ofRegion.find((batch) => names.every((name) => batch.names.has(name))) ??
      ofRegion.find((batch) => !batch.isSent && batch.names.size + names.length <= mostNames)
    );
  }

  #open(region: string): Batch {
    this.#count += 1;
    const batch = { key: `parameters ${this.#count}`, region, names: new Set<string>(), isSent: false };
    this.#batches.push(batch);
    return batch;
  }

  async #readAll(batch: Batch, stop: AbortSignal): Promise<Asked> {
    // Whoever asks in this turn of the event loop comes along.
    await turn();
    batch.isSent = true;
    const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: [...batch.names] }];
    const found: unknown[] = [];
    for (let NextToken: string | undefined; ; ) {
      const input = { ParameterFilters, MaxResults: mostNames, ...(NextToken !== undefined && { NextToken }) };
      const page = await this.#asker.send("DescribeParameters", batch.region, input, stop);
      if (page.kind !== "answered" || !Array.isArray(page.answer.Parameters)) return page;
      found.push(...listOf(page.answer.Parameters));
      const next = page.answer.NextToken;
      if (next === undefined) return { ...page, answer: { Parameters: found } };
      // What leads nowhere, or in a circle, is no end: what was not found may be on a page that never came.
      if (textOf(next) === undefined || next === NextToken) return { ...page, answer: {} };
      NextToken = textOf(next);
    }
  }
}
