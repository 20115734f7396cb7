import { expect, it } from "vitest";
import { toCpuUnits, toMebibytes } from "../../src/testing/task-size.ts";

it.each([
  ["256", 256],
  [" 1024 ", 1024],
  [".5 vCPU", 512],
  ["0.25vcpu", 256],
  ["16  VCPU", 16_384],
  ["1.125 vCPU", 1152],
])("parses the CPU size %j", (cpu, units) => {
  expect(toCpuUnits(cpu)).toBe(units);
});

it.each([
  ["512", 512],
  ["0.5GB", 512],
  ["12 gb", 12_288],
  [" 2 GB ", 2048],
])("parses the memory size %j", (memory, mebibytes) => {
  expect(toMebibytes(memory)).toBe(mebibytes);
});

it.each([undefined, null, "", "x256", "1 GB", "x1 vCPU", "1 vCPUs", "-1 vCPU", "vCPU", "1. vCPU"])(
  "rejects the CPU size %j",
  (cpu) => {
    expect(toCpuUnits(cpu)).toBeUndefined();
  },
);

it.each([undefined, null, "", "x512", "1 vCPU", "x1 GB", "1 GBs", "-1 GB", "GB"])(
  "rejects the memory size %j",
  (memory) => {
    expect(toMebibytes(memory)).toBeUndefined();
  },
);
