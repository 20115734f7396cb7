import type { PolicyOptions } from "../../src/policy/to-policy.ts";
import { deepFreeze } from "../cast.ts";

export const taskRole = "arn:aws:iam::111122223333:role/isol8-dev-task";
export const executionRole = "arn:aws:iam::111122223333:role/isol8-dev-execution";

/** What a policy of the usual base is made for. */
export const options: PolicyOptions = deepFreeze({
  accountId: "111122223333",
  region: "us-east-1",
  baseFamily: "isol8-dev-openclaw",
  passRoles: [taskRole, executionRole],
});
