/** A request by `fetch` that got no answer. An error of its own may hold the URL, so nothing of it is kept but that there was one. */
export class FetchFailed extends Error {
  override readonly name = "FetchFailed";
  /** Worth another try, like every error of the network, which all have a code. */
  readonly code = "FETCH_FAILED";

  constructor() {
    super("the request failed");
  }
}
