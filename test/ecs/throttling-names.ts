/** The names under which AWS services say "not so fast". ECS uses the first. */
export const throttlingNames = [
  "ThrottlingException",
  "Throttling",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
];
