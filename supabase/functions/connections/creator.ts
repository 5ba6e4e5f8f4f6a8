/** `GET /connections/:id/creator`: what the account may choose for its next post. */
import type { CreatorResponse } from "../../../shared/requests/requests_connections.ts";
import { askPlatform } from "../_shared/work/ask_platform.ts";
import type { ConnectionsContext } from "./env.ts";
import { standingConnection } from "./own_connection.ts";
import { refusalOf } from "./platform_at.ts";

/**
 * Asks the platform, each time: what an account may choose changes. Answers `{creator}`, null where its platform leaves
 * nothing to choose. Errors: 404 connection_not_found, 409 reconnect_needed, 409 connection_revoked, 503
 * platform_unavailable.
 */
export async function showCreator(context: ConnectionsContext): Promise<Response> {
  const { means } = context.var;
  const { id, platform: name } = await standingConnection(context);
  context.header("Cache-Control", "no-store");
  const offers = means.platformNamed(name)?.creator !== undefined;
  if (!offers) return context.json({ creator: null } satisfies CreatorResponse);
  try {
    const creator = await askPlatform(
      id,
      async (platform, work) => await platform.creator?.(work) ?? null,
      means,
    );
    return context.json({ creator } satisfies CreatorResponse);
  } catch (error) {
    throw refusalOf(error);
  }
}
