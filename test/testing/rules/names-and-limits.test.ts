import { smallest } from "../inputs.ts";
import { executionRoleArn, specify, withContainer } from "./specify.ts";

const largest = "x".repeat(65_536 - JSON.stringify(withContainer({ command: [""] })).length);

specify("rules on names and limits", {
  refused: [
    { what: "no family", input: { ...smallest, family: undefined }, message: "Family should not be null or empty." },
    {
      what: "a family with a dot",
      input: { ...smallest, family: "web.app" },
      message: "Family contains invalid characters.",
    },
    {
      what: "a family of 256 characters",
      input: { ...smallest, family: "f".repeat(256) },
      message: "Family should not be longer than 255 characters.",
    },
    {
      what: "more than 64 KiB",
      input: withContainer({ command: [`${largest}x`] }),
      message: "Actual length: '65537'. Max allowed length is '65536' bytes.",
      countsAll: true,
    },
    { what: "an invalid role", input: { ...smallest, taskRoleArn: "not a role" }, message: "Role is not valid" },
    { what: "an empty task role", input: { ...smallest, taskRoleArn: "" }, message: "Role is not valid" },
    { what: "an empty execution role", input: { ...smallest, executionRoleArn: "" }, message: "Role is not valid" },
    {
      what: "an execution role that is a user",
      input: { ...smallest, executionRoleArn: "arn:aws:iam::111122223333:user/somebody" },
      message: "Role is not valid",
    },
    {
      what: "eleven placement constraints",
      input: { ...smallest, placementConstraints: Array.from({ length: 11 }, () => ({ type: "memberOf" as const })) },
      message: "A task definition can have at most 10 placement constraints.",
    },
    {
      what: "inference accelerators",
      input: { ...smallest, inferenceAccelerators: [{ deviceName: "eia", deviceType: "eia2.medium" }] },
      message: "Inference accelerators are no longer supported.",
    },
  ],
  accepted: [
    { what: "a family of 255 characters", input: { ...smallest, family: "f".repeat(255) } },
    {
      what: "64 KiB, not counting tags",
      input: { ...withContainer({ command: [largest] }), tags: [{ key: "a", value: "" }] },
    },
    { what: "roles by ARN and by name", input: { ...smallest, executionRoleArn, taskRoleArn: "task-role" } },
    {
      what: "ten placement constraints and no inference accelerator",
      input: {
        ...smallest,
        placementConstraints: Array.from({ length: 10 }, () => ({ type: "memberOf" as const })),
        inferenceAccelerators: [],
      },
    },
  ],
});
