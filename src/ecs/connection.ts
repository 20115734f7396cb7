import type { ClonerEvent } from "../events.ts";
import { membersOf } from "../unknown-value.ts";

/**
 * What the library uses of the AWS SDK's `ECSClient`. Described by its shape, so that a client of any version of the SDK fits, even with another
 * version installed next to it.
 */
export interface EcsClient {
  send(command: never, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
  /** The SDK's own clients have a function that gives the region, which may ask another machine for it; wrappers and mocks may have its name. */
  readonly config?: { readonly region?: string | (() => string | Promise<string>) };
}

export const isEcsClient = (value: unknown): value is EcsClient => typeof membersOf(value).send === "function";

/** What to say to somebody who passed something else for a client. */
export const expectedClient = "expected an ECSClient of @aws-sdk/client-ecs";

/** A client, and how to use it. */
export interface Ecs {
  readonly client: EcsClient;
  /** Milliseconds that one request may take. */
  readonly requestTimeoutMs: number;
  /** Milliseconds for which a request is sent again while ECS is busy. */
  readonly deadlineMs: number;
  readonly emit: (event: ClonerEvent) => void;
  /** Aborts the call that asks. */
  readonly signal?: AbortSignal | undefined;
}

/** What a request is about, for messages and events. */
export interface EcsRequest {
  /** The ECS operation. */
  readonly operation: string;
  /** The family, revision or cluster that it concerns. */
  readonly subject: string;
}
