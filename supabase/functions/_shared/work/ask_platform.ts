/** Asks a platform about a connection while somebody waits, with its access renewed once where the platform refuses it. */
import { connectionRefused, tokensOf } from "../engine/connections.ts";
import { appAt } from "../engine/sign_ins.ts";
import { errorWithoutTokens } from "../platforms/kit/without_tokens.ts";
import { type Platform, PlatformError, type PublicationWork } from "../platforms/platform.ts";
import { accessOf } from "./access.ts";
import { connectionFailure } from "./access_failures.ts";
import { ACCESS_MEANS, type AccessMeans } from "./access_means.ts";

/** A question: what the platform is asked, and with what. */
export type Question<Answer> = (
  platform: Platform,
  work: Pick<PublicationWork, "app" | "connection" | "accessToken">,
) => Promise<Answer>;

/**
 * Returns what the question comes to. Throws PlatformError: of class reconnect when the access is gone, which its owner is
 * told too.
 */
export async function askPlatform<Answer>(
  connectionId: string,
  question: Question<Answer>,
  means: AccessMeans = ACCESS_MEANS,
): Promise<Answer> {
  const accessToken = await accessOf(connectionId, undefined, means);
  try {
    return await ask(connectionId, accessToken, question, means);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const renewed = await accessOf(connectionId, accessToken, means);
  try {
    return await ask(connectionId, renewed, question, means);
  } catch (error) {
    if (isRefusal(error)) await connectionRefused(connectionId, error.failure);
    throw error;
  }
}

async function ask<Answer>(
  connectionId: string,
  accessToken: string,
  question: Question<Answer>,
  { platformNamed }: AccessMeans,
): Promise<Answer> {
  const { platform: name, external_id, display_name, settings, scopes } = await tokensOf(connectionId);
  const platform = platformNamed(name);
  if (!platform) throw connectionFailure("wait", "platform_unavailable", "Its platform cannot be asked");
  const app = await appAt(name);
  const connection = { externalId: external_id, displayName: display_name, settings, scopes };
  try {
    return await question(platform, { app, connection, accessToken });
  } catch (error) {
    throw error instanceof PlatformError ? errorWithoutTokens(error, [accessToken, app.clientSecret]) : error;
  }
}

function isRefusal(error: unknown): error is PlatformError {
  return error instanceof PlatformError && error.failure.class === "reconnect";
}
