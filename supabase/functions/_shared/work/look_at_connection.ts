/** Asks a platform how a connection stands: whether its access is good, and what may still be posted. */
import { connectionChecked, connectionRefused, tokensOf } from "../engine/connections.ts";
import { appAt } from "../engine/sign_ins.ts";
import { errorWithoutTokens } from "../platforms/kit/without_tokens.ts";
import { PlatformError } from "../platforms/platform.ts";
import { accessOf } from "./access.ts";
import { ACCESS_MEANS, type AccessMeans } from "./access_means.ts";
import { connectionFailure } from "./access_failures.ts";

/** Keeps what it says. Throws PlatformError: of class reconnect when the access is gone, which its owner is told too. */
export async function lookAtConnection(
  connectionId: string,
  means: AccessMeans = ACCESS_MEANS,
): Promise<void> {
  const accessToken = await accessOf(connectionId, undefined, means);
  try {
    return await look(connectionId, accessToken, means);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const renewed = await accessOf(connectionId, accessToken, means);
  try {
    await look(connectionId, renewed, means);
  } catch (error) {
    if (isRefusal(error)) await connectionRefused(connectionId, error.failure);
    throw error;
  }
}

async function look(
  connectionId: string,
  accessToken: string,
  { platformNamed }: AccessMeans,
): Promise<void> {
  const { platform: name, external_id, display_name, settings, scopes } = await tokensOf(connectionId);
  const platform = platformNamed(name);
  if (!platform) throw connectionFailure("wait", "platform_unavailable", "Its platform cannot be asked");
  const app = await appAt(name);
  try {
    const limit = await platform.limits({
      app,
      connection: { externalId: external_id, displayName: display_name, settings, scopes },
      accessToken,
    });
    await connectionChecked(connectionId, limit);
  } catch (error) {
    throw error instanceof PlatformError ? errorWithoutTokens(error, [accessToken, app.clientSecret]) : error;
  }
}

function isRefusal(error: unknown): error is PlatformError {
  return error instanceof PlatformError && error.failure.class === "reconnect";
}
