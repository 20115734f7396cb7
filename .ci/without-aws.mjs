// Import this first: some modules look at the environment only once.
// AWS is out of reach, whatever the environment holds: what asks it has to get along without an answer.
const { AWS_PROFILE: _, FORCE_COLOR: __, ...others } = process.env;
process.env = {
  ...others,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_MAX_ATTEMPTS: "1",
  NO_COLOR: "1",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};
