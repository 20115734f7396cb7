import { membersOf } from "../../unknown-value.ts";
import type { EnvFileCheck, Outcome } from "../check.ts";
import type { Context } from "../context.ts";
import { failed, faultOf, ok, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";

/** Whether a file is in S3: it is listed, since asking for it would take the right to read it. */
export async function runEnvFile(check: EnvFileCheck, context: Context): Promise<Outcome> {
  const { bucket, key } = check.object;
  const asked = await context.ask("ListObjectsV2", check.region, { Bucket: bucket, Prefix: key, MaxKeys: 1 });
  const more = toRequestId(asked);
  const noBucket = faultOf(asked, "NoSuchBucket");
  if (noBucket !== undefined) {
    return failed(`S3 has no bucket ${bucket}.`, "Correct the ARN.", { ...more, error: noBucket.name });
  }
  if (asked.kind === "fault" && asked.fault.bucketRegion !== undefined) {
    const detail = `The bucket is in ${asked.fault.bucketRegion}, where the client does not ask.`;
    return unknown(detail, "Give `clients.s3` with `followRegionRedirects`.", { ...more, error: asked.fault.name });
  }
  if (asked.kind !== "answered") return toUnanswered(asked, check, "ListObjectsV2", { bucket });
  const { Contents, KeyCount } = asked.answer;
  // Keys are sorted, so the file itself comes before all that only begin like it.
  const first = Array.isArray(Contents) ? membersOf(Contents[0]).Key : undefined;
  if (first === key) return ok("The file is there.", more);
  const isNone = first === undefined && KeyCount === 0;
  if (!isNone && !String(first).startsWith(key)) return unreadable("ListObjectsV2", more);
  return failed(`The bucket ${bucket} has no ${key}.`, "Upload it, or correct the ARN.", more);
}
