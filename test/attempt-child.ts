/**
 * A process that dies in an attempt: `attempt-child.ts <endpoint> <call> <phase> <ARN of the current clone>`. It kills itself in its phase, or waits to be
 * killed while its registration gets no answer.
 */
import { ECSClient } from "@aws-sdk/client-ecs";
import { familyPerUser, TaskDefCloner } from "../src/index.ts";
import { baseFamily, toUser } from "./cast.ts";

const [endpoint = "", call = "", phase = "", arn = ""] = process.argv.slice(2);

const dieIn = (now: string): void => {
  if (now === phase) process.kill(process.pid, "SIGKILL");
};

const cloner = new TaskDefCloner({
  client: new ECSClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
  }),
  baseFamily,
  container: "openclaw",
  ...(call === "latest" && { cloneFamily: familyPerUser }),
  onEvent: ({ type }) => {
    dieIn(type === "base-described" ? "before the registration" : "");
    dieIn(type === "registered" ? "after the registration" : "");
  },
});
const options = { attempt: { token: "job-7", since: new Date(0) }, deploy: () => dieIn("in the step") };
const user = { ...toUser(1), size: { cpu: 1024, memory: 4096 } };

if (call === "reclone") await cloner.reclone(arn, { size: user.size }, options);
else await cloner.clone(user, { ...options, current: call === "latest" ? "latest" : undefined });
dieIn("after the step");
