/** Clones a user without a verifier, and writes what was asked of ECS. */
import { TaskDefCloner } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { baseFamily, baseInput, toUser } from "../cast.ts";

const ecs = new FakeEcs();
ecs.register(baseInput);
const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily, container: "openclaw" });
const { arn } = await cloner.clone(toUser(1));
await cloner.resize(arn, { cpu: 1024, memory: 4096 });
console.log(ecs.calls.map(({ operation }) => operation.replace("TaskDefinition", "")).join(" "));
