/** The platform that an address names, and what its refusals are to whoever asked for it. */
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { type PlatformName, PLATFORMS } from "../../../shared/words/platforms.ts";
import { type Platform, PlatformError } from "../_shared/platforms/platform.ts";
import { publicUrl } from "../_shared/runtime/env.ts";
import type { ConnectionsContext } from "./env.ts";

/** Throws 404 unknown_platform, also for one that nothing can be published to yet. */
export function platformAt({ var: { means } }: ConnectionsContext, name: string | undefined): Platform {
  const platform = means.platformNamed(name ?? "");
  if (platform) return platform;
  throw new EsteiraError("unknown_platform", "Nothing can be published to such a platform.", {
    field: "platform",
    allowed: PLATFORMS.filter((one) => means.platformNamed(one) !== null),
  });
}

/** Where a platform sends the browser back to: what an operator registers there. */
export function callbackAt(platform: PlatformName): string {
  return `${publicUrl()}/functions/v1/connections/${platform}/callback`;
}

/** A platform's refusal, for who is connected already. What is none is thrown on as it is. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof PlatformError)) return error;
  const { failure: { class: failureClass, code, message, retryAfterMs } } = error;
  if (failureClass === "reconnect") {
    return new EsteiraError("reconnect_needed", "The account has to be connected anew.", { reason: code });
  }
  if (code === "connection_revoked") return new EsteiraError(code, message);
  const retryAt = retryAfterMs === undefined
    ? {}
    : { retryAt: new Date(Date.now() + retryAfterMs).toISOString() };
  return new EsteiraError("platform_unavailable", "The platform does not answer just now. Try again later.", {
    reason: code,
    ...retryAt,
  });
}
