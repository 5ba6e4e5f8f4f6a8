/**
 * Access to an account, as workers see to it: a token that ends within a minute is renewed, by one of them at a
 * time.
 */
import type { Database } from "./database.ts";
import type { PlatformBooks } from "./platform_books.ts";

const LEAST_LIFE_MS = 60_000;

interface Known {
  readonly access_token: string;
  readonly expires_at: string | null;
  readonly state: string;
}

interface Claim {
  readonly verdict: string;
  readonly claim: string;
  readonly access_token: string;
  readonly refresh_token: string | null;
}

/** The token of a connection, renewed where that is due; null: its owner has to connect it anew. */
export async function renewed(
  database: Database,
  book: PlatformBooks,
  connectionId: string,
): Promise<string | null> {
  const known = await database.call<Known>("worker.connection_tokens", { p_connection_id: connectionId });
  const life = known.expires_at === null ? Infinity : Date.parse(known.expires_at) - database.now;
  if (life > LEAST_LIFE_MS) return known.access_token;
  return await renew(database, book, connectionId, known.access_token);
}

/** Renews an access, whatever its age; null as above. */
export async function renew(
  database: Database,
  book: PlatformBooks,
  connectionId: string,
  accessToken?: string,
): Promise<string | null> {
  const token = accessToken ??
    (await database.call<Known>("worker.connection_tokens", { p_connection_id: connectionId })).access_token;
  const claim = await database.call<Claim>("worker.claim_refresh", {
    p_connection_id: connectionId,
    p_refused_access_token: token,
  });
  if (claim.verdict === "fresh") return claim.access_token;
  if (claim.verdict !== "claimed") return null;
  const about = { p_connection_id: connectionId, p_claim: claim.claim };
  if (book.isAway(database.now)) {
    await database.call("worker.refresh_failed", {
      ...about,
      p_is_final: false,
      p_code: "unreachable",
      p_message: "It does not answer",
    });
    return token;
  }
  const tokens = book.renew(claim.access_token, claim.refresh_token, database.now);
  if (!tokens) {
    await database.call("worker.refresh_failed", {
      ...about,
      p_is_final: true,
      p_code: "invalid_grant",
      p_message: "The access has ended",
    });
    return null;
  }
  await database.call("worker.refreshed", { ...about, p_tokens: tokens });
  return tokens.access_token;
}

/** Renews the accesses that are to be kept alive though nothing is published. */
export async function keepAlive(
  database: Database,
  bookOf: (platform: string) => PlatformBooks,
): Promise<void> {
  for (;;) {
    const due = await database.rows<{ one: { connection_id: string; platform: string } }>(
      "select worker.receive_renewals(50) as one",
    );
    for (const { one } of due) await renew(database, bookOf(one.platform), one.connection_id);
    if (due.length === 0) return;
  }
}
