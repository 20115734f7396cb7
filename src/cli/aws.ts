import type { ECSClient } from "@aws-sdk/client-ecs";
import { membersOf } from "../unknown-value.ts";
import type { VerifyClients } from "../verify/clients.ts";
import { CannotBeginError } from "./exit.ts";
import type { Output } from "./output.ts";
import type { ClientSettings } from "./session.ts";

const present = (settings: ClientSettings): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/** Makes the client for ECS, and shows how much it has listed and read. */
export async function newClient(settings: ClientSettings, output: Output): Promise<ECSClient> {
  const { ECSClient } = await import("@aws-sdk/client-ecs");
  const client = new ECSClient(present(settings));
  let listed = 0;
  let described = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const arns = membersOf(result.output).taskDefinitionArns;
      if (Array.isArray(arns)) listed += arns.length;
      if (context.commandName === "DescribeTaskDefinitionCommand") described += 1;
      output.reading(() => `${listed} revisions listed, ${described} read`);
      return result;
    },
    { step: "initialize", name: "taskdefClonerProgress" },
  );
  return client;
}

type LoadSts = () => Promise<typeof import("@aws-sdk/client-sts")>;

/**
 * Refuses credentials of another account.
 *
 * @throws {@link CannotBeginError} if they are, or if it is unknown whose they are.
 */
export async function refuseOtherAccount(
  { config }: ECSClient,
  account: string,
  loadSts: LoadSts = () => import("@aws-sdk/client-sts"),
): Promise<void> {
  const credentials = await config.credentials();
  const actual = credentials.accountId ?? (await askForAccount(config, loadSts));
  requireSame(actual, account);
}

function requireSame(actual: string, account: string): void {
  if (actual === account) return;
  throw new CannotBeginError(
    `The credentials are of account ${actual}, and the config says ${account}. Choose another profile, or another --env.`,
  );
}

async function askForAccount({ region, credentials }: ECSClient["config"], loadSts: LoadSts): Promise<string> {
  const sts = await loadSts().catch(() => {
    throw new CannotBeginError(
      "The config names an account, and the credentials do not say which one they are of. Install @aws-sdk/client-sts, so that AWS can be asked.",
    );
  });
  const client = new sts.STSClient({ region, credentials });
  const { Account } = await client.send(new sts.GetCallerIdentityCommand({}));
  return String(Account);
}

/** Gives a module, or nothing if it is not installed. */
type IfInstalled = <Module>(module: Promise<Module>) => Promise<Module | undefined>;

/** What {@link IfInstalled} does for real. */
export const ifInstalled: IfInstalled = (module) => module.catch(() => undefined);

/** Makes the clients that checks ask. A package that is not installed gets a stand-in: the checks say what to install. */
export async function newVerifyClients({ config }: ECSClient, find = ifInstalled): Promise<Required<VerifyClients>> {
  const { credentials } = config;
  const load = async <Module, Client>(
    module: Promise<Module>,
    make: (loaded: Module, region: string) => Client,
  ): Promise<(region: string) => Client | Missing> => {
    const loaded = await find(module);
    const clients = new Map<string, Client | Missing>();
    return (region) => {
      const client = clients.get(region) ?? (loaded === undefined ? missing : make(loaded, region));
      clients.set(region, client);
      return client;
    };
  };
  return {
    ecr: await load(import("@aws-sdk/client-ecr"), (sdk, region) => new sdk.ECRClient({ region, credentials })),
    secretsManager: await load(
      import("@aws-sdk/client-secrets-manager"),
      (sdk, region) => new sdk.SecretsManagerClient({ region, credentials }),
    ),
    ssm: await load(import("@aws-sdk/client-ssm"), (sdk, region) => new sdk.SSMClient({ region, credentials })),
    efs: await load(import("@aws-sdk/client-efs"), (sdk, region) => new sdk.EFSClient({ region, credentials })),
    iam: await load(import("@aws-sdk/client-iam"), (sdk, region) => new sdk.IAMClient({ region, credentials })),
    logs: await load(
      import("@aws-sdk/client-cloudwatch-logs"),
      (sdk, region) => new sdk.CloudWatchLogsClient({ region, credentials }),
    ),
    s3: await load(
      import("@aws-sdk/client-s3"),
      (sdk, region) => new sdk.S3Client({ region, credentials, followRegionRedirects: true }),
    ),
    s3files: await load(
      import("@aws-sdk/client-s3files"),
      (sdk, region) => new sdk.S3FilesClient({ region, credentials }),
    ),
    kms: await load(import("@aws-sdk/client-kms"), (sdk, region) => new sdk.KMSClient({ region, credentials })),
  };
}

interface Missing {
  send(): Promise<never>;
}

/** Never asked: the commands are of the same package, and missing too. */
const missing: Missing = { send: () => Promise.reject(new Error("The package of this client is not installed.")) };
