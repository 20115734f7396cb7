import { ECSClient } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { ifInstalled, newVerifyClients, refuseOtherAccount } from "../../src/cli/aws.ts";

const newClient = (accountId?: string) =>
  new ECSClient({
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake", ...(accountId && { accountId }) },
  });

describe("refuseOtherAccount", () => {
  it("passes credentials of the account, and needs no other package for that", async () => {
    const refuse = () => Promise.reject(new Error("asked"));

    await expect(refuseOtherAccount(newClient("111122223333"), "111122223333", refuse)).resolves.toBeUndefined();
  });

  it("says what to install if it is unknown whose credentials these are", async () => {
    const missing = () => Promise.reject(new Error("ERR_MODULE_NOT_FOUND"));

    await expect(refuseOtherAccount(newClient(), "111122223333", missing)).rejects.toThrow(
      "Install @aws-sdk/client-sts",
    );
  });
});

describe("newVerifyClients", () => {
  it("makes one client for each service and region", async () => {
    const clients = await newVerifyClients(newClient());

    for (const forRegion of Object.values(clients)) {
      if (typeof forRegion !== "function") throw new Error("expected a function of the region");
      const client = forRegion("eu-west-1");
      expect(await client.config?.region?.()).toBe("eu-west-1");
      expect(forRegion("eu-west-1")).toBe(client);
    }
  });

  it("goes on without a package that is not installed", async () => {
    expect(await ifInstalled(Promise.reject(new Error("ERR_MODULE_NOT_FOUND")))).toBeUndefined();
    expect(await ifInstalled(Promise.resolve("module"))).toBe("module");
  });

  it("has a stand-in for a package that is not installed", async () => {
    const { ecr } = await newVerifyClients(newClient(), async () => undefined);

    if (typeof ecr !== "function") throw new Error("expected a function of the region");
    // The cast: a stand-in takes no command at all.
    await expect(ecr("eu-west-1").send({} as never)).rejects.toThrow("The package of this client is not installed.");
  });
});
