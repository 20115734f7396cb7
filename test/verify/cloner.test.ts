import { describe, expect, it } from "vitest";
import type { VerifiedEvent } from "../../src/events.ts";
import { permissions } from "../../src/verify/permissions.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import { baseInput, toUser } from "../cast.ts";
import { newWorld, rejectionOf } from "../world.ts";
import { toFakeClients } from "./fake-world.ts";
import { toTypicalAccount } from "./typical-account.ts";

const user = toUser(1);

/** A cloner that verifies against an account which holds all that the user's clone refers to. */
function prepare() {
  const aws = toTypicalAccount([user]);
  const verify = createVerifier({ clients: toFakeClients(aws) });
  const world = newWorld({}, { verify });
  const verified = (): readonly VerifiedEvent[] =>
    world.events.flatMap((event) => (event.type === "verified" ? [event] : []));
  return { ...world, aws, verified };
}

/** What the verifier sent, as actions. */
const actionsOf = ({ aws }: ReturnType<typeof prepare>) =>
  new Set(aws.calls.map(({ operation }) => operation.replace("ListObjectsV2", "ListBucket")));

const allowed = permissions.map(({ action }) => action);

describe("a cloner that verifies with createVerifier", () => {
  it("registers a clone of which everything is there, with the permissions of the table alone", async () => {
    const prepared = prepare();
    expect(await prepared.cloner.clone(user)).toMatchObject({ warnings: [] });
    expect(prepared.verified()).toMatchObject([{ failed: 0, unknown: 0, findings: [] }]);
    for (const action of actionsOf(prepared)) expect(allowed).toContain(action);
  });

  it("registers nothing for a user whose access point or secret is missing, and shows no environment value", async () => {
    const prepared = prepare();
    const { cloner, active, events } = prepared;
    const error = await rejectionOf(cloner.clone({ ...toUser(2), environment: { PASSWORD: "hunter2" } }));
    expect(error).toMatchObject({ name: "FailedVerificationError" });
    const [event] = prepared.verified();
    const failed = event?.findings.filter(({ status }) => status === "failed").map(({ kind }) => kind);
    expect(failed).toStrictEqual(["secret", "access-point"]);
    expect(active()).toStrictEqual([]);
    expect(JSON.stringify([error, String(error), events])).not.toContain("hunter2");
  });

  it("refuses an access point of another file system, which may be another tenant's", async () => {
    const { aws, cloner, active } = prepare();
    aws.fileSystem({ id: "fs-99999999" });
    aws.accessPoint({ id: "fsap-99999999", fileSystemId: "fs-99999999" });
    const error = await rejectionOf(cloner.clone({ ...user, accessPointId: "fsap-99999999" }));
    expect(error).toMatchObject({ message: expect.stringContaining("access-point fsap-99999999") });
    expect(active()).toStrictEqual([]);
  });

  it.each([
    "ecr:BatchGetImage",
    "secretsmanager:DescribeSecret",
    "ssm:DescribeParameters",
    "elasticfilesystem:DescribeAccessPoints",
    "elasticfilesystem:DescribeFileSystems",
    "iam:GetRole",
    "logs:DescribeLogGroups",
  ])("registers without %s, and says which permission is missing", async (action) => {
    const { aws, cloner, verified } = prepare();
    aws.deny(action);
    const { warnings } = await cloner.clone(user);
    expect(warnings[0]).toContain(`Allow the checker ${action} on `);
    const lacking = verified().flatMap(({ findings }) => findings.flatMap(({ permission }) => permission ?? []));
    expect(new Set(lacking.map((permission) => permission.split(" ")[0]))).toStrictEqual(new Set([action]));
  });

  it("keeps everybody from a base whose image was never pushed, until it is", async () => {
    const { aws, ecs, cloner, active } = prepare();
    const { arn } = await cloner.clone(user);
    const [openclaw, ...others] = baseInput.containerDefinitions ?? [];
    const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:next";
    ecs.register({ ...baseInput, containerDefinitions: [{ ...openclaw, image }, ...others] });
    const error = await rejectionOf(cloner.reclone(arn));
    expect(error).toMatchObject({
      message: expect.stringContaining(`image ${image} in containerDefinitions[openclaw].image: `),
    });
    expect(active()).toStrictEqual([arn]);
    aws.image({ repository: "openclaw", tag: "next", platforms: ["linux/arm64"] });
    expect(await cloner.reclone(arn)).toMatchObject({ revision: 2, warnings: [] });
  });
});
