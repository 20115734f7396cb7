import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { toCount, toLine } from "../../src/cli/columns.ts";
import { toErrorText } from "../../src/cli/exit.ts";
import { Output, type OutputOptions } from "../../src/cli/output.ts";
import { toMostFailures } from "../../src/cli/pace.ts";
import { toProgressText } from "../../src/cli/progress-text.ts";
import { toErrorObject } from "../../src/cli/shown.ts";

interface Streams {
  readonly outIsTerminal?: boolean;
  readonly errIsTerminal?: boolean;
  readonly env?: Record<string, string>;
}

function newOutput(options: Partial<OutputOptions> = {}, { outIsTerminal, errIsTerminal, env = {} }: Streams = {}) {
  const stdout = Object.assign(new PassThrough({ highWaterMark: 64 }), { isTTY: outIsTerminal });
  const stderr = Object.assign(new PassThrough(), { isTTY: errIsTerminal });
  const host = {
    readVersion: () => "1.2.3",
    args: [],
    env,
    cwd: "/",
    stdin: new PassThrough(),
    stdout,
    stderr,
    onInterrupt: () => () => {},
    leave: () => {},
  };
  const output = new Output(host, { json: false, quiet: false, verbose: false, color: true, ...options });
  return { output, stdout, read: () => [String(stdout.read() ?? ""), String(stderr.read() ?? "")] };
}

describe("colors", () => {
  it.each([
    { name: "not in a file", streams: {}, results: false, messages: false },
    { name: "on the stream that is a terminal", streams: { errIsTerminal: true }, results: false, messages: true },
    {
      name: "not when NO_COLOR is set",
      streams: { outIsTerminal: true, env: { NO_COLOR: "1" } },
      results: false,
      messages: false,
    },
    {
      name: "when NO_COLOR is empty",
      streams: { outIsTerminal: true, env: { NO_COLOR: "" } },
      results: true,
      messages: false,
    },
    { name: "when FORCE_COLOR is set", streams: { env: { FORCE_COLOR: "1" } }, results: true, messages: true },
    {
      name: "not when FORCE_COLOR is 0",
      streams: { outIsTerminal: true, env: { FORCE_COLOR: "0" } },
      results: false,
      messages: false,
    },
    {
      name: "not on a terminal without any",
      streams: { outIsTerminal: true, env: { TERM: "dumb" } },
      results: false,
      messages: false,
    },
  ])("are shown $name", ({ streams, results, messages }) => {
    const { output } = newOutput({}, streams);

    expect(output.colors.isColorSupported).toBe(results);
    expect(output.messageColors.isColorSupported).toBe(messages);
  });

  it("are not shown with --no-color", () => {
    expect(newOutput({ color: false }, { env: { FORCE_COLOR: "1" } }).output.colors.isColorSupported).toBe(false);
  });
});

describe("a result", () => {
  it("is a line for people, or a versioned object for programs without anything that commands a terminal", async () => {
    const people = newOutput();
    const programs = newOutput({ json: true });

    for (const { output } of [people, programs]) {
      await output.heading("HEAD");
      await output.result("clone", { userId: "a\u001b[2J\u202e" }, () => "text");
    }

    expect(people.read()[0]).toBe("HEAD\ntext\n");
    expect(programs.read()[0]).toBe('{"v":1,"type":"clone","userId":"a\\u001b[2J\\u202e"}\n');
  });

  it("waits until somebody reads, and no longer than the stream lives", async () => {
    const { output, stdout } = newOutput();
    let isWritten = false;
    const writing = output.document("x".repeat(100)).then(() => (isWritten = true));
    await new Promise(setImmediate);
    expect(isWritten).toBe(false);
    stdout.resume();
    await writing;
    stdout.destroy();

    await output.document("y".repeat(100));
  });
});

describe("progress", () => {
  it("is one line on a terminal, and cleared before anything else is written there", async () => {
    const { output, read } = newOutput({}, { outIsTerminal: true, errIsTerminal: true, env: { NO_COLOR: "1" } });

    output.progress(() => "first\u0007");
    output.progress(() => "too soon");
    await output.result("clone", {}, () => "text");
    output.note("note");

    expect(read()).toStrictEqual(["text\n", "\r\u001b[2Kfirst\\u0007\r\u001b[2Knote\n"]);
  });

  it.each([
    { options: { quiet: true }, streams: { errIsTerminal: true } },
    { options: {}, streams: {} },
  ])("is not written otherwise", ({ options, streams }) => {
    const { output, read } = newOutput(options, streams);

    output.progress(() => "progress");
    output.note("note");
    output.detail("detail");

    expect(read()[1]).toBe("quiet" in options ? "" : "note\n");
  });

  it("of a command takes the place of how much was read", () => {
    const { output, read } = newOutput({}, { errIsTerminal: true, env: { NO_COLOR: "1" } });

    output.reading(() => "read");
    output.progress(() => "done");
    output.reading(() => "read more");

    expect(read()[1]).toBe("\r\u001b[2Kread\r\u001b[2Kdone");
  });

  it("says what is done, and until when", () => {
    const now = new Date("2026-11-25T03:00:00Z");

    expect(toProgressText({ done: 12, failed: 1, reused: 3, remaining: 84, estimatedMs: 90_000 }, now)).toBe(
      "12 done, 1 failed, 3 reused, 84 remaining, until 03:01:30 UTC",
    );
    expect(toProgressText({ done: 0, failed: 0, reused: 0 }, now)).toBe("0 done, 0 failed, 0 reused");
  });
});

describe("columns", () => {
  it("are aligned, and cut nothing that somebody needs", () => {
    expect(
      toLine([
        ["a", 3],
        ["b", 3],
      ]),
    ).toBe("a    b");
    expect(
      toLine([
        ["longer", 3],
        ["b\n", 3],
      ]),
    ).toBe("longer  b\\u000a");
    expect([toCount(1, "clone"), toCount(2, "clone")]).toStrictEqual(["1 clone", "2 clones"]);
  });
});

describe("toMostFailures", () => {
  it.each([
    { text: "3", total: 100, most: 3 },
    { text: "5%", total: 100, most: 5 },
    { text: "5%", total: 3, most: 1 },
    { text: "-1", total: 3, most: undefined },
  ])("takes $text of $total", ({ text, total, most }) => {
    expect(toMostFailures(text, total)).toBe(most);
  });
});

describe("an error", () => {
  it("is shown with its name, whatever was thrown", () => {
    expect(toErrorText(new TypeError("oh"))).toBe("TypeError: oh");
    expect(toErrorText("oh")).toBe("oh");
    expect(toErrorObject("oh")).toStrictEqual({ name: "Error", message: "oh" });
    expect(toErrorObject(new TypeError("oh"))).toStrictEqual({ name: "TypeError", message: "oh" });
  });
});
