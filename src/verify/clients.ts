import { membersOf } from "../unknown-value.ts";
import type { Service } from "./permissions.ts";
import { ThrownOn } from "./thrown-on.ts";

/**
 * A client of the AWS SDK, described by its shape: clients of any version fit, even next to another version, and none needs to be installed for
 * types to be checked.
 */
export interface Sender {
  send(command: never, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
  readonly config?: { readonly region?: (() => Promise<string>) | undefined } | undefined;
}

/** A client for its own region, or a function that gives the client of a region. */
export type ForRegion<Client> = Client | ((region: string) => Client);

/** The clients that checks send with, each configured as you like. Checks without a client are skipped. */
export interface VerifyClients {
  /** `ECRClient` of `@aws-sdk/client-ecr`. */
  readonly ecr?: ForRegion<Sender> | undefined;
  /** `SecretsManagerClient` of `@aws-sdk/client-secrets-manager`. */
  readonly secretsManager?: ForRegion<Sender> | undefined;
  /** `SSMClient` of `@aws-sdk/client-ssm`. */
  readonly ssm?: ForRegion<Sender> | undefined;
  /** `EFSClient` of `@aws-sdk/client-efs`. */
  readonly efs?: ForRegion<Sender> | undefined;
  /** `IAMClient` of `@aws-sdk/client-iam`. */
  readonly iam?: ForRegion<Sender> | undefined;
  /** `CloudWatchLogsClient` of `@aws-sdk/client-cloudwatch-logs`. */
  readonly logs?: ForRegion<Sender> | undefined;
  /** `S3Client` of `@aws-sdk/client-s3`. */
  readonly s3?: ForRegion<Sender> | undefined;
  /** `S3FilesClient` of `@aws-sdk/client-s3files`. */
  readonly s3files?: ForRegion<Sender> | undefined;
  /** `KMSClient` of `@aws-sdk/client-kms`. */
  readonly kms?: ForRegion<Sender> | undefined;
}

/** Services that answer for every region. */
const withoutRegion: ReadonlySet<Service> = new Set(["iam", "s3"]);

/** Gives the client for a service in a region, or why there is none. */
export async function toClient(
  clients: VerifyClients,
  service: Service,
  region: string,
): Promise<Sender | { readonly skipped: string }> {
  const given = clients[service];
  if (given === undefined) return { skipped: `No client was given to ask with: set \`clients.${service}\`.` };
  if (typeof given === "function") return fromFunction(given, service, region);
  const own = withoutRegion.has(service) ? region : ((await toRegion(given)) ?? region);
  const advice = `give \`clients.${service}\` as a function of the region.`;
  return own === region ? given : { skipped: `It is in ${region}, and the client is one of ${own}: ${advice}` };
}

function fromFunction(
  toSender: (region: string) => Sender,
  service: Service,
  region: string,
): Sender | { readonly skipped: string } {
  const given = called(toSender, region);
  const isSender = typeof membersOf(given).send === "function";
  return isSender ? given : { skipped: `The function \`clients.${service}\` gave no client for ${region}.` };
}

function called(toSender: (region: string) => Sender, region: string): Sender {
  try {
    return toSender(region);
  } catch (error) {
    throw new ThrownOn(error);
  }
}

/** A client that cannot tell its region complains of that itself when it sends. */
async function toRegion(client: Sender): Promise<string | undefined> {
  const { region } = membersOf(client.config);
  if (typeof region !== "function") return undefined;
  try {
    return String(await region());
  } catch {
    return undefined;
  }
}
