import { FakeAws, type FakeAwsOptions, systemClock } from "../../src/testing/index.ts";
import type { UserSpec } from "../../src/user/user.ts";

/** An account that holds what the clones of the typical base refer to, for these users. */
export function toTypicalAccount(users: readonly UserSpec[], options: FakeAwsOptions = {}): FakeAws {
  const aws = new FakeAws({ clock: systemClock, ...options });
  aws.image({ repository: "openclaw", tag: "2026.9.3", platforms: ["linux/arm64"] });
  aws.fileSystem({ id: "fs-0a1b2c3d4e5f60718" });
  for (const name of ["isol8-dev-openclaw-task", "isol8-dev-openclaw-execution"]) aws.role({ name });
  aws.logGroup({ name: "/ecs/isol8-dev-openclaw" });
  aws.parameter({ name: "/isol8/dev/telemetry-key" });
  for (const name of ["gateway-Ab12Cd", "openai-placeholder-Ef34Gh", "openai-sidecar-Ij56Kl"]) {
    aws.secret({ name: `isol8/dev/${name.slice(0, -7)}`, suffix: name.slice(-6) });
  }
  for (const { userId, accessPointId } of users) {
    aws.accessPoint({ id: String(accessPointId), fileSystemId: "fs-0a1b2c3d4e5f60718" });
    aws.secret({ name: `user-keys/${userId}`, suffix: "AbCdEf" });
  }
  return aws;
}
