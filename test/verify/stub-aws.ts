import type { RegisterInput } from "../../src/task-definition.ts";
import { membersOf } from "../../src/unknown-value.ts";
import type { CheckKind, CheckResult } from "../../src/verify/check.ts";
import type { Sender, VerifyClients } from "../../src/verify/clients.ts";
import { type Operation, operations, type Service } from "../../src/verify/permissions.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import type { VerifyOptions } from "../../src/verify/verify-options.ts";

type Input = Readonly<Record<string, unknown>>;

/** What an operation resolves with, or rejects with if it is an error, or what gives it. */
type StubAnswer = object | ((input: Input, signal: AbortSignal | undefined) => unknown);

export type StubAnswers = Readonly<Partial<Record<Operation, StubAnswer>>>;

/** A call that the stub received. */
export interface StubCall {
  readonly operation: string;
  readonly region: string;
  readonly input: Input;
}

/** Clients that answer what they are told to, and note what they were asked. */
export class StubAws {
  readonly calls: StubCall[] = [];
  readonly clients: VerifyClients;
  answers: StubAnswers;

  constructor(answers: StubAnswers = {}) {
    this.answers = answers;
    const toSender = (region: string): Sender => ({
      send: (command, options) => this.#send(region, command, options?.abortSignal),
    });
    const services = Object.values(operations).map(({ service }): [Service, typeof toSender] => [service, toSender]);
    this.clients = Object.fromEntries(services);
  }

  async #send(region: string, command: object, signal: AbortSignal | undefined): Promise<unknown> {
    const operation = command.constructor.name.replace(/Command$/, "");
    const { input } = membersOf(command);
    this.calls.push({ operation, region, input: membersOf(input) });
    const answer = Object.entries(this.answers).find(([name]) => name === operation)?.[1];
    const told: unknown = typeof answer === "function" ? await answer(membersOf(input), signal) : answer;
    if (told instanceof Error) throw told;
    return told;
  }
}

/** An error as an SDK throws it. */
export const sdkError = (name: string, message = name, httpStatusCode = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: "r-1" } });

export const place = { region: "us-east-1", accountId: "111122223333" };

/** Checks a definition, and gives the results of one kind. */
export async function resultsOf(
  kind: CheckKind,
  input: object,
  aws: StubAws,
  options: Partial<VerifyOptions> = {},
): Promise<readonly CheckResult[]> {
  const verifier = createVerifier({ clients: aws.clients, ...options });
  // The cast: a definition with only what matters.
  const checks = verifier.toChecks(input as RegisterInput, place).filter((check) => check.kind === kind);
  return (await verifier.run(checks)).results;
}

/** The only result of a kind, without its check. */
export async function outcomeOf(
  kind: CheckKind,
  input: object,
  answers: StubAnswers,
  options: Partial<VerifyOptions> = {},
): Promise<Omit<CheckResult, "check">> {
  const [only, ...others] = await resultsOf(kind, input, new StubAws(answers), options);
  if (only === undefined || others.length > 0) throw new Error(`expected one check of the kind ${kind}`);
  const { check: _, ...outcome } = only;
  return outcome;
}
