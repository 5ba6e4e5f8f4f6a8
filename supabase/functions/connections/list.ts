/** `GET /connections`: the caller's, with what may still be posted with each. */
import type { ConnectionsResponse } from "../../../shared/requests/requests_connections.ts";
import type { ShownConnection } from "../../../shared/rows/connection.ts";
import { connectionsOf } from "../_shared/engine/sign_ins.ts";
import { logError } from "../_shared/runtime/log.ts";
import { lookAtConnection } from "../_shared/work/look_at_connection.ts";
import { callerOf, type ConnectionsContext } from "./env.ts";

/** What the platform said is good for so long; what we have posted since is counted on top of it. */
const FRESH_MS = 5 * 60_000;
/** Nobody waits longer for a platform than for the rest of the list. */
const PATIENCE_MS = 2_500;
const MOST_LOOKS = 10;

/** Answers `{connections}`. Those that were not looked at for a while are, as far as their platforms answer soon. */
export async function listConnections(context: ConnectionsContext): Promise<Response> {
  const userId = callerOf(context);
  const known = await connectionsOf(userId);
  const stale = known.filter((one) => isStale(context, one)).slice(0, MOST_LOOKS);
  if (stale.length > 0) await atMost(PATIENCE_MS, stale.map((one) => look(context, one)));
  const connections = stale.length > 0 ? await connectionsOf(userId) : known;
  return context.json({ connections } satisfies ConnectionsResponse);
}

/** A refresh token that can be used once is not used up for a look. */
function isStale(
  { var: { means } }: ConnectionsContext,
  { platform, state, checked_at }: ShownConnection,
): boolean {
  return means.platformNamed(platform)?.oauth.refreshIsSingleUse === false &&
    (state === "live" || state === "expiring") &&
    (checked_at === null || Date.now() - Date.parse(checked_at) > FRESH_MS);
}

async function look(context: ConnectionsContext, { id, platform }: ShownConnection): Promise<void> {
  try {
    await lookAtConnection(id, context.var.means);
  } catch (error) {
    logError("connections", error, { connection: id, platform });
  }
}

async function atMost(ms: number, work: Promise<unknown>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([Promise.all(work), over]).finally(() => clearTimeout(timer));
}
