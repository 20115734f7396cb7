import { toSecretArn } from "../../cast.ts";
import { app, smallest } from "../inputs.ts";
import { executionRoleArn, specify, withContainer } from "./specify.ts";

const secretArn = toSecretArn("key-AbCdEf");
const parameterArn = "arn:aws:ssm:us-east-1:111122223333:parameter/key";
const secretNames = (name: string) =>
  `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`;

specify("rules on environment and secrets", {
  refused: [
    {
      what: "a secret with the name of an environment variable",
      input: {
        ...withContainer({
          environment: [{ name: "KEY", value: "" }],
          secrets: [{ name: "KEY", valueFrom: secretArn }],
        }),
        executionRoleArn,
      },
      message: secretNames("KEY"),
    },
    {
      what: "two secrets with the same name",
      input: {
        ...withContainer({
          secrets: [
            { name: "KEY", valueFrom: secretArn },
            { name: "KEY", valueFrom: "/key" },
          ],
        }),
        executionRoleArn,
      },
      message: secretNames("KEY"),
    },
    {
      what: "secrets without an execution role",
      input: withContainer({ secrets: [{ name: "KEY", valueFrom: secretArn }] }),
      message: "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    },
    {
      what: "a JSON key after a secret's name rather than its ARN",
      input: { ...withContainer({ secrets: [{ name: "KEY", valueFrom: "my-secret:key::" }] }), executionRoleArn },
      message: "The Systems Manager parameter name specified for secret KEY is invalid.",
    },
    ...["my:secret", "my secret", "my-arn:secret"].map((valueFrom) => ({
      what: `a secret from ${valueFrom}`,
      input: { ...withContainer({ secrets: [{ name: "KEY", valueFrom }] }), executionRoleArn },
      message: "The Systems Manager parameter name specified for secret KEY is invalid.",
    })),
    {
      what: "a secret from nowhere",
      input: { ...withContainer({ secrets: [{ name: "KEY", valueFrom: undefined }] }), executionRoleArn },
      message: "The Systems Manager parameter name specified for secret KEY is invalid.",
    },
    {
      what: "a parameter of another account",
      input: {
        ...withContainer({
          secrets: [{ name: "KEY", valueFrom: parameterArn.replace("111122223333", "444455556666") }],
        }),
        executionRoleArn,
      },
      message:
        "The Systems Manager parameter ARN has a different account ID than the current account. " +
        "Cross-account access for ARNs is not currently supported.",
    },
  ],
  accepted: [
    {
      what: "secrets of every kind",
      input: {
        ...withContainer({
          secrets: [
            { name: "A", valueFrom: secretArn },
            { name: "B", valueFrom: `${secretArn}:key::` },
            { name: "C", valueFrom: parameterArn },
            { name: "D", valueFrom: "/path/to/key" },
          ],
        }),
        executionRoleArn,
      },
    },
    {
      what: "a secret of another account, unlike a parameter",
      input: {
        ...withContainer({ secrets: [{ name: "A", valueFrom: secretArn.replace("111122223333", "444455556666") }] }),
        executionRoleArn,
      },
    },
    {
      what: "an environment variable that is set twice",
      input: withContainer({
        environment: [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
        ],
      }),
    },
    {
      what: "a secret and an environment variable with the same name in two containers",
      input: {
        ...smallest,
        executionRoleArn,
        containerDefinitions: [
          { ...app, memory: 128, environment: [{ name: "KEY", value: "" }] },
          { ...app, name: "other", memory: 128, secrets: [{ name: "KEY", valueFrom: secretArn }] },
        ],
      },
    },
  ],
});
