import {
  ApplicationProtocol,
  Compatibility,
  ContainerCondition,
  type ContainerDefinition,
  CPUArchitecture,
  DeviceCgroupPermission,
  EFSAuthorizationConfigIAM,
  EFSTransitEncryption,
  type EFSVolumeConfiguration,
  EnvironmentFileType,
  FirelensConfigurationType,
  type HealthCheck,
  IpcMode,
  type LinuxParameters,
  NetworkMode,
  OSFamily,
  PidMode,
  type PortMapping,
  ProxyConfigurationType,
  type RegisterTaskDefinitionCommandInput,
  ResourceType,
  type S3FilesVolumeConfiguration,
  Scope,
  TaskDefinitionPlacementConstraintType,
  TransportProtocol,
  UlimitName,
  VersionConsistency,
  type Volume,
} from "@aws-sdk/client-ecs";
import * as z from "zod";
import { tagList } from "./tags.ts";
import {
  boolean,
  filledInList,
  list,
  type MembersOf,
  number,
  oneOf,
  text,
  texts,
  unreadList,
  withRequired,
} from "./wire.ts";

const nameAndValue = z.looseObject({ name: text, value: text });

const secret = { name: text, valueFrom: text };

const portMapping = z.looseObject({
  containerPort: number,
  containerPortRange: text,
  hostPort: number,
  protocol: oneOf("protocol", Object.values(TransportProtocol)).nullish(),
  name: text,
  appProtocol: oneOf("appProtocol", Object.values(ApplicationProtocol)).nullish(),
} satisfies MembersOf<PortMapping>);

const healthCheck = withRequired("HealthCheck", ["command"], {
  command: list(z.string()),
  interval: number,
  timeout: number,
  retries: number,
  startPeriod: number,
} satisfies MembersOf<HealthCheck>);

const linuxParameters = z.looseObject({
  capabilities: z.looseObject({ add: list(z.string()), drop: list(z.string()) }).nullish(),
  devices: unreadList(
    withRequired("Device", ["hostPath"], {
      hostPath: text,
      containerPath: text,
      permissions: list(oneOf("Device.permissions", Object.values(DeviceCgroupPermission))),
    }),
  ),
  initProcessEnabled: boolean,
  sharedMemorySize: number,
  tmpfs: unreadList(
    withRequired("Tmpfs", ["containerPath", "size"], {
      containerPath: text,
      size: number,
      mountOptions: unreadList(z.string()),
    }),
  ),
  maxSwap: number,
  swappiness: number,
} satisfies MembersOf<LinuxParameters>);

const containerDefinition = z.looseObject({
  name: text,
  image: text,
  repositoryCredentials: withRequired("RepositoryCredentials", ["credentialsParameter"], {
    credentialsParameter: text,
  }).nullish(),
  cpu: number,
  memory: number,
  memoryReservation: number,
  links: list(z.string()),
  portMappings: filledInList(portMapping),
  essential: boolean,
  restartPolicy: withRequired("ContainerRestartPolicy", ["enabled"], {
    enabled: boolean,
    ignoredExitCodes: unreadList(z.number()),
    restartAttemptPeriod: number,
  }).nullish(),
  entryPoint: unreadList(z.string()),
  command: unreadList(z.string()),
  environment: filledInList(nameAndValue),
  environmentFiles: unreadList(
    withRequired("EnvironmentFile", ["value", "type"], {
      value: text,
      type: oneOf("EnvironmentFile.type", Object.values(EnvironmentFileType)).nullish(),
    }),
  ),
  mountPoints: filledInList(z.looseObject({ sourceVolume: text, containerPath: text, readOnly: boolean })),
  volumesFrom: filledInList(z.looseObject({ sourceContainer: text, readOnly: boolean })),
  linuxParameters: linuxParameters.nullish(),
  // That `valueFrom` is given is among the rules on variables.
  secrets: list(withRequired("Secret", ["name"], secret)),
  dependsOn: list(
    withRequired("ContainerDependency", ["containerName", "condition"], {
      containerName: text,
      condition: oneOf("ContainerDependency.condition", Object.values(ContainerCondition)).nullish(),
    }),
  ),
  startTimeout: number,
  stopTimeout: number,
  versionConsistency: oneOf("versionConsistency", Object.values(VersionConsistency)).nullish(),
  hostname: text,
  user: text,
  workingDirectory: text,
  disableNetworking: boolean,
  privileged: boolean,
  readonlyRootFilesystem: boolean,
  dnsServers: unreadList(z.string()),
  dnsSearchDomains: unreadList(z.string()),
  extraHosts: unreadList(withRequired("HostEntry", ["hostname", "ipAddress"], { hostname: text, ipAddress: text })),
  dockerSecurityOptions: unreadList(z.string()),
  interactive: boolean,
  pseudoTerminal: boolean,
  dockerLabels: texts,
  ulimits: unreadList(
    withRequired("Ulimit", ["name", "softLimit", "hardLimit"], {
      name: oneOf("Ulimit.name", Object.values(UlimitName)).nullish(),
      softLimit: number,
      hardLimit: number,
    }),
  ),
  // Which log drivers there are depends on where the task runs: a rule of its own.
  logConfiguration: withRequired("LogConfiguration", ["logDriver"], {
    logDriver: text,
    options: texts,
    secretOptions: unreadList(withRequired("Secret", ["name", "valueFrom"], secret)),
  }).nullish(),
  healthCheck: healthCheck.nullish(),
  systemControls: filledInList(z.looseObject({ namespace: text, value: text }).nullable()),
  resourceRequirements: unreadList(
    withRequired("ResourceRequirement", ["type"], {
      type: oneOf("ResourceRequirement.type", Object.values(ResourceType)).nullish(),
      value: text,
      sharingStrategy: z.looseObject({}).nullish(),
    }),
  ),
  firelensConfiguration: withRequired("FirelensConfiguration", ["type"], {
    type: oneOf("FirelensConfiguration.type", Object.values(FirelensConfigurationType)).nullish(),
    options: texts,
  }).nullish(),
  credentialSpecs: unreadList(z.string()),
} satisfies MembersOf<ContainerDefinition>);

const efsVolumeConfiguration = z.looseObject({
  // That it is given is among the rules on volumes.
  fileSystemId: text,
  rootDirectory: text,
  transitEncryption: oneOf("transitEncryption", Object.values(EFSTransitEncryption)).nullish(),
  transitEncryptionPort: number,
  authorizationConfig: z
    .looseObject({
      accessPointId: text,
      iam: oneOf("EFSAuthorizationConfig.iam", Object.values(EFSAuthorizationConfigIAM)).nullish(),
    })
    .nullish(),
} satisfies MembersOf<EFSVolumeConfiguration>);

const s3filesVolumeConfiguration = z.looseObject({
  fileSystemArn: text,
  rootDirectory: text,
  transitEncryptionPort: number,
  accessPointArn: text,
} satisfies MembersOf<S3FilesVolumeConfiguration>);

const fsxAuthorizationConfig = withRequired(
  "FSxWindowsFileServerAuthorizationConfig",
  ["credentialsParameter", "domain"],
  { credentialsParameter: text, domain: text },
);

const volume = z.looseObject({
  name: text,
  host: z.looseObject({ sourcePath: text }).nullish(),
  dockerVolumeConfiguration: z
    .looseObject({
      scope: oneOf("DockerVolumeConfiguration.scope", Object.values(Scope)).nullish(),
      autoprovision: boolean,
      driver: text,
      driverOpts: texts,
      labels: texts,
    })
    .nullish(),
  efsVolumeConfiguration: efsVolumeConfiguration.nullish(),
  s3filesVolumeConfiguration: s3filesVolumeConfiguration.nullish(),
  fsxWindowsFileServerVolumeConfiguration: withRequired(
    "FSxWindowsFileServerVolumeConfiguration",
    ["fileSystemId", "rootDirectory", "authorizationConfig"],
    { fileSystemId: text, rootDirectory: text, authorizationConfig: fsxAuthorizationConfig.nullish() },
  ).nullish(),
  configuredAtLaunch: boolean,
} satisfies MembersOf<Volume>);

/**
 * A register input: what the installed SDK knows of it, so that values that only a later ECS knows need a later SDK. Members that it does not know are kept.
 */
export const taskDefinitionInput = z.looseObject({
  family: text,
  taskRoleArn: text,
  executionRoleArn: text,
  networkMode: oneOf("networkMode", Object.values(NetworkMode)).nullish(),
  containerDefinitions: filledInList(containerDefinition),
  volumes: filledInList(volume),
  placementConstraints: filledInList(
    z
      .looseObject({
        type: oneOf(
          "TaskDefinitionPlacementConstraint.type",
          Object.values(TaskDefinitionPlacementConstraintType),
        ).nullish(),
        expression: text,
      })
      .nullable(),
  ),
  requiresCompatibilities: list(oneOf("requiresCompatibilities", Object.values(Compatibility))),
  cpu: text,
  memory: text,
  tags: tagList,
  pidMode: oneOf("pidMode", Object.values(PidMode)).nullish(),
  ipcMode: oneOf("ipcMode", Object.values(IpcMode)).nullish(),
  proxyConfiguration: withRequired("ProxyConfiguration", ["containerName"], {
    type: oneOf("ProxyConfiguration.type", Object.values(ProxyConfigurationType)).nullish(),
    containerName: text,
    properties: unreadList(nameAndValue),
  }).nullish(),
  inferenceAccelerators: unreadList(z.looseObject({ deviceName: text, deviceType: text })),
  ephemeralStorage: withRequired("EphemeralStorage", ["sizeInGiB"], { sizeInGiB: number }).nullish(),
  runtimePlatform: z
    .looseObject({
      cpuArchitecture: oneOf("cpuArchitecture", Object.values(CPUArchitecture)).nullish(),
      operatingSystemFamily: oneOf("operatingSystemFamily", Object.values(OSFamily)).nullish(),
    })
    .nullish(),
  enableFaultInjection: boolean,
} satisfies MembersOf<RegisterTaskDefinitionCommandInput>);

export type TaskDefinitionInput = z.output<typeof taskDefinitionInput>;
export type ContainerInput = z.output<typeof containerDefinition>;
export type VolumeInput = z.output<typeof volume>;
