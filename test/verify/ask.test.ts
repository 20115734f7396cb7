import { describe, expect, it } from "vitest";
import { Asker } from "../../src/verify/ask.ts";
import { StubAws } from "./stub-aws.ts";

const { signal } = new AbortController();
const settings = { requestTimeoutMs: 1000, concurrency: 1 };

describe("Asker", () => {
  it("says what to install, and asks nothing", async () => {
    const aws = new StubAws();
    const toCommand = async () => ({ skipped: "Install it." });
    const asker = new Asker({ ...settings, clients: aws.clients, toCommand });
    const asked = await asker.aws("GetRole", "us-east-1", {}, signal);
    expect(asked).toStrictEqual({ kind: "skipped", reason: "Install it." });
    expect(aws.calls).toStrictEqual([]);
  });

  it("throws on that a function of the caller's threw, to everybody who waits", async () => {
    const bug = new Error("a bug");
    const { ThrownOn } = await import("../../src/verify/thrown-on.ts");
    const asker = new Asker({ ...settings, clients: {}, toCommand: () => Promise.reject(new ThrownOn(bug)) });
    const run = () => Promise.reject(new ThrownOn(bug));
    const both = [asker.share("k", "l", signal, run), asker.share("k", "l", signal, run)];
    expect(await Promise.allSettled(both)).toStrictEqual([
      { status: "rejected", reason: bug },
      { status: "rejected", reason: bug },
    ]);
    expect(asker.isUnderWay("k")).toBe(false);
  });

  it("asks nothing for a signal that has aborted", async () => {
    const aws = new StubAws();
    const asker = new Asker({ ...settings, clients: aws.clients, toCommand: async () => ({ skipped: "" }) });
    await expect(asker.aws("GetRole", "us-east-1", {}, AbortSignal.abort(new Error("enough")))).rejects.toThrow(
      "enough",
    );
  });
});
