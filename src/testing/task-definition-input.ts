import { z } from "zod";
import { tagList } from "./tags.ts";
import { boolean, filledInList, list, number, text } from "./wire.ts";

const containerDefinition = z.looseObject({
  name: text,
  image: text,
  cpu: number,
  memory: number,
  memoryReservation: number,
  essential: boolean,
  repositoryCredentials: z.looseObject({}).nullish(),
  links: list(z.string()),
  hostname: text,
  extraHosts: list(z.unknown()),
  portMappings: filledInList(
    z.looseObject({ containerPort: number, containerPortRange: text, hostPort: number, protocol: text }),
  ),
  environment: filledInList(z.looseObject({ name: text, value: text })),
  environmentFiles: list(z.unknown()),
  secrets: list(z.looseObject({ name: text, valueFrom: text })),
  mountPoints: filledInList(z.looseObject({ sourceVolume: text })),
  volumesFrom: filledInList(z.looseObject({ sourceContainer: text })),
  systemControls: filledInList(z.unknown()),
  dependsOn: list(z.looseObject({ containerName: text, condition: text })),
  stopTimeout: number,
  credentialSpecs: list(z.unknown()),
  healthCheck: z.looseObject({ interval: number, retries: number, timeout: number }).nullish(),
  logConfiguration: z.looseObject({ logDriver: text }).nullish(),
});

const volume = z.looseObject({
  name: text,
  host: z.looseObject({ sourcePath: text }).nullish(),
  dockerVolumeConfiguration: z.looseObject({}).nullish(),
  efsVolumeConfiguration: z
    .looseObject({
      fileSystemId: text,
      rootDirectory: text,
      transitEncryption: text,
      transitEncryptionPort: number,
      authorizationConfig: z.looseObject({ accessPointId: text, iam: text }).nullish(),
    })
    .nullish(),
  s3filesVolumeConfiguration: z
    .looseObject({ fileSystemArn: text, rootDirectory: text, accessPointArn: text })
    .nullish(),
  fsxWindowsFileServerVolumeConfiguration: z.looseObject({}).nullish(),
});

/** The fields of a register input that the fake ECS looks at. */
export const taskDefinitionInput = z.looseObject({
  family: text,
  containerDefinitions: filledInList(containerDefinition),
  volumes: filledInList(volume),
  taskRoleArn: text,
  executionRoleArn: text,
  networkMode: text,
  pidMode: text,
  placementConstraints: filledInList(z.unknown()),
  requiresCompatibilities: list(z.string()),
  cpu: text,
  memory: text,
  tags: tagList,
  inferenceAccelerators: list(z.unknown()),
  ephemeralStorage: z.looseObject({ sizeInGiB: number }).nullish(),
  runtimePlatform: z.looseObject({ operatingSystemFamily: text }).nullish(),
});

export type TaskDefinitionInput = z.output<typeof taskDefinitionInput>;
export type ContainerInput = z.output<typeof containerDefinition>;
export type VolumeInput = z.output<typeof volume>;
