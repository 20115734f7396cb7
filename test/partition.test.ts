import { describe, expect, it } from "vitest";
import { toPartition } from "../src/partition.ts";

describe("toPartition", () => {
  it.each([
    ["us-east-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eu-isoe-west-1", "aws-iso-e"],
    ["us-isof-south-1", "aws-iso-f"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("puts %s into the partition %s", (region, partition) => {
    expect(toPartition(region)).toBe(partition);
  });
});
