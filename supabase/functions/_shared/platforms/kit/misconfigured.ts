/** Requests that cannot be sent, or need not be: nothing leaves before that is known, so nothing is in doubt. */
import { PlatformError } from "../platform.ts";

/**
 * The operator's registration at the platform is at fault; nobody can publish there until it is mended. `message` says what is
 * wrong and neither a secret nor an address: users may read it.
 */
export function misconfigured(message: string, cause?: unknown): PlatformError {
  return new PlatformError({ class: "pause", scope: "platform", code: "misconfigured", message }, { cause });
}

/** Something that no platform would take: known before anything is sent. */
export function invalidInput(message: string, code = "invalid_input"): PlatformError {
  return new PlatformError({ class: "never", scope: "publication", code, message });
}
