/** What `GET /events/stream` sends: the `data` of its events, as JSON. */
import { z } from "zod";

const timestamp = z.string().describe("When the server sent it, ISO 8601.");

/** The first event of every stream. From here on nothing is missed but what `snapshot` and `state` say. */
export const streamConnected = z.object({
  type: z.literal("connected"),
  timestamp,
  message: z.literal("SSE connected"),
  topics: z.array(z.string()).describe("What it tells of: the topics of the broadcasts."),
  state: z.enum(["live", "catching_up"]).describe("As in `state`."),
});

/** Every 25 s: nothing has happened, and the stream is there. */
export const streamHeartbeat = z.object({ type: z.literal("heartbeat"), timestamp });

/** What happened since `Last-Event-ID` cannot be told event by event: read anew what you show. */
export const streamSnapshot = z.object({
  type: z.literal("snapshot"),
  timestamp,
  reason: z.enum(["unknown_id", "too_long_ago", "too_much", "untold", "joined_late"]),
});

/**
 * Named `state` (`addEventListener("state", …)`): whether changes are told as they happen. After `catching_up` comes what
 * happened meanwhile, then `live`.
 */
export const streamState = z.object({
  type: z.literal("state"),
  timestamp,
  state: z.enum(["live", "catching_up"]),
  reason: z.string().describe("For a person who looks for a fault."),
});

/** What is told of a change: the broadcast as it was sent (events.ts), with its topic and the broadcast's own name. */
export const streamChange = z.object({
  type: z.enum(["job_changed", "connection_changed", "project_changed", "lane_moved"]),
  topic: z.string(),
  event: z.string(),
  payload: z.record(z.string(), z.unknown()),
});

/** A change of a model, with what document 001 reads of it: `data` is the model as it is now, null when it is gone. */
export const streamModelChange = streamChange.extend({
  type: z.literal("model_status_changed"),
  modelId: z.string(),
  status: z.string(),
  data: z.record(z.string(), z.unknown()).nullable(),
});

/** Anything that a stream sends. */
export const streamEvent = z.discriminatedUnion("type", [
  streamConnected,
  streamHeartbeat,
  streamSnapshot,
  streamState,
  streamChange,
  streamModelChange,
]);
export type StreamEvent = z.infer<typeof streamEvent>;
export type StreamChange = z.infer<typeof streamChange> | z.infer<typeof streamModelChange>;
export type MissedReason = z.infer<typeof streamSnapshot>["reason"];
