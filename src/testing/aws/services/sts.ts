import type { ReadOnlyOperations } from "../resources.ts";

export const sts: ReadOnlyOperations = {
  GetCallerIdentity: (_input, { partition, accountId }) => ({
    Account: accountId,
    Arn: `arn:${partition}:sts::${accountId}:assumed-role/operator/session`,
    UserId: "AROAEXAMPLE:session",
  }),
};
