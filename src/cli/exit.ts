import { membersOf } from "../unknown-value.ts";

/** What the command line returns to the shell. */
export const exitCodes = { done: 0, failed: 1, notBegun: 2, interrupted: 130 } as const;

/** The command cannot begin. The message says what to do. */
export class CannotBeginError extends Error {
  override readonly name = "CannotBeginError" as const;
}

/** Somebody pressed Ctrl-C, or the output is no longer read. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError" as const;
}

/** The text of an error, and what to do if the error does not say it. */
export function toErrorText(error: unknown): string {
  const { name, message } = membersOf(error);
  const text = typeof message === "string" && message !== "" ? message : String(error);
  const isOurs = error instanceof CannotBeginError || String(name) === "Error";
  const advice = advices.find(({ pattern }) => pattern.test(`${String(name)}: ${text}`))?.advice;
  return `${isOurs || typeof name !== "string" ? "" : `${name}: `}${text}${advice === undefined ? "" : ` ${advice}`}`;
}

const advices: readonly { readonly pattern: RegExp; readonly advice: string }[] = [
  {
    pattern: /^CredentialsProviderError|^TokenProviderError|^UnrecognizedClient|^InvalidSignature|ExpiredToken/,
    advice: "Log in to AWS, for example with `aws sso login`, or choose a profile with --profile.",
  },
  {
    pattern: /Region is missing|Region not accepted/,
    advice: "Set it with --region, AWS_REGION, or `region` in the config.",
  },
  {
    pattern: /^AccessDenied/,
    advice: "`taskdef-cloner policy` prints the permissions that are needed.",
  },
  { pattern: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/, advice: "Check the network, --region and --endpoint." },
];
