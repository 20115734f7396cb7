/**
 * Carries past the checks what is to be thrown on as it came: what a function of the caller's threw, and a broken installation. Every other error
 * means that a request got no answer.
 */
export class ThrownOn extends Error {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super("to be thrown on");
    this.thrown = thrown;
  }
}
