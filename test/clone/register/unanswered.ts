import type { Fault } from "../../../src/testing/index.ts";
import { baseFamily, cloneFamily, toArn } from "../../cast.ts";

const operation = "RegisterTaskDefinition";

/** How a registration can stay without a usable answer, and whether it took effect. */
export const withoutAnswer: readonly (readonly [string, Fault, "registered" | "not registered"])[] = [
  ["is reset before it takes effect", { operation, reset: "before" }, "not registered"],
  ["is reset after it took effect", { operation, reset: "after" }, "registered"],
  ["hangs before it takes effect", { operation, hang: "before" }, "not registered"],
  ["hangs after it took effect", { operation, hang: "after" }, "registered"],
  ["is answered by a proxy in place of ECS", { operation, unavailable: true }, "not registered"],
  ["fails in ECS", { operation, error: "ServerException" }, "not registered"],
  ["takes effect, but is answered without an ARN", { operation, body: {} }, "registered"],
  ["takes no effect, and is answered without an ARN", { operation, body: {}, takesEffect: false }, "not registered"],
  [
    "is answered without an ARN in its task definition",
    { operation, body: { taskDefinition: { family: cloneFamily } } },
    "registered",
  ],
  [
    "is answered with the ARN of another family",
    { operation, body: { taskDefinition: { taskDefinitionArn: toArn(baseFamily, 1) } } },
    "registered",
  ],
  ["takes effect just before its timeout", { operation, delayMs: 60_000, effect: "before" }, "registered"],
  ["takes effect shortly after its timeout", { operation, delayMs: 12_000 }, "registered"],
];
