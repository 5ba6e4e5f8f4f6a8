/** Rows of `realtime.messages` as broadcasts. */
import type postgres from "postgres";
import type { Room } from "./rooms.ts";
import type { Broadcast } from "./wire.ts";

/** A broadcast from the database, its id, and where it goes. */
export interface StoredMessage {
  id: string;
  room: Room;
  broadcast: Broadcast;
}

interface MessageRow {
  id: string;
  topic: string;
  event: string | null;
  /** jsonb as text, so that it passes through unchanged. */
  payload: string | null;
  binary_payload: Uint8Array | null;
  private: boolean | null;
}

/** The most that a replay gives, and what it gives unasked. */
const REPLAY_LIMIT = 25;
const REPLAY_DEFAULT = 10;

/** The messages with these ids, in the order of `ids`; ids without a deliverable message are left out. */
export async function messagesById(sql: postgres.Sql, ids: string[]): Promise<StoredMessage[]> {
  const rows = await sql<MessageRow[]>`
    select id, topic, event, payload::text as payload, binary_payload, private from realtime.messages
    where id = any (${ids}::uuid[]) and extension = 'broadcast'`;
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => toMessages(found.get(id), { id }));
}

/**
 * The latest private broadcasts on `topic` since `since` (milliseconds since the epoch), oldest first.
 * @param limit 1 to 25; taken as the nearest of these.
 */
export async function messagesSince(
  sql: postgres.Sql,
  topic: string,
  { since = 0, limit = REPLAY_DEFAULT }: { since?: number | undefined; limit?: number | undefined },
): Promise<StoredMessage[]> {
  const rows = await sql<MessageRow[]>`
    select id, topic, event, payload::text as payload, binary_payload, private from realtime.messages
    where topic = ${topic} and extension = 'broadcast' and private
      and inserted_at >= to_timestamp(${since}::numeric / 1000) at time zone 'UTC'
    order by inserted_at desc limit ${Math.max(1, Math.min(limit, REPLAY_LIMIT))}`;
  return rows.reverse().flatMap((row) => toMessages(row, { id: row.id, replayed: true }));
}

/** One message, or none: a row without payload or event is stored and never delivered, as on hosted projects. */
function toMessages(row: MessageRow | undefined, meta: Record<string, unknown>): StoredMessage[] {
  if (!row || row.event === null) return [];
  const body = row.binary_payload ? { bytes: row.binary_payload } : row.payload && { json: row.payload };
  if (!body) return [];
  const room = { topic: row.topic, private: row.private ?? false };
  return [{ id: row.id, room, broadcast: { event: row.event, body, meta } }];
}
