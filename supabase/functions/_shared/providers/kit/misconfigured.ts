/** Requests that cannot be sent: nothing leaves before that is known, so nothing is in doubt. */
import { ProviderError } from "../provider.ts";

/**
 * The account's settings or key are at fault; it is of no use until somebody mends them. `message` says what is wrong and
 * neither the key nor an address: users may read it.
 */
export function misconfigured(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ retryClass: "pause", code: "misconfigured", message }, { cause });
}
