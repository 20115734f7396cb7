import type { EFSVolumeConfiguration } from "@aws-sdk/client-ecs";
import { smallest } from "../inputs.ts";
import { type Input, specify, withContainer } from "./specify.ts";

const withEfs = (efs: Partial<EFSVolumeConfiguration>): Input => ({
  ...withContainer({ mountPoints: [{ sourceVolume: "home", containerPath: "/home" }] }),
  volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0", ...efs } }],
});

specify("rules on volumes", {
  refused: [
    {
      what: "a volume without a name",
      input: { ...smallest, volumes: [{}] },
      message: "Volume.name contains invalid characters.",
    },
    ...["!home", "home!", "h".repeat(256)].map((name) => ({
      what: `a volume named ${name}`,
      input: { ...smallest, volumes: [{ name }] },
      message: "Volume.name contains invalid characters.",
    })),
    {
      what: "a volume of two kinds",
      input: {
        ...withEfs({}),
        volumes: [{ name: "home", host: {}, efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
      },
      message: "Only one volume configuration can be specified for a volume.",
    },
    {
      what: "two volumes with the same name",
      input: { ...withEfs({}), volumes: [{ name: "home" }, { name: "home", host: {} }] },
      message: "Volume names must be unique within a task definition",
    },
    ...["", "  "].map((sourcePath) => ({
      what: `a blank path on the host: "${sourcePath}"`,
      input: { ...withEfs({}), volumes: [{ name: "home", host: { sourcePath } }] },
      message: "host.sourcePath should not be blank.",
    })),
    {
      what: "volumes that no container mounts",
      input: { ...smallest, volumes: [{ name: "home" }, { name: "cache" }] },
      message: "Volumes [home, cache] are not referenced by any of the containers",
    },
    {
      what: "a mount of a volume that does not exist",
      input: withContainer({ mountPoints: [{ sourceVolume: "home", containerPath: "/home" }] }),
      message: "Unknown volume 'home'",
    },
    {
      what: "an EFS volume without a file system",
      input: withEfs({ fileSystemId: undefined }),
      message: "EFSVolumeConfiguration.fileSystemId should not be null or empty.",
    },
    {
      what: "an access point with a root directory",
      input: withEfs({
        rootDirectory: "/data",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: "fsap-0123456789abcdef0" },
      }),
      message: 'When using an EFS access point, the root directory must either be set to "/" or be omitted.',
    },
    {
      what: "IAM authorization without encryption",
      input: withEfs({ authorizationConfig: { iam: "ENABLED" } }),
      message: "EFS IAM authorization requires TransitEncryption to be enabled",
    },
    {
      what: "an access point without encryption",
      input: withEfs({
        transitEncryption: "DISABLED",
        authorizationConfig: { accessPointId: "fsap-0123456789abcdef0" },
      }),
      message: "EFS IAM access point requires TransitEncryption to be enabled.",
    },
    {
      what: "an encryption port without encryption",
      input: withEfs({ transitEncryptionPort: 2999 }),
      message: "TransitEncryptionPort requires that TransitEncryption is enabled",
    },
  ],
  accepted: [
    {
      what: "a path on the host",
      input: { ...withEfs({}), volumes: [{ name: "home", host: { sourcePath: "/home" } }] },
    },
    { what: "a volume on the host without a path", input: { ...withEfs({}), volumes: [{ name: "home", host: {} }] } },
    { what: "a plain EFS volume", input: withEfs({ rootDirectory: "/data" }) },
    {
      what: "an encrypted access point with IAM and a port at the root directory",
      input: withEfs({
        rootDirectory: "/",
        transitEncryption: "ENABLED",
        transitEncryptionPort: 2999,
        authorizationConfig: { accessPointId: "fsap-0123456789abcdef0", iam: "ENABLED" },
      }),
    },
  ],
});
