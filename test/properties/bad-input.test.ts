import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { InvalidInputError, TaskDefClonerError } from "../../src/errors.ts";
import { parseCallOptions, parseCloneOptions, parseOptions, parseRecloneOptions } from "../../src/options.ts";
import { parseSize, parseUser, parseUserPatch } from "../../src/user/parse-user.ts";
import { base, record, runs, text, user } from "./arbitraries.ts";
import { accessPointId } from "./volumes.ts";

describe("bad input", () => {
  const parsers = {
    user: parseUser,
    changes: parseUserPatch,
    size: parseSize,
    options: parseOptions,
    "clone's options": parseCloneOptions,
    "reclone's options": parseRecloneOptions,
    "call's options": parseCallOptions,
  };
  const member = fc.constantFrom(
    ...[
      "userId",
      "accessPointId",
      "unset",
      "containers",
      "accessPoints",
      "volume",
      "secrets",
      "environment",
      "size",
      "image",
      "tags",
      "cpu",
      "memory",
      "client",
    ],
    ...["baseFamily", "reserved", "fargateMemory", "current", "deploy", "signal", "__proto__", "constructor"],
  );
  /** JSON that looks like what is wanted, and JSON that does not. */
  const json = fc.oneof(
    fc.jsonValue(),
    fc
      .uniqueArray(fc.tuple(member, fc.oneof(fc.jsonValue(), record(text, 2), accessPointId)), {
        selector: ([key]) => key,
      })
      .map((entries) => Object.fromEntries(entries)),
    user.map((spec) => ({ ...spec })),
  );

  it.each(Object.entries(parsers))("for the %s is rejected as such, or returned unchanged", (_, parse) => {
    fc.assert(
      fc.property(json, (value) => {
        let parsed: unknown;
        try {
          parsed = parse(value);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
          return;
        }
        // What is taken is taken whole: nothing is lost on the way, `__proto__` least of all.
        expect(isDeepStrictEqual(parsed, value)).toBe(true);
      }),
      runs,
    );
  });

  it("that JSON cannot express causes only an InvalidInputError", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
        for (const parse of Object.values(parsers)) {
          try {
            parse(value);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInputError);
          }
        }
      }),
      runs,
    );
  });

  const volumes = fc.constantFrom("home", ["home", "data"], ["data"], false as const, undefined);

  it("is rejected by deriveClone with a TaskDefClonerError, or applied", () => {
    fc.assert(
      fc.property(
        base,
        user,
        fc.constantFrom("app", "log", undefined),
        volumes,
        (described, spec, container, volume) => {
          try {
            deriveClone(described, spec, { container, reserved: [/^A/], volume });
          } catch (error) {
            expect(error).toBeInstanceOf(TaskDefClonerError);
          }
        },
      ),
      runs,
    );
  });
});
