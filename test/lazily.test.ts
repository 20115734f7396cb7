import { describe, expect, it, vi } from "vitest";
import { lazily } from "../src/lazily.ts";

describe("lazily", () => {
  it("makes the value when it is first asked for, and never again", () => {
    const make = vi.fn(() => ({ size: 1 }));
    const value = lazily(make);
    expect(make).not.toHaveBeenCalled();
    expect(value()).toBe(value());
    expect(make).toHaveBeenCalledOnce();
  });
});
