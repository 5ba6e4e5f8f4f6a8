/** Renewing an access that is this worker's alone to renew. */
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { refreshed, refreshFailed } from "../engine/connections.ts";
import { appAt } from "../engine/sign_ins.ts";
import { errorWithoutTokens } from "../platforms/kit/without_tokens.ts";
import { PlatformError, type Tokens } from "../platforms/platform.ts";
import { logError } from "../runtime/log.ts";
import { connectionFailure } from "./access_failures.ts";
import type { AccessMeans } from "./access_means.ts";

/** How long it is tried to keep what the platform gave, in milliseconds between two tries: it may be given once. */
const KEEP_AGAIN_MS = [200, 1_000, 3_000, 8_000];

interface Claim {
  claim: string;
  access_token: string;
  refresh_token: string | null;
}

/** Returns the new access token. Throws PlatformError, of class reconnect or wait, which the database knows by then. */
export async function renewClaimed(
  connectionId: string,
  platformName: string,
  { claim, access_token, refresh_token }: Claim,
  means: AccessMeans,
): Promise<string> {
  const old = { accessToken: access_token, refreshToken: refresh_token };
  let tokens: Tokens;
  try {
    const platform = means.platformNamed(platformName);
    if (!platform) throw connectionFailure("wait", "platform_unavailable", "Its platform cannot be asked");
    tokens = await platform.oauth.refresh(await appAt(platformName), old);
  } catch (error) {
    const failed = errorWithoutTokens(asPlatformError(error), [access_token, refresh_token]);
    await refreshFailed(connectionId, claim, failed.failure, {
      isFinal: failed.failure.class === "reconnect",
    });
    throw failed;
  }
  const isKept = await keep(connectionId, claim, tokens, means);
  if (!isKept) logError("refresh", "it was renewed otherwise meanwhile", { connection: connectionId });
  return tokens.accessToken;
}

/** What the platform has given may be given once: a database that is away for a moment does not lose it. */
async function keep(
  connectionId: string,
  claim: string,
  tokens: Tokens,
  { sleep }: AccessMeans,
): Promise<boolean> {
  for (const pause of KEEP_AGAIN_MS) {
    try {
      return await refreshed(connectionId, claim, tokens);
    } catch (error) {
      logError("refresh", error, { connection: connectionId });
      await sleep(pause);
    }
  }
  return await refreshed(connectionId, claim, tokens);
}

/** Whatever is not for good is tried again; an app that is not configured is nobody's fault who is connected. */
function asPlatformError(error: unknown): PlatformError {
  if (error instanceof EsteiraError && error.code === "misconfigured") {
    return connectionFailure("wait", "misconfigured", "The operator has no app at this platform");
  }
  if (!(error instanceof PlatformError)) {
    return connectionFailure(
      "wait",
      "refresh_failed",
      error instanceof Error ? error.message : String(error),
    );
  }
  const { failure, isUnreachable } = error;
  if (failure.class === "reconnect") return error;
  return new PlatformError({ ...failure, class: "wait", scope: "connection" }, {
    isUnreachable,
    cause: error.cause,
  });
}
