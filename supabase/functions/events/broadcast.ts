/** Broadcasts as they come, from Realtime or from its table, and what a stream makes of them. */
import { z } from "zod";
import { CONNECTION_EVENT, MODEL_STATUS_EVENT } from "../../../shared/rows/events.ts";
import type { StreamChange } from "../../../shared/rows/stream.ts";

/** As much of a broadcast as a stream must understand. */
export interface Broadcast {
  /** Of the broadcast, not of the row: one for each. */
  id: string;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  /** When it was written, in microseconds since 1970. */
  at: number;
  /** Whether it is kept and can be told later: a lane's clocks are overtaken by the next ones. */
  isKept: boolean;
}

const envelope = z.object({
  topic: z.string(),
  event: z.string(),
  payload: z.looseObject({
    id: z.guid(),
    at: z.string().optional().catch(undefined),
    _debug: z.looseObject({ triggeredAt: z.string() }).optional().catch(undefined),
  }),
});

/** Reads a message; undefined: none of ours, and nothing that a stream could tell. */
export function broadcastOf(message: unknown): Broadcast | undefined {
  const read = envelope.safeParse(message);
  if (!read.success) return undefined;
  const { topic, event, payload } = read.data;
  const ms = Date.parse(payload._debug?.triggeredAt ?? payload.at ?? "");
  if (Number.isNaN(ms)) return undefined;
  return {
    id: payload.id,
    topic,
    event,
    payload,
    at: ms * 1000 + 999, // what was cut off makes it no earlier than it was
    isKept: !topic.startsWith("lane:"),
  };
}

/** What a stream says of it. */
export function told({ topic, event, payload }: Broadcast): StreamChange {
  if (event === MODEL_STATUS_EVENT) {
    return {
      type: MODEL_STATUS_EVENT,
      topic,
      event,
      modelId: String(payload.modelId),
      status: String(payload.status),
      data: z.record(z.string(), z.unknown()).safeParse(payload.new).data ?? null,
      payload,
    };
  }
  const type = event === CONNECTION_EVENT
    ? CONNECTION_EVENT
    : topic.startsWith("project:")
    ? "project_changed"
    : topic.startsWith("lane:")
    ? "lane_moved"
    : "job_changed";
  return { type, topic, event, payload };
}
