import { toMessage } from "../printable.ts";
import { membersOf } from "../unknown-value.ts";
import { toErrorText } from "./exit.ts";
import type { Output } from "./output.ts";

/** An error as an object for programs. */
export function toErrorObject(error: unknown): { readonly name: string; readonly message: string } {
  const { name, message } = membersOf(error);
  return { name: typeof name === "string" ? name : "Error", message: toMessage(String(message ?? error)) };
}

/** An error as a line for people. */
export const toErrorLine = (error: unknown): string => toMessage(toErrorText(error));

/** Shows what failed: what it is about, and why. */
export async function showFailure(output: Output, members: object, about: string, error: unknown): Promise<void> {
  const text = () => output.colors.red(`✗ ${about}: ${toErrorLine(error)}`);
  await output.result("failure", { ...members, error: toErrorObject(error) }, text);
}

/** `family:revision` of an ARN, for people. */
export const toShort = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
