import { describe, expect, it } from "vitest";
import { type Sender, toClient } from "../../src/verify/clients.ts";
import { commandFrom, toCommand } from "../../src/verify/commands.ts";
import { type Operation, operations, type Service } from "../../src/verify/permissions.ts";
import { ThrownOn } from "../../src/verify/thrown-on.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import { place } from "./stub-aws.ts";

const sender = (region?: () => Promise<string>): Sender => ({ send: async () => ({}), config: { region } });
const inUsEast = sender(async () => "us-east-1");

describe("toClient", () => {
  it("takes a client for its own region only", async () => {
    expect(await toClient({ ecr: inUsEast }, "ecr", "us-east-1")).toBe(inUsEast);
    expect(await toClient({ ecr: inUsEast }, "ecr", "eu-west-1")).toStrictEqual({
      skipped:
        "It is in eu-west-1, and the client is one of us-east-1: give `clients.ecr` as a function of the region.",
    });
  });

  it("takes a function for every region", async () => {
    const regions: string[] = [];
    const ecr = (region: string): Sender => {
      regions.push(region);
      return inUsEast;
    };
    expect(await toClient({ ecr }, "ecr", "eu-west-1")).toBe(inUsEast);
    expect(regions).toStrictEqual(["eu-west-1"]);
  });

  it("says that a function gave no client", async () => {
    // @ts-expect-error: a function that gives none
    expect(await toClient({ ecr: () => undefined }, "ecr", "eu-west-1")).toStrictEqual({
      skipped: "The function `clients.ecr` gave no client for eu-west-1.",
    });
  });

  it("does not mind the region of what answers for all of them, or of a client that cannot tell", async () => {
    expect(await toClient({ iam: inUsEast }, "iam", "eu-west-1")).toBe(inUsEast);
    expect(await toClient({ s3: inUsEast }, "s3", "eu-west-1")).toBe(inUsEast);
    const failing = sender(() => Promise.reject(new Error("Region is missing")));
    expect(await toClient({ ecr: failing }, "ecr", "eu-west-1")).toBe(failing);
    const silent = sender();
    expect(await toClient({ ecr: silent }, "ecr", "eu-west-1")).toBe(silent);
  });

  it("says which client is missing", async () => {
    expect(await toClient({}, "secretsManager", "eu-west-1")).toStrictEqual({
      skipped: "No client was given to ask with: set `clients.secretsManager`.",
    });
  });

  it("throws on what the caller's function throws", async () => {
    const bug = new TypeError("a bug");
    const logs = () => {
      throw bug;
    };
    const verifier = createVerifier({ clients: { logs } });
    const options = { "awslogs-group": "a" };
    const logConfiguration = { logDriver: "awslogs" as const, options };
    const checks = verifier.toChecks({ family: "web", containerDefinitions: [{ logConfiguration }] }, place);
    await expect(verifier.run(checks)).rejects.toBe(bug);
  });
});

describe("toCommand", () => {
  it.each(Object.keys(operations))("makes %s with the installed package", async (name) => {
    // The cast: the keys of the table.
    const command = await toCommand(name as Operation, { name: "x" });
    expect(command.constructor.name).toBe(`${name}Command`);
  });
});

describe("commandFrom", () => {
  const from = (load: () => Promise<object>) => {
    const one = { name: "@aws-sdk/client-x", load };
    const services: Record<Service, typeof one> = {
      ecr: one,
      secretsManager: one,
      ssm: one,
      efs: one,
      iam: one,
      logs: one,
      s3: one,
      s3files: one,
      kms: one,
    };
    return commandFrom(services, "GetRole", {});
  };
  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find package '${name}' imported from /app/index.js`), {
      code: "ERR_MODULE_NOT_FOUND",
    });

  it("says which package to install", async () => {
    expect(await from(() => Promise.reject(missing("@aws-sdk/client-x")))).toStrictEqual({
      skipped: "The package @aws-sdk/client-x is not installed: npm install @aws-sdk/client-x.",
    });
  });

  it("says which package to update", async () => {
    expect(await from(async () => ({}))).toStrictEqual({
      skipped: "The installed @aws-sdk/client-x has no GetRole: update it.",
    });
  });

  it("throws on that a package is broken", async () => {
    const broken = missing("@smithy/core");
    await expect(from(() => Promise.reject(broken))).rejects.toThrow(ThrownOn);
    await expect(from(() => Promise.reject(new SyntaxError("broken")))).rejects.toMatchObject({
      thrown: expect.any(SyntaxError),
    });
  });
});
