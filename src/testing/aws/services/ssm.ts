import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations } from "../resources.ts";

/** Small, so that whoever does not page is found out. */
const parametersAPage = 2;

interface Filter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

export const ssm: ReadOnlyOperations = {
  /** Best effort, as the real one: every listing ends with an empty page. */
  DescribeParameters({ ParameterFilters, NextToken }, { partition, region, accountId, all }) {
    const filters: readonly Filter[] = Array.isArray(ParameterFilters) ? ParameterFilters : [];
    const unknown = filters.find(({ Key }) => Key !== "Name");
    if (unknown) throw new AwsError("InvalidFilterKey", "The specified key is not valid.");
    const names = new Set(filters.flatMap(({ Values = [] }) => Values));
    const found = all("parameter").filter(({ name }) => filters.length === 0 || names.has(name));
    const from = Number(NextToken ?? 0);
    const page = found.slice(from, from + parametersAPage);
    return {
      Parameters: page.map(({ name, type = "SecureString", version = 1, keyId = "alias/aws/ssm" }) => ({
        Name: name,
        ARN: `arn:${partition}:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, "")}`,
        Type: type,
        Version: version,
        ...(type === "SecureString" && { KeyId: keyId }),
      })),
      ...(page.length > 0 && { NextToken: String(from + page.length) }),
    };
  },
};
