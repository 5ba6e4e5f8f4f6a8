/** Why a connection gives no access. */
import { PlatformError, type PlatformFailure } from "../platforms/platform.ts";

/** Its owner has to connect it anew. */
export function reconnect(): PlatformError {
  return connectionFailure("reconnect", "reconnect_needed", "The account has to be connected anew");
}

/** Its owner has ended it. */
export function gone(): PlatformError {
  return connectionFailure("never", "connection_revoked", "The account is no longer connected");
}

/** What holds up a connection, and nobody else. */
export function connectionFailure(
  failureClass: PlatformFailure["class"],
  code: string,
  message: string,
  retryAfterMs?: number,
): PlatformError {
  return new PlatformError({
    class: failureClass,
    scope: "connection",
    code,
    message,
    ...retryAfterMs === undefined ? {} : { retryAfterMs },
  });
}
