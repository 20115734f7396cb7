import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EFSClient } from "@aws-sdk/client-efs";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { S3FilesClient } from "@aws-sdk/client-s3files";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { membersOf } from "../../src/unknown-value.ts";
import type { VerifyClients } from "../../src/verify/clients.ts";

/** An answer as it comes over the wire. */
export interface WireAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What gives the answers; never settles for a request without an answer. */
export type Wire = (request: unknown) => Promise<WireAnswer>;

/** Settings of a client whose requests end here. */
export const toConfig = (wire: Wire, region = "us-east-1") => ({
  region,
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
  requestHandler: {
    handle: async (request: unknown) => {
      const { statusCode, headers = {}, body = "" } = await wire(request);
      return { response: { statusCode, headers, reason: "", body: new TextEncoder().encode(body) } };
    },
    metadata: { handlerProtocol: "http/1.1" },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  },
});

/** Real clients of every service in one region. */
export function toClients(wire: Wire, region?: string): VerifyClients {
  const config = toConfig(wire, region);
  return {
    ecr: new ECRClient(config),
    secretsManager: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
    efs: new EFSClient(config),
    iam: new IAMClient(config),
    logs: new CloudWatchLogsClient(config),
    s3: new S3Client(config),
    s3files: new S3FilesClient(config),
    kms: new KMSClient(config),
  };
}

/** The header with which a request names its operation, if its protocol has one. */
export const toTarget = (request: unknown): string =>
  String(membersOf(membersOf(request).headers)["x-amz-target"]).replace(/^.*\./, "");
