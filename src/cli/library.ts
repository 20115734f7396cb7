/**
 * What commands use of the library beyond its entries, loaded when they run. It is one module so that the package is cut into few files: whatever is
 * loaded by itself gets files of its own, for everybody.
 */
export { findBase } from "../base/find-base.ts";
export { readCloneAt } from "../clone/read-clone.ts";
export { toCloneFamily } from "../derivation/clone-family.ts";
export { toBaseInput } from "../derivation/register-input.ts";
export { listPages } from "../ecs/list-pages.ts";
export { describe } from "../ecs/revisions.ts";
export { send } from "../ecs/send.ts";
export { settleEach } from "../fleet/settle-each.ts";
export { renderPlan } from "../plan/render-plan.ts";
export { readRecord } from "../record/record.ts";
export { internalsOf, TaskDefCloner } from "../task-def-cloner.ts";
export { findTarget } from "../user/target.ts";
