import { deepFreeze } from "./fixtures.ts";

/** The least that a cloner takes for a base, and that ECS registers. */
export const smallBase = deepFreeze({
  family: "web",
  containerDefinitions: [
    {
      name: "app",
      image: "nginx:1",
      memory: 512,
      environment: [{ name: "STAGE", value: "dev" }],
      mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
    },
  ],
  volumes: [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-0a1b2c3d4e5f60718" } }],
});

/** A user of the small base. */
export const user = deepFreeze({ userId: "user_2x9", accessPointId: "fsap-0123456789abcdef0" });

/** ARN of a revision of a family. */
export const toArn = (family: string, revision: number): string =>
  `arn:aws:ecs:us-east-1:111122223333:task-definition/${family}:${revision}`;

/** A user's clone from before this library: in the base's own family, with that user's access point, and without a record. */
export function toOldClone(number: number) {
  const accessPointId = `fsap-${number.toString(16).padStart(17, "0")}`;
  return {
    ...smallBase,
    volumes: smallBase.volumes.map((volume) => ({
      ...volume,
      efsVolumeConfiguration: {
        ...volume.efsVolumeConfiguration,
        transitEncryption: "ENABLED" as const,
        authorizationConfig: { accessPointId },
      },
    })),
  };
}
