/**
 * In-memory Amazon ECS, and the AWS services around it, to test provisioning code against.
 *
 * @module taskdef-cloner/testing
 */

export { FakeAws, type FakeAwsCall, type FakeAwsOptions } from "./aws/fake-aws.ts";
export type { AwsFault, AwsFaultScope } from "./aws/faults.ts";
export type {
  AccessPointResource,
  FileSystemResource,
  ImageResource,
  KeyResource,
  Located,
  LogGroupResource,
  ObjectResource,
  ParameterResource,
  RoleResource,
  SecretResource,
} from "./aws/resources.ts";
export { type Clock, ManualClock, systemClock } from "./clock.ts";
export { FakeEcs, type FakeEcsCall, type FakeEcsOptions, type FakeRevision } from "./fake-ecs.ts";
export type {
  BodyFault,
  DelayFault,
  ErrorFault,
  Fault,
  FaultScope,
  HangFault,
  ResetFault,
  UnavailableFault,
} from "./faults.ts";
export type { FakeEcsServer } from "./http-server.ts";
export type { EcsOperation } from "./operations.ts";
export type { StoppedTask } from "./services.ts";
export type { EcsRequestHandler } from "./transport.ts";
