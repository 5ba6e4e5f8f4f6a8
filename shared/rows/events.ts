/** Broadcasts, as the database's triggers send them. */
import { z } from "zod";
import { CONNECTION_STATES, PLATFORMS } from "../words/platforms.ts";
import { historyEntry, visibleJob } from "./job.ts";
import { model, MODEL_STATUSES } from "./model.ts";
import { nodeResult } from "./project.ts";
import { JOB_STATUSES } from "../words/statuses.ts";
import { JOB_STEPS } from "../words/steps.ts";

/** Where an event came from. */
const debug = z.object({
  triggeredAt: z.string().describe("When it happened, by the database's clock."),
  triggerName: z.string(),
  broadcastSuccess: z.boolean().describe(
    "False: in the two minutes before, this topic should have had an event that could not be sent while somebody may " +
      "have heard it. Read anew what you show of the topic. True: none that the database knows of. (An event that " +
      "says so has been sent itself; and one may be lost on its way, which no database can know.)",
  ),
});

/**
 * A job was created (`INSERT`) or changed (`UPDATE`). Drop it when `new.version` is not newer than what you show. A job
 * that starts while it is created is starting from its first version on: `steps` holds all that it went through.
 */
export const jobEvent = z.object({
  type: z.enum(["INSERT", "UPDATE"]),
  table: z.literal("jobs"),
  schema: z.literal("public"),
  new: visibleJob,
  old: z.object({
    id: z.uuid(),
    status: z.enum(JOB_STATUSES),
    current_step: z.enum(JOB_STEPS),
    version: z.number().int().positive(),
  }).nullable(),
  /** What this change added to the history, oldest first. */
  steps: z.array(historyEntry),
  _debug: debug,
});
export type JobEvent = z.infer<typeof jobEvent>;

/**
 * A job was deleted (event `DELETE` on `jobs:{user_id}`), by an operator or by retention: take it off the screen. When
 * somebody deletes more than a thousand at once the rest is not told; when a user leaves, none is.
 */
export const jobDeletedEvent = jobEvent.extend({
  type: z.literal("DELETE"),
  new: z.null(),
  old: jobEvent.shape.old.unwrap(),
});
export type JobDeletedEvent = z.infer<typeof jobDeletedEvent>;

/**
 * More than twenty jobs were created in one call (event `jobs_created` on `jobs:{user_id}`, in place of an `INSERT` for
 * each): read them anew. Each of them that starts or changes after that has its own `UPDATE`, as ever.
 */
export const jobsCreatedEvent = z.object({
  count: z.number().int().positive(),
  /** The first hundred of them, in the order of the call. */
  ids: z.array(z.uuid()).max(100),
  at: z.string(),
});
export type JobsCreatedEvent = z.infer<typeof jobsCreatedEvent>;

/**
 * A lane has moved (event `lane_moved` on `lane:{lane}`, at most four a second). A job with ticket t comes nearer as the clock
 * of its priority nears t. Each user has but one job of a ticket, so of one user alone fewer than t - clock jobs come before it:
 * enough to count down without asking. Where many users wait, several jobs have the same ticket: ask now and then.
 */
export const laneEvent = z.object({
  lane: z.string(),
  /** The ticket last served, by priority. */
  clocks: z.record(z.string(), z.number().int()),
  running: z.number().int(),
  at: z.string(),
});
export type LaneEvent = z.infer<typeof laneEvent>;

/** An alert has opened, closed or been posted (event `alert_moved` on `ops`): read alerts anew. */
export const alertEvent = z.object({
  alert_id: z.number().int(),
  rule: z.string(),
  subject: z.string().nullable(),
  opened_at: z.string(),
  closed_at: z.string().nullable(),
  at: z.string(),
});
export type AlertEvent = z.infer<typeof alertEvent>;

/** A run of operators has begun, come further or ended (event `run_moved` on `ops`). */
export const runEvent = z.object({
  run_id: z.uuid(),
  action: z.string(),
  state: z.enum(["running", "done", "aborted"]),
  items: z.number().int(),
  done: z.number().int(),
  skipped: z.number().int(),
  failed: z.number().int(),
  at: z.string(),
});
export type RunEvent = z.infer<typeof runEvent>;

/** The audit has grown, up to this row (event `audit_grew` on `ops`): what it says is for those who may read it. */
export const auditEvent = z.object({ audit_id: z.number().int(), at: z.string() });
export type AuditEvent = z.infer<typeof auditEvent>;

const visibleProject = z.object({
  id: z.guid(),
  userId: z.guid(),
  name: z.string().nullable(),
  version: z.number().int().positive(),
  updatedAt: z.string(),
});

/** A node in an event: its id and what jobs write into its data. Anything else that stands there is left out. */
const changedNode = z.object({
  id: z.string().nullable(),
  type: z.string().nullable(),
  data: z.preprocess(onlyResults, nodeResult),
});

/** What an event shows of a project's content. Edges and viewport: where they have changed, whatever the app put there. */
const changedContent = z.object({
  nodes: z.array(changedNode),
  edges: z.unknown().optional(),
  viewport: z.unknown().optional(),
});

/**
 * A project was changed, on `project:{project_id}` (event `INSERT`, `UPDATE` or `DELETE`). Never the whole document:
 * `new.content` has the nodes that changed, at most 50 and 64 KiB of them, else none; and `edges` and `viewport` where
 * these have changed, unless all of it together is more than 64 KiB.
 *
 * - `_debug.nodeUpdated` is there and `new.version` is the next one after yours: jobs have shown themselves, on that node
 *   first. The nodes in `new.content.nodes` are all that changed; merge their `data` and take over `new.version`.
 * - Otherwise a person has changed the project, or you have missed something: read the row.
 */
export const projectEvent = z.object({
  type: z.enum(["INSERT", "UPDATE", "DELETE"]),
  table: z.literal("projects"),
  schema: z.literal("public"),
  /** Null for a project that was deleted. */
  new: visibleProject.extend({ content: changedContent }).nullable(),
  old: visibleProject.nullable(),
  _debug: debug.extend({ nodeUpdated: z.string().optional() }),
});
export type ProjectEvent = z.infer<typeof projectEvent>;

/** The name of the event that tells of connections to platforms. */
export const CONNECTION_EVENT = "connection_changed";

/** A connection is new or stands otherwise, on `jobs:{user_id}`. `id` is the broadcast's own. */
export const connectionEvent = z.object({
  type: z.literal(CONNECTION_EVENT),
  table: z.literal("connections"),
  schema: z.literal("public"),
  connection_id: z.guid(),
  platform: z.enum(PLATFORMS),
  state: z.enum(CONNECTION_STATES),
  state_code: z.string().nullable(),
  held_until: z.string().nullable(),
  at: z.string(),
});
export type ConnectionEvent = z.infer<typeof connectionEvent>;

/** The name of the event that tells of models. */
export const MODEL_STATUS_EVENT = "model_status_changed";

/** A model was made, changed or deleted (`new` is null), on `jobs:{user_id}`. Drop it when `new.version` is not newer than what you show. */
export const modelEvent = z.object({
  type: z.literal(MODEL_STATUS_EVENT),
  table: z.literal("ai_models"),
  schema: z.literal("public"),
  modelId: z.guid(),
  userId: z.guid(),
  status: z.enum(MODEL_STATUSES),
  progress: z.number().int().min(0).max(100),
  new: model.nullable(),
  old: z.object({
    id: z.guid(),
    status: z.enum(MODEL_STATUSES),
    progress: z.number().int(),
    version: z.number().int().positive(),
  }).nullable(),
  _debug: debug,
});
export type ModelEvent = z.infer<typeof modelEvent>;

/** Users may write anything into their nodes; what is no result must not make an event unreadable. */
function onlyResults(data: unknown): unknown {
  if (typeof data !== "object" || data === null) return {};
  const fields: Readonly<Record<string, z.ZodType>> = nodeResult.shape;
  return Object.fromEntries(
    Object.entries(data).filter(([key, value]) => fields[key]?.safeParse(value).success),
  );
}
