/** Asks a platform how a connection stands: whether its access is good, and what may still be posted. */
import { connectionChecked } from "../engine/connections.ts";
import { ACCESS_MEANS, type AccessMeans } from "./access_means.ts";
import { askPlatform } from "./ask_platform.ts";

/** Keeps what it says. Throws PlatformError: of class reconnect when the access is gone, which its owner is told too. */
export async function lookAtConnection(
  connectionId: string,
  means: AccessMeans = ACCESS_MEANS,
): Promise<void> {
  await askPlatform(connectionId, async (platform, work) => {
    await connectionChecked(connectionId, await platform.limits(work));
  }, means);
}
