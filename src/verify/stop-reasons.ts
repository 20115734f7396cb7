/** The stop reasons of tasks that the checks prevent, as ECS words them; `…` stands for what differs. */
export const stopReasons = {
  image: "CannotPullContainerError: … not found",
  platform:
    "CannotPullContainerError: … image Manifest does not contain descriptor matching platform, or `exec format error` in the container's log",
  execFormat: "exec format error",
  pullRight: "CannotPullContainerError / ResourceInitializationError: unable to pull secrets or registry auth",
  secret:
    "ResourceInitializationError: unable to pull secrets or registry auth: … unable to retrieve secret from asm: …",
  secretKey: "ResourceInitializationError: … retrieved secret from Secrets Manager did not contain json key …",
  parameter: "ResourceInitializationError: … unable to retrieve secrets from ssm: …",
  volume: "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: …",
  role: "ECS was unable to assume the role '…' that was provided for this task.",
  logs: "ResourceInitializationError: failed to validate logger args: … The specified log group does not exist.",
  envFile: "ResourceInitializationError: failed to download env files: …",
  key: "ResourceInitializationError: … Access to KMS is not allowed",
  placement: "The task is not started: no host can run it.",
} as const;
