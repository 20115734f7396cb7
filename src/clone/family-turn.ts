import type { Ecs } from "../ecs/connection.ts";
import { RequestTimeoutError } from "../errors.ts";
import { inTime, inTurn } from "../waiting.ts";

/**
 * Runs the task when no other call in this process is registering into the family, in the client's region. ECS takes one registration at a time per
 * family, and a base that is looked up within the turn is the newest one when it is the user's turn.
 *
 * @throws {@link RequestTimeoutError} when the client does not say which region is its own.
 */
export async function inTurnForFamily<Value>(ecs: Ecs, family: string, task: () => Promise<Value>): Promise<Value> {
  return await inTurn(`${await findRegion(ecs)}/${family}`, ecs.signal, task);
}

/** A client that has no region says so when it sends. One that is silent would be so then, too. */
async function findRegion({ client: { config }, requestTimeoutMs, signal }: Ecs): Promise<string | undefined> {
  const region = config?.region;
  if (typeof region !== "function") return region;
  const toError = (): Error => new RequestTimeoutError("config.region", requestTimeoutMs, "The client");
  const ask = async (): Promise<string | undefined> => {
    try {
      return await region.call(config);
    } catch {
      return undefined;
    }
  };
  return await inTime({ milliseconds: requestTimeoutMs, toError, signal }, ask);
}
