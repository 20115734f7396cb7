import { ECSClient } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { refuseOtherAccount } from "../../src/cli/aws.ts";

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

  it("says what to install if nobody can say whose credentials these are", async () => {
    const missing = () => Promise.reject(new Error("ERR_MODULE_NOT_FOUND"));

    await expect(refuseOtherAccount(newClient(), "111122223333", missing)).rejects.toThrow(
      "Install @aws-sdk/client-sts",
    );
  });
});
