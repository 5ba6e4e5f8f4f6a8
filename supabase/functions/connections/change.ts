/** `POST /connections/:id/refresh` and `DELETE /connections/:id`. */
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { ConnectionResponse } from "../../../shared/requests/requests_connections.ts";
import type { Connection } from "../../../shared/rows/connection.ts";
import { connectionsOf, disconnect } from "../_shared/engine/sign_ins.ts";
import { background } from "../_shared/runtime/background.ts";
import { drainAccesses, drainLane } from "../_shared/work/drain.ts";
import { lookAtConnection } from "../_shared/work/look_at_connection.ts";
import { callerOf, type ConnectionsContext } from "./env.ts";
import { refusalOf } from "./platform_at.ts";
import { PUBLICATION_LANE } from "./publication_lane.ts";

/** Whoever asks again within it has the answer already. */
const JUST_NOW_MS = 5_000;

/**
 * Renews the access if that is due, and asks the platform how it stands. Answers `{connection}`. Errors: 404
 * connection_not_found, 409 reconnect_needed, 409 connection_revoked, 503 platform_unavailable.
 */
export async function refreshConnection(context: ConnectionsContext): Promise<Response> {
  const userId = callerOf(context);
  const before = await connectionOf(context);
  if (before.state === "revoked") {
    throw new EsteiraError("connection_revoked", "You have ended this connection.");
  }
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
  const connection = await connectionOf(context, userId);
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

async function connectionOf(context: ConnectionsContext, userId = callerOf(context)): Promise<Connection> {
  const id = idIn(context);
  const found = (await connectionsOf(userId)).find((one) => one.id === id);
  if (!found) throw none();
  const { limit: _, ...connection } = found;
  return connection;
}

function idIn(context: ConnectionsContext): string {
  const id = z.guid().safeParse(context.req.param("id")).data;
  if (id === undefined) throw none();
  return id.toLowerCase();
}

const none = () => new EsteiraError("connection_not_found", "You have no such connection.");
