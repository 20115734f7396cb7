/** An error as ECS returns it. */
export class EcsError extends Error {
  override readonly name: string;
  readonly statusCode: number;

  constructor(name: string, message: string, statusCode = 400) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }
}

export const clientException = (message: string): EcsError => new EcsError("ClientException", message);

export const invalidParameter = (message: string): EcsError => new EcsError("InvalidParameterException", message);
