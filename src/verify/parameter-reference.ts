/** A parameter of the SSM Parameter Store as a task definition names it. */
export interface ParameterReference {
  /** The names that it may have: the ARN of `/name` and the one of `name` are the same. */
  readonly names: readonly string[];
  /** Absent for a name, which is one of the task's own region and account. */
  readonly arn?: string;
  readonly region: string;
  readonly accountId: string;
  /** A version number or a label. */
  readonly selector?: string;
}

const arnPattern = /^(arn:aws[a-z-]*:ssm:([a-z0-9-]+):(\d{12}):parameter\/([\w./-]+))(?::([\w.-]+))?$/;
const namePattern = /^([\w./-]+)(?::([\w.-]+))?$/;

/** Takes a parameter's ARN or name apart. `undefined` if it is neither. */
export function parseParameterReference(
  text: string,
  own: { readonly region: string; readonly accountId: string },
): ParameterReference | undefined {
  const [, arn, region, accountId, path, arnSelector] = arnPattern.exec(text) ?? [];
  if (arn !== undefined && region !== undefined && accountId !== undefined && path !== undefined) {
    const names = path.includes("/") ? [`/${path}`] : [`/${path}`, path];
    return { names, arn, region, accountId, ...(arnSelector !== undefined && { selector: arnSelector }) };
  }
  const [, name, selector] = namePattern.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { names: [name], ...own, ...(selector !== undefined && { selector }) };
}

const secretPrefix = "/aws/reference/secretsmanager/";

/** The name of the secret that a parameter stands for: Parameter Store hands out secrets under names of their own. */
export function toReferencedSecret({ names: [name = ""] }: ParameterReference): string | undefined {
  return name.startsWith(secretPrefix) ? name.slice(secretPrefix.length) : undefined;
}
