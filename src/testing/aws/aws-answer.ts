import type { Answer } from "../answer.ts";
import type { AwsError } from "./aws-error.ts";
import type { AwsRequest } from "./aws-request.ts";

type Asked = Pick<AwsRequest, "service" | "operation">;

const isXml = (service: string): boolean => ["iam", "sts", "s3"].includes(service);

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const toText = (value: unknown): string => String(value).replace(/[&<>]/g, (character) => String(escapes[character]));

/** A value as XML elements. A list is `member` elements, but in S3, where the element is repeated. */
function toXml(value: unknown, isFlat: boolean): string {
  if (typeof value !== "object" || value === null) return toText(value);
  return Object.entries(value)
    .map(([name, content]) => {
      if (!Array.isArray(content)) return `<${name}>${toXml(content, isFlat)}</${name}>`;
      if (isFlat) return content.map((element) => `<${name}>${toXml(element, isFlat)}</${name}>`).join("");
      const members = content.map((element) => `<member>${toXml(element, isFlat)}</member>`).join("");
      return `<${name}>${members}</${name}>`;
    })
    .join("");
}

/** An output as the service writes it. */
export function toOkAnswer({ service, operation }: Asked, output: unknown): Answer {
  const answer = { kind: "response", outcome: "ok", statusCode: 200 } as const;
  if (!isXml(service)) {
    const type = ["elasticfilesystem", "s3files"].includes(service) ? "application/json" : "application/x-amz-json-1.1";
    return { ...answer, headers: { "content-type": type }, body: JSON.stringify(output) };
  }
  const body =
    service === "s3"
      ? `<ListBucketResult>${toXml(output, true)}</ListBucketResult>`
      : `<${operation}Response><${operation}Result>${toXml(output, false)}</${operation}Result></${operation}Response>`;
  return { ...answer, headers: { "content-type": "text/xml" }, body };
}

/** An error as the service writes it. */
export function toErrorAnswer({ service }: Asked, { name, message, statusCode, headers: more }: AwsError): Answer {
  const answer = { kind: "response", outcome: name, statusCode } as const;
  if (!isXml(service)) {
    // EFS and S3 Files name the error in a header only.
    const headers = { ...more, "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": name };
    return { ...answer, headers, body: JSON.stringify({ __type: name, ErrorCode: name, message }) };
  }
  const error = `<Error><Code>${toText(name)}</Code><Message>${toText(message)}</Message></Error>`;
  const body = service === "s3" ? error : `<ErrorResponse>${error}</ErrorResponse>`;
  return { ...answer, headers: { ...more, "content-type": "text/xml" }, body };
}
