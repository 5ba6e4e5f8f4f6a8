/** A user's connections with what may be posted with each as its platform says it now, as far as that answers soon. */
import type { ShownConnection } from "../../../../shared/rows/connection.ts";
import { connectionsOf } from "../engine/sign_ins.ts";
import { logError } from "../runtime/log.ts";
import { ACCESS_MEANS, type AccessMeans } from "./access_means.ts";
import { lookAtConnection } from "./look_at_connection.ts";

/** What the platform said is good for so long; what we have posted since is counted on top of it. */
const FRESH_MS = 5 * 60_000;
/** Nobody waits longer for a platform than for the rest of the list. */
const PATIENCE_MS = 2_500;
const MOST_LOOKS = 10;

/** `isMeant`: which of them are looked at, where that was not done for a while; the others are as they were. */
export async function freshConnections(
  userId: string,
  { isMeant = () => true, means = ACCESS_MEANS }: {
    isMeant?: (connection: ShownConnection) => boolean;
    means?: AccessMeans;
  } = {},
): Promise<ShownConnection[]> {
  const known = await connectionsOf(userId);
  const stale = known.filter((one) => isMeant(one) && isStale(means, one)).slice(0, MOST_LOOKS);
  if (stale.length === 0) return known;
  await atMost(PATIENCE_MS, stale.map((one) => look(means, one)));
  return await connectionsOf(userId);
}

/** A refresh token that can be used once is not used up for a look. */
function isStale(means: AccessMeans, { platform, state, checked_at, limit }: ShownConnection): boolean {
  return means.platformNamed(platform)?.oauth.refreshIsSingleUse === false &&
    (state === "live" || state === "expiring") &&
    // One that was only just connected was not asked yet what may be posted.
    (checked_at === null || limit?.source !== "platform" || Date.now() - Date.parse(checked_at) > FRESH_MS);
}

async function look(means: AccessMeans, { id, platform }: ShownConnection): Promise<void> {
  try {
    await lookAtConnection(id, means);
  } catch (error) {
    logError("connections", error, { connection: id, platform });
  }
}

async function atMost(ms: number, work: Promise<unknown>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([Promise.all(work), over]).finally(() => clearTimeout(timer));
}
