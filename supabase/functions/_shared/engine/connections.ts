/** The tokens of connections, as a worker has them: read, renewed by one at a time, and what the platform says of them. */
import { z } from "zod";
import type { PostingLimit } from "../../../../shared/rows/connection.ts";
import { CONNECTION_STATES, PLATFORMS } from "../../../../shared/words/platforms.ts";
import { toldToOwner } from "./endings.ts";
import { callWorker } from "./publication_call.ts";

/** What a sign-in or a refresh gave (Tokens of a platform's, as far as it is kept). Times in seconds from now. */
export interface GivenTokens {
  accessToken: string;
  /** Null or empty: none was given, and the one that is there stays. */
  refreshToken: string | null;
  expiresIn: number | null;
  refreshExpiresIn: number | null;
}

const connectionTokens = z.object({
  access_token: z.string(),
  /** When the access token ends; null: the platform did not say. */
  expires_at: z.string().nullable(),
  state: z.enum(CONNECTION_STATES),
  platform: z.enum(PLATFORMS),
  external_id: z.string(),
  display_name: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  scopes: z.array(z.string()),
});
export type ConnectionTokens = z.infer<typeof connectionTokens>;

/** What it takes to call a platform with a connection. Throws 404 connection_not_found, 409 connection_revoked. */
export async function tokensOf(connectionId: string): Promise<ConnectionTokens> {
  return connectionTokens.parse(await callWorker("connection_tokens", { p_connection_id: connectionId }));
}

const refreshVerdict = z.discriminatedUnion("verdict", [
  /** It is this caller's to renew, alone for a minute. */
  z.object({
    verdict: z.literal("claimed"),
    claim: z.guid(),
    access_token: z.string(),
    refresh_token: z.string().nullable(),
  }),
  /** Somebody has renewed it. */
  z.object({ verdict: z.literal("fresh"), access_token: z.string(), expires_at: z.string().nullable() }),
  /** Somebody is at it, for so many seconds at the most; or it cannot be renewed before. */
  z.object({ verdict: z.literal("wait"), seconds: z.number() }),
  z.object({ verdict: z.literal("reconnect_needed") }),
  /** Its owner has ended it. */
  z.object({ verdict: z.literal("gone") }),
]);
export type RefreshVerdict = z.infer<typeof refreshVerdict>;

/** Sets out to renew an access. `known`: the access token that the caller has, and cannot go on with. */
export async function claimRefresh(connectionId: string, known: string): Promise<RefreshVerdict> {
  return refreshVerdict.parse(
    await callWorker("claim_refresh", { p_connection_id: connectionId, p_refused_access_token: known }),
  );
}

/** Keeps what a claim has brought home. False: it was renewed otherwise meanwhile, or ended. */
export async function refreshed(connectionId: string, claim: string, tokens: GivenTokens): Promise<boolean> {
  return z.boolean().parse(
    await callWorker("refreshed", {
      p_connection_id: connectionId,
      p_claim: claim,
      p_tokens: storedTokens(tokens),
    }),
  );
}

/** A claim has brought nothing home. `isFinal`: the platform will not renew it any more. */
export async function refreshFailed(
  connectionId: string,
  claim: string,
  failure: { code: string; message: string; retryAfterMs?: number },
  { isFinal }: { isFinal: boolean },
): Promise<void> {
  await callWorker("refresh_failed", {
    p_connection_id: connectionId,
    p_claim: claim,
    p_is_final: isFinal,
    p_code: failure.code,
    p_message: toldToOwner(failure.message),
    ...failure.retryAfterMs === undefined ? {} : { p_retry_after: `${failure.retryAfterMs} milliseconds` },
  });
}

/** The platform has answered for a connection. `limit`: what it says that may be posted; null: it has not said. */
export async function connectionChecked(connectionId: string, limit: PostingLimit | null): Promise<void> {
  await callWorker("connection_checked", {
    p_connection_id: connectionId,
    p_limits: limit,
    p_profile: null,
  });
}

/** A platform refuses a connection's access, also when that was renewed: its owner is to connect it anew. */
export async function connectionRefused(
  connectionId: string,
  { code, message }: { code: string; message: string },
): Promise<void> {
  await callWorker("connection_refused", {
    p_connection_id: connectionId,
    p_code: code,
    p_message: toldToOwner(message),
  });
}

const renewal = z.object({ connection_id: z.guid(), platform: z.string() });
/** An access that is to be renewed though nothing is published; under lease for ten minutes. */
export type Renewal = z.infer<typeof renewal>;

/** Leases up to `quantity` accesses that are to be renewed. */
export async function receiveRenewals(quantity: number): Promise<Renewal[]> {
  return z.array(renewal).parse(await callWorker("receive_renewals", { p_qty: quantity }) ?? []);
}

/** Tokens as the database takes them. */
export function storedTokens(tokens: GivenTokens): Record<string, string | number | null> {
  return {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: tokens.expiresIn,
    refresh_expires_in: tokens.refreshExpiresIn,
  };
}
