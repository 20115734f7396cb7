import type { ReadOnlyOperations } from "../resources.ts";

export const logs: ReadOnlyOperations = {
  DescribeLogGroups({ logGroupNamePrefix = "", limit = 50 }, { partition, region, accountId, all }) {
    const found = all("logGroup").filter(({ name }) => name.startsWith(String(logGroupNamePrefix)));
    const sorted = found.toSorted((one, other) => Number(one.name > other.name) - Number(one.name < other.name));
    return {
      logGroups: sorted.slice(0, Number(limit)).map(({ name, logGroupClass = "STANDARD" }) => ({
        logGroupName: name,
        arn: `arn:${partition}:logs:${region}:${accountId}:log-group:${name}:*`,
        logGroupClass,
      })),
    };
  },
};
