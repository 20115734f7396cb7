/** An IAM role as a task definition names it. */
export interface RoleReference {
  readonly name: string;
  readonly accountId: string;
  /** Absent for a bare name. */
  readonly arn?: string;
}

const arnPattern = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;
const namePattern = /^[\w+=,.@-]{1,64}$/;

/** Takes a role's ARN or name apart. `undefined` if it is neither. */
export function parseRoleReference(text: string, accountId: string): RoleReference | undefined {
  const [, roleAccountId, name] = arnPattern.exec(text) ?? [];
  if (roleAccountId !== undefined && name !== undefined) return { name, accountId: roleAccountId, arn: text };
  return namePattern.test(text) ? { name: text, accountId } : undefined;
}
