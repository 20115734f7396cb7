/** @module In-memory Amazon ECS, to test provisioning code against. */
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
export type { EcsRequestHandler } from "./transport.ts";
