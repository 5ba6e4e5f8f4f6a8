/**
 * Access to a connection's account: the token that is good, renewed when it has to be. One worker renews it, in the whole
 * project; the others wait for what comes of it. Some platforms take a refresh token once, and two who use the same one
 * end the connection.
 */
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { claimRefresh, type ConnectionTokens, tokensOf } from "../engine/connections.ts";
import { PlatformError } from "../platforms/platform.ts";
import { connectionFailure, gone, reconnect } from "./access_failures.ts";
import { ACCESS_MEANS, type AccessMeans } from "./access_means.ts";
import { renewClaimed } from "./renew_claimed.ts";

/** How long others' renewals are waited for. The claim of one that has died is over after a minute. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 250;
/** A token that ends sooner may have ended when the call that it is for comes there. */
const LEAST_LIFE_MS = 60_000;

/**
 * The access token of a connection. `refused`: the platform has just refused this one, and another is wanted. Throws
 * PlatformError: of class reconnect when its owner has to connect it anew, never when they have ended it, wait when it
 * cannot be renewed just now.
 */
export async function accessOf(
  connectionId: string,
  refused?: string,
  means: AccessMeans = ACCESS_MEANS,
): Promise<string> {
  const tokens = await known(connectionId);
  if (tokens.access_token !== refused && !isDue(tokens, means)) return tokens.access_token;
  if (tokens.state === "reconnect_needed") throw reconnect();
  return await renew(connectionId, tokens, { refused, ...means });
}

/** Renews an access that is to be kept alive, whatever its age. Throws as accessOf. */
export async function keepAlive(connectionId: string, means: AccessMeans = ACCESS_MEANS): Promise<void> {
  await renew(connectionId, await known(connectionId), means);
}

async function renew(
  connectionId: string,
  tokens: ConnectionTokens,
  { refused, ...means }: AccessMeans & { refused?: string },
): Promise<string> {
  const until = Date.now() + PATIENCE_MS;
  const mayGoOn = tokens.access_token !== refused && lifeOf(tokens) > LEAST_LIFE_MS;
  for (;;) {
    const verdict = await claimRefresh(connectionId, tokens.access_token);
    switch (verdict.verdict) {
      case "fresh":
        return verdict.access_token;
      case "gone":
        throw gone();
      case "reconnect_needed":
        throw reconnect();
      case "claimed":
        try {
          return await renewClaimed(connectionId, tokens.platform, verdict, means);
        } catch (error) {
          // One that is good still is used while it cannot be renewed.
          if (mayGoOn && error instanceof PlatformError && error.failure.class === "wait") {
            return tokens.access_token;
          }
          throw error;
        }
      case "wait":
        if (mayGoOn) return tokens.access_token;
        if (Date.now() >= until) throw notNow(verdict.seconds);
        await means.sleep(Math.min(LOOK_EVERY_MS, verdict.seconds * 1000));
    }
  }
}

/** What the database has of it. */
async function known(connectionId: string): Promise<ConnectionTokens> {
  try {
    return await tokensOf(connectionId);
  } catch (error) {
    const code = error instanceof EsteiraError ? error.code : undefined;
    if (code === "connection_not_found" || code === "connection_revoked") throw gone();
    throw error;
  }
}

/** Whether it is time to renew it, as its platform has it. */
function isDue(tokens: ConnectionTokens, { platformNamed }: AccessMeans): boolean {
  const ahead = platformNamed(tokens.platform)?.oauth?.refreshAheadSeconds ?? 0;
  return lifeOf(tokens) <= Math.max(LEAST_LIFE_MS, ahead * 1000);
}

/** How long an access token is good still, in milliseconds. */
function lifeOf({ expires_at }: ConnectionTokens): number {
  return expires_at === null ? Infinity : Date.parse(expires_at) - Date.now();
}

function notNow(seconds: number): PlatformError {
  return connectionFailure("wait", "refresh_under_way", "Its access is being renewed", seconds * 1000);
}
