/** The connection that an address names, among the caller's own. */
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { Connection } from "../../../shared/rows/connection.ts";
import { connectionsOf } from "../_shared/engine/sign_ins.ts";
import { callerOf, type ConnectionsContext } from "./env.ts";

/** Throws 404 connection_not_found. */
export async function ownConnection(context: ConnectionsContext): Promise<Connection> {
  const userId = callerOf(context);
  const id = idIn(context);
  const found = (await connectionsOf(userId)).find((one) => one.id === id);
  if (!found) throw none();
  const { limit: _, ...connection } = found;
  return connection;
}

/** As ownConnection, of one that its owner has not ended. Throws 409 connection_revoked as well. */
export async function standingConnection(context: ConnectionsContext): Promise<Connection> {
  const connection = await ownConnection(context);
  if (connection.state !== "revoked") return connection;
  throw new EsteiraError("connection_revoked", "You have ended this connection.");
}

/** The id in the address. Throws 404 connection_not_found for what cannot be one. */
export function idIn(context: ConnectionsContext): string {
  const id = z.guid().safeParse(context.req.param("id")).data;
  if (id === undefined) throw none();
  return id.toLowerCase();
}

const none = () => new EsteiraError("connection_not_found", "You have no such connection.");
