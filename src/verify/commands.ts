import { membersOf } from "../unknown-value.ts";
import { type Operation, operations, type Service } from "./permissions.ts";
import { ThrownOn } from "./thrown-on.ts";

/** The package that holds a service's commands, and how to load it. */
interface CommandPackage {
  readonly name: string;
  readonly load: () => Promise<object>;
}

/** Optional peers: each is loaded by the first check that needs it. The names stand as literals, so that bundlers find them. */
const packages: Readonly<Record<Service, CommandPackage>> = {
  ecr: { name: "@aws-sdk/client-ecr", load: () => import("@aws-sdk/client-ecr") },
  secretsManager: {
    name: "@aws-sdk/client-secrets-manager",
    load: () => import("@aws-sdk/client-secrets-manager"),
  },
  ssm: { name: "@aws-sdk/client-ssm", load: () => import("@aws-sdk/client-ssm") },
  efs: { name: "@aws-sdk/client-efs", load: () => import("@aws-sdk/client-efs") },
  iam: { name: "@aws-sdk/client-iam", load: () => import("@aws-sdk/client-iam") },
  logs: { name: "@aws-sdk/client-cloudwatch-logs", load: () => import("@aws-sdk/client-cloudwatch-logs") },
  s3: { name: "@aws-sdk/client-s3", load: () => import("@aws-sdk/client-s3") },
  s3files: { name: "@aws-sdk/client-s3files", load: () => import("@aws-sdk/client-s3files") },
  kms: { name: "@aws-sdk/client-kms", load: () => import("@aws-sdk/client-kms") },
};

/** Makes commands of the SDK. */
export type ToCommand = (operation: Operation, input: object) => Promise<Command | { readonly skipped: string }>;

/** A command of the SDK, as far as the checks use it. */
export interface Command {
  readonly middlewareStack: {
    addRelativeTo(middleware: unknown, position: object): void;
  };
}

/** Makes a command of an operation with the installed package, or says which one to install. */
export const toCommand: ToCommand = (operation, input) => commandFrom(packages, operation, input);

/** The same with other packages. */
export async function commandFrom(
  from: Readonly<Record<Service, CommandPackage>>,
  operation: Operation,
  input: object,
): Promise<Command | { readonly skipped: string }> {
  const { name, load } = from[operations[operation].service];
  const loaded = await load().catch((error: unknown) => {
    if (isMissing(error, name)) return undefined;
    throw new ThrownOn(error);
  });
  if (loaded === undefined) return { skipped: `The package ${name} is not installed: npm install ${name}.` };
  const found = membersOf(loaded)[`${operation}Command`];
  if (typeof found !== "function") return { skipped: `The installed ${name} has no ${operation}: update it.` };
  // The cast: every command of the SDK is a class whose constructor takes the operation's input.
  const CommandClass = found as new (input: object) => Command;
  return new CommandClass(input);
}

/** Another module missing inside the package means a broken installation, which is not for us to hide. */
const isMissing = (error: unknown, name: string): boolean => {
  const { code, message } = membersOf(error);
  return code === "ERR_MODULE_NOT_FOUND" && String(message).includes(`'${name}'`);
};
