/** `POST /connections/:id/refresh` and `DELETE /connections/:id`. */
import type { ConnectionResponse } from "../../../shared/requests/requests_connections.ts";
import { disconnect } from "../_shared/engine/sign_ins.ts";
import { background } from "../_shared/runtime/background.ts";
import { drainAccesses, drainLane } from "../_shared/work/drain_later.ts";
import { lookAtConnection } from "../_shared/work/look_at_connection.ts";
import { callerOf, type ConnectionsContext } from "./env.ts";
import { idIn, ownConnection, standingConnection } from "./own_connection.ts";
import { refusalOf } from "./platform_at.ts";
import { PUBLICATION_LANE } from "./publication_lane.ts";

/** Whoever asks again within it has the answer already. */
const JUST_NOW_MS = 5_000;

/**
 * Renews the access if that is due, and asks the platform how it stands. Answers `{connection}`. Errors: 404
 * connection_not_found, 409 reconnect_needed, 409 connection_revoked, 503 platform_unavailable.
 */
export async function refreshConnection(context: ConnectionsContext): Promise<Response> {
  const before = await standingConnection(context);
  const isJustLooked = before.checked_at !== null && Date.now() - Date.parse(before.checked_at) < JUST_NOW_MS;
  if (before.state === "live" && isJustLooked) {
    return context.json({ connection: before } satisfies ConnectionResponse);
  }
  try {
    await lookAtConnection(before.id, context.var.means);
  } catch (error) {
    throw refusalOf(error);
  }
  background("drain", drainLane(PUBLICATION_LANE));
  const connection = await ownConnection(context);
  return context.json({ connection } satisfies ConnectionResponse);
}

/**
 * Ends it: what waits for it fails and is paid back, its access is given back to the platform. Answers `{connection}`,
 * revoked; asked again, the same. Error: 404 connection_not_found.
 */
export async function endConnection(context: ConnectionsContext): Promise<Response> {
  const userId = callerOf(context);
  const connection = await disconnect(idIn(context), userId);
  background("revocation", drainAccesses());
  background("drain", drainLane(PUBLICATION_LANE));
  return context.json({ connection } satisfies ConnectionResponse);
}
