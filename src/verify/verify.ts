import { InvalidInputError } from "../errors.ts";
import type { ClonePlan } from "../plan/clone-plan.ts";
import type { RegisterInput } from "../task-definition.ts";
import { toPlace } from "../task-definition-arn.ts";
import { membersOf } from "../unknown-value.ts";
import { Asker } from "./ask.ts";
import type { Place, Verification, Verifier } from "./check.ts";
import { toCommand } from "./commands.ts";
import { ParameterBatches } from "./parameter-batches.ts";
import { textOf } from "./read-member.ts";
import { runAll, type Shared } from "./run.ts";
import { toChecks } from "./to-checks.ts";
import { parseVerifyOptions, type VerifyOptions } from "./verify-options.ts";

/** A definition, and where its tasks are to run. */
export interface VerifyInput extends Place {
  /** What RegisterTaskDefinition would get. */
  readonly input: RegisterInput;
}

/**
 * Makes a verifier, for the cloner's option `verify` or for many definitions: requests under way are shared between its calls, answers are not kept.
 *
 * @throws {@link InvalidInputError} when an option is wrong or unknown.
 */
export function createVerifier(options: VerifyOptions): Verifier {
  const settings = parseVerifyOptions(options);
  const { clients, requestTimeoutMs, concurrency, simulate, keys } = settings;
  const asker = new Asker({ clients, toCommand, requestTimeoutMs, concurrency });
  const shared: Shared = { settings, asker, batches: new ParameterBatches(asker), platforms: new Map() };
  return {
    toChecks: (input, where) => toChecks(input, where, { simulate, keys }),
    run: (checks, { signal } = {}) => runAll(shared, checks, signal),
  };
}

/** Options for {@link verify}. */
export interface VerifyCallOptions extends VerifyOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds out whether what a plan or a definition refers to is there: images, secrets, parameters, access points, file systems, roles, log groups and
 * files. It reads no secret's value, and changes nothing.
 *
 * @throws {@link InvalidInputError} when the plan has lost its input on the way, or an option is wrong or unknown.
 * @throws what a function among the options threw, and the signal's reason.
 */
export async function verify(what: ClonePlan | VerifyInput, options: VerifyCallOptions): Promise<Verification> {
  const { signal, ...rest } = options;
  const verifier = createVerifier(rest);
  const { input, ...where } = toVerifyInput(what);
  return await verifier.run(verifier.toChecks(input, where), { signal });
}

function toVerifyInput(what: ClonePlan | VerifyInput): VerifyInput {
  const { input } = what;
  if (typeof input !== "object" || input === null) {
    throw new InvalidInputError(
      "Invalid input for verify: it has no `input`. A plan that was printed, copied or sent has lost it, since it holds values of environment " +
        "variables: pass the plan itself, or { input, region, accountId }.",
    );
  }
  const { region, accountId, baseArn } = membersOf(what);
  const base = toPlace(String(baseArn));
  const place = { region: textOf(region) ?? base?.region, accountId: textOf(accountId) ?? base?.accountId };
  if (place.region === undefined || place.accountId === undefined) {
    throw new InvalidInputError("Invalid input for verify: expected a plan, or { input, region, accountId }.");
  }
  return { input, region: place.region, accountId: place.accountId };
}
