import { readdirSync, readFileSync } from "node:fs";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { EFSClient } from "@aws-sdk/client-efs";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import type { S3FilesClient } from "@aws-sdk/client-s3files";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Check, CheckResult, Sender, Verification, Verifier, VerifyClients } from "../../src/verify/index.ts";
import * as library from "../../src/verify/index.ts";

describe("the entry taskdef-cloner/verify", () => {
  it("exports what is public, and nothing else", () => {
    expect(Object.keys(library).sort()).toStrictEqual([
      "checkKinds",
      "createVerifier",
      "findSharedAccessPoints",
      "permissions",
      "renderVerification",
      "toChecks",
      "verify",
    ]);
  });

  it("loads an optional package only when a check needs it, and names none in its types", () => {
    const folder = new URL("../../src/verify/", import.meta.url);
    const files = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(30);
    const naming = files.filter((name) => /from "@aws-sdk\//.test(readFileSync(new URL(name, folder), "utf8")));
    expect(naming).toStrictEqual([]);
  });
});

describe("VerifyClients", () => {
  it("takes the clients of the SDK, and functions of a region that give them", () => {
    expectTypeOf<ECRClient>().toExtend<Sender>();
    expectTypeOf<SecretsManagerClient>().toExtend<Sender>();
    expectTypeOf<SSMClient>().toExtend<Sender>();
    expectTypeOf<EFSClient>().toExtend<Sender>();
    expectTypeOf<IAMClient>().toExtend<Sender>();
    expectTypeOf<CloudWatchLogsClient>().toExtend<Sender>();
    expectTypeOf<S3Client>().toExtend<Sender>();
    expectTypeOf<S3FilesClient>().toExtend<Sender>();
    expectTypeOf<KMSClient>().toExtend<Sender>();
    expectTypeOf<{ ecr: (region: string) => ECRClient }>().toExtend<VerifyClients>();
    expectTypeOf<{ ecr: { region: string } }>().not.toExtend<VerifyClients>();
  });
});

describe("Verifier", () => {
  it("turns a definition into checks, and checks into results", () => {
    expectTypeOf<Verifier["toChecks"]>().returns.toEqualTypeOf<readonly Check[]>();
    expectTypeOf<Verifier["run"]>().returns.resolves.toEqualTypeOf<Verification>();
    expectTypeOf<Verification["results"]>().toEqualTypeOf<readonly CheckResult[]>();
    expectTypeOf<CheckResult["status"]>().toEqualTypeOf<"ok" | "failed" | "unknown" | "skipped">();
  });
});
