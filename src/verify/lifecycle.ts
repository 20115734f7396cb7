/** What the state of something in EFS or S3 Files means for a task. */
export function toReadiness(state: unknown): "ready" | "not yet" | "gone" | undefined {
  if (state === "available") return "ready";
  if (state === "creating" || state === "updating") return "not yet";
  return state === "deleting" || state === "deleted" || state === "error" ? "gone" : undefined;
}
