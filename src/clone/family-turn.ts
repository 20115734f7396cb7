import type { Ecs } from "../ecs/connection.ts";
import { inTurn } from "../waiting.ts";

/**
 * Runs the task when no other call in this process is registering into the family, in the client's region. ECS takes one registration at a time per
 * family, and a base that is looked up within the turn is the newest one when it is the user's turn.
 */
export async function inTurnForFamily<Value>(ecs: Ecs, family: string, task: () => Promise<Value>): Promise<Value> {
  // A client without a region says so when it sends.
  const region = await ecs.client.config?.region?.().catch(() => undefined);
  return await inTurn(`${region}/${family}`, ecs.signal, task);
}
