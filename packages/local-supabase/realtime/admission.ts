/**
 * Whether a client may join a channel, and with which rights. Refusals in the words of hosted Realtime.
 * Source: github.com/supabase/realtime, lib/realtime_web/channels/realtime_channel.ex and payloads/.
 */
import { z } from "zod";
import type { Database } from "../reconnecting_database.ts";
import type { Claims, Tokens } from "../tokens.ts";
import { verdictOn } from "./bearer.ts";
import { messagesSince, type StoredMessage } from "./messages.ts";
import { PolicyError, type ReadRights, readRights } from "./rights.ts";

// Malformed parts of a join count as absent, as on hosted projects.
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]).catch(
  false,
);
const token = z.string().optional().catch(undefined);
const broadcast = z.object({
  ack: flag,
  self: flag,
  replication_ready: flag,
  replay: z.unknown().optional(),
});
const config = z.object({
  broadcast: broadcast.catch(broadcast.parse({})),
  private: flag,
  postgres_changes: z.array(z.record(z.string(), z.unknown()).nullable()).catch([]),
});
const joinPayload = z.object({
  config: config.catch(config.parse({})),
  access_token: token,
  user_token: token,
});
const replayParameters = z.object({ since: z.int().optional(), limit: z.int().optional() });

/** What a join may ask for. */
export type ChannelConfig = z.infer<typeof config>;

/** A client that may join. */
export interface Admission {
  config: ChannelConfig;
  token: string;
  claims: Claims;
  read: ReadRights;
  /** Messages to give before the live ones, oldest first. */
  replay: StoredMessage[];
}

/** Why a client may not join or stay; `code` precedes the message where a join is refused. */
export interface Refusal {
  code: string;
  message: string;
}

/** What the decision needs. */
export interface Authorities {
  database: Database;
  tokens: Tokens;
}

/**
 * Decides on a join of `topic` (without `realtime:`). Without a token of its own, or with an `sb_` key in its place,
 * the channel has the rights of the socket's `apiKey`.
 */
export async function admit(
  payload: unknown,
  topic: string,
  apiKey: string,
  authorities: Authorities,
): Promise<Admission | Refusal> {
  const { config, access_token, user_token } = joinPayload.catch(joinPayload.parse({})).parse(payload);
  const presented = user_token ?? access_token;
  const token = presented && !presented.startsWith("sb_") ? presented : apiKey;
  const granted = await authorize(token, topic, config.private, authorities);
  if (!("claims" in granted)) return granted;
  const replay = await requestedReplay(config, topic, granted.read, authorities.database);
  return Array.isArray(replay) ? { config, token, ...granted, replay } : replay;
}

/** Verifies `token` and finds what it may read. On a public channel everybody reads everything. */
export async function authorize(
  token: string,
  topic: string,
  isPrivate: boolean,
  { database, tokens }: Authorities,
): Promise<{ claims: Claims; read: ReadRights } | Refusal> {
  const verdict = await verdictOn(token, tokens);
  if (!verdict.ok) return verdict;
  const { claims } = verdict;
  if (!isPrivate) return { claims, read: { broadcast: true, presence: true } };
  try {
    const read = await readRights(database.sql, topic, claims);
    return read.broadcast || read.presence ? { claims, read } : mayNotRead(topic);
  } catch (error) {
    if (!(error instanceof PolicyError)) return UNREACHABLE;
    console.error(`realtime: a policy on realtime.messages failed for topic ${topic}: ${error.message}`);
    return mayNotRead(topic);
  }
}

async function requestedReplay(
  { broadcast, private: isPrivate }: ChannelConfig,
  topic: string,
  read: ReadRights,
  database: Database,
): Promise<StoredMessage[] | Refusal> {
  const refused = (message: string): Refusal => ({ code: "UnableToReplayMessages", message });
  if (broadcast.replay === undefined || broadcast.replay === null) return [];
  if (!read.broadcast) return mayNotRead(topic);
  if (!isPrivate) return refused("Replay is not allowed for public channels");
  const parameters = replayParameters.safeParse(broadcast.replay);
  if (!parameters.success) return refused("Replay params are not valid");
  return await messagesSince(database.sql, topic, parameters.data)
    .catch(() => refused("Realtime was unable to replay messages"));
}

const UNREACHABLE: Refusal = {
  code: "UnableToConnectToProject",
  message: "Realtime was unable to connect to the project database",
};

function mayNotRead(topic: string): Refusal {
  return {
    code: "Unauthorized",
    message: `You do not have permissions to read from this Channel topic: ${topic}`,
  };
}
