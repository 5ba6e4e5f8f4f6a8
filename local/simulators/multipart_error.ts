/** A request body that is not the `multipart/form-data` it claims to be. */
export class MultipartError extends Error {
  override readonly name = "MultipartError";

  /**
   * @param code `no_boundary`: the content type is not multipart or has no boundary; `malformed`: the body breaks
   * the format; `incomplete`: the body ended too early; `field_too_long`: a text field exceeds its limit.
   */
  constructor(readonly code: "no_boundary" | "malformed" | "incomplete" | "field_too_long", message: string) {
    super(`${code}: ${message}`);
  }
}
