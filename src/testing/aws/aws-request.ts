import type { WireRequest } from "../transport.ts";

/** A request for an operation of an AWS service. */
export interface AwsRequest {
  /** The service as IAM's actions name it, such as `elasticfilesystem`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The paths of the operations that their path identifies: a name in braces is a member of the input. */
const paths: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  elasticfilesystem: {
    "/2015-02-01/access-points": "DescribeAccessPoints",
    "/2015-02-01/file-systems": "DescribeFileSystems",
    "/2015-02-01/mount-targets": "DescribeMountTargets",
  },
  s3files: {
    "/access-points/{accessPointId}": "GetAccessPoint",
    "/file-systems/{fileSystemId}": "GetFileSystem",
    "/mount-targets": "ListMountTargets",
  },
};

/** What a request asks for; `undefined` if it is not signed. The signature names the service and the region, whatever the endpoint. */
export function toAwsRequest(request: WireRequest): AwsRequest | undefined {
  const { headers, body } = request;
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(String(headers.authorization));
  if (scope === null) return undefined;
  const [, region = "", service = ""] = scope;
  const target = headers["x-amz-target"];
  if (target !== undefined) {
    const operation = String(target).slice(String(target).lastIndexOf(".") + 1);
    return { service, region, operation, input: JSON.parse(body) };
  }
  if (["iam", "sts"].includes(service)) {
    const input = Object.fromEntries(new URLSearchParams(body));
    return { service, region, operation: String(input.Action), input };
  }
  if (service === "s3") return { service, region, ...toS3Request(request) };
  return { service, region, ...toPathRequest(service, request) };
}

function toPathRequest(service: string, { method, path, query }: WireRequest): Pick<AwsRequest, "operation" | "input"> {
  for (const [pattern, operation] of Object.entries(paths[service] ?? {})) {
    const member = /\{(\w+)\}/.exec(pattern)?.[1];
    const start = pattern.replace(/\{\w+\}/, "");
    if (method !== "GET") continue;
    if (member === undefined && path === pattern) return { operation, input: query };
    const rest = decodeURIComponent(path.slice(start.length));
    // An ARN in the path holds slashes of its own.
    const isWhole = rest !== "" && (!rest.includes("/") || rest.startsWith("arn:"));
    if (member !== undefined && path.startsWith(start) && isWhole) return { operation, input: { [member]: rest } };
  }
  return { operation: `${method} ${path}`, input: query };
}

/** The bucket stands in the host name, or comes first in the path. */
function toS3Request({ method, hostname, path, query }: WireRequest): Pick<AwsRequest, "operation" | "input"> {
  const inHost = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  const [bucket = "", ...key] = inHost === undefined ? path.slice(1).split("/") : [inHost, ...path.slice(1).split("/")];
  const isListing = method === "GET" && key.join("/") === "" && query["list-type"] === "2";
  return { operation: isListing ? "ListObjectsV2" : `${method} an object`, input: { ...query, Bucket: bucket } };
}
