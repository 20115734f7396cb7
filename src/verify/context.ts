import type { Asked, Try } from "./ask.ts";
import type { Operation } from "./permissions.ts";
import type { VerifySettings } from "./verify-options.ts";

/** What a check is run with. The same question is asked once in a run. */
export interface Context {
  readonly settings: VerifySettings;
  readonly signal: AbortSignal;
  /** Platforms by the digest of the configuration that says them: what a digest stands for never changes. */
  readonly platforms: Map<string, { readonly os: string; readonly architecture: string }>;
  /** Asks AWS. */
  ask(operation: Operation, region: string, input: object): Promise<Asked>;
  /** Asks for the parameters of these names, together with others. */
  askForParameters(region: string, names: readonly string[]): Promise<Asked>;
  /** Asks something else. @param line those on one line wait for each other when there are too many. */
  share(key: string, line: string, run: Try): Promise<Asked>;
}
