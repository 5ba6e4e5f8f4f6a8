/** `GET /connections`: the caller's, with what may still be posted with each. */
import type { ConnectionsResponse } from "../../../shared/requests/requests_connections.ts";
import { freshConnections } from "../_shared/work/fresh_connections.ts";
import { callerOf, type ConnectionsContext } from "./env.ts";

/** Answers `{connections}`. Those that were not looked at for a while are, as far as their platforms answer soon. */
export async function listConnections(context: ConnectionsContext): Promise<Response> {
  const connections = await freshConnections(callerOf(context), { means: context.var.means });
  return context.json({ connections } satisfies ConnectionsResponse);
}
