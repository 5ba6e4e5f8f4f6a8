/** Gives accesses back to their platform that nobody wants any more. */
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { type Revocation, revocationDone } from "../engine/revocations.ts";
import { appAt } from "../engine/sign_ins.ts";
import { errorWithoutTokens } from "../platforms/kit/without_tokens.ts";
import { type Platform, PlatformError } from "../platforms/platform.ts";
import { platformNamed } from "../platforms/registry.ts";
import { logError } from "../runtime/log.ts";

/** Classes of failures that say that there is nothing to give back, or nobody who takes it. */
const OVER: readonly string[] = ["never", "reconnect"];

/** Works on one. What the platform does not take just now comes back, later each time. Throws when the database does. */
export async function workOnRevocation(
  revocation: Revocation,
  named: (name: string) => Platform | null = platformNamed,
): Promise<void> {
  const { platform: name, tokens: { access_token, refresh_token } } = revocation;
  const platform = named(name);
  if (!platform) return await revocationDone(revocation, { retry: true });
  try {
    await platform.oauth.revoke(await appAt(name), {
      accessToken: access_token,
      refreshToken: refresh_token,
    });
  } catch (error) {
    const isKnown = error instanceof PlatformError ||
      (error instanceof EsteiraError && error.code === "misconfigured");
    if (!isKnown) throw error;
    const shown = error instanceof PlatformError
      ? errorWithoutTokens(error, [access_token, refresh_token])
      : error;
    logError("revocation", shown, { platform: name, tries: revocation.tries });
    const isOver = error instanceof PlatformError && OVER.includes(error.failure.class);
    return await revocationDone(revocation, { retry: !isOver });
  }
  await revocationDone(revocation);
}
