/** An error as an AWS service returns it. */
export class AwsError extends Error {
  override readonly name: string;
  readonly statusCode: number;
  /** Headers that come with it. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(name: string, message: string, statusCode = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
    this.headers = headers;
  }
}
