import { expect, it } from "vitest";
import { isHttpMessage, readBody } from "../../src/ecs/http-message.ts";

it.each([[undefined], [null], ["text"], [{}], [{ body: "" }], [{ headers: {} }]])(
  "takes %j for no HTTP message",
  (message) => {
    expect(isHttpMessage(message)).toBe(false);
  },
);

it.each([[undefined], [null], [7], [{}]])("reads nothing from %j", async (body) => {
  expect(await readBody(body)).toStrictEqual(new Uint8Array());
});
