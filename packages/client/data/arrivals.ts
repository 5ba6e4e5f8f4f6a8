/**
 * What arrives, looked at before it is believed: by hand, because a schema library is larger than all the rest. What the data
 * stands on is checked (ids, versions, words that are compared); what is only shown is taken as it is.
 */
import { JOB_STATUSES } from "../../../shared/words/statuses.ts";
import type { HistoryEntry, VisibleJob } from "../../../shared/rows/job.ts";
import type { MODEL_STATUS_EVENT } from "../../../shared/rows/events.ts";
import type { Model } from "../../../shared/rows/model.ts";
import type { ReadJob, Told } from "./client_job.ts";

export type Dict = Readonly<Record<string, unknown>>;

export const isDict = (value: unknown): value is Dict =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isTime = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));
const isHistory = (value: unknown): value is HistoryEntry[] =>
  Array.isArray(value) && value.every((step) => isDict(step) && isText(step.step) && isText(step.timestamp));

/** Whether a name can be a job's id: what cannot is no question for the server, which would refuse all that is asked with it. */
export const isId = (name: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);

/** Whether a value is a job as a broadcast shows it. */
export function isVisibleJob(value: unknown): value is VisibleJob {
  return isDict(value) && isText(value.id) && isText(value.tool) && isText(value.lane) &&
    (JOB_STATUSES as readonly unknown[]).includes(value.status) && isText(value.current_step) &&
    isVersion(value.version) && isTime(value.created_at) && isTime(value.updated_at);
}

/** Whether a value is a job as the functions answer with it. */
export function isReadJob(value: unknown): value is ReadJob {
  if (!isVisibleJob(value)) return false;
  const { step_history, input, output }: Dict = { ...value };
  return isHistory(step_history) && isDict(input) && (output === null || isOutput(output));
}

const isOutput = (value: unknown) =>
  isDict(value) && Array.isArray(value.files) &&
  value.files.every((file) => isDict(file) && isText(file.path));

/**
 * The jobs in an answer `{jobs}` or `{job}`; null when it is none. A row that is not understood (a newer server has a state
 * more) keeps none of the others away. @param odd called with each of those
 */
export function jobsIn(body: unknown, odd: (row: unknown) => void = () => {}): ReadJob[] | null {
  if (!isDict(body)) return null;
  const rows: unknown = "jobs" in body ? body.jobs : [body.job];
  if (!Array.isArray(rows)) return null;
  return rows.filter((row): row is ReadJob => {
    const isKnown = isReadJob(row);
    if (!isKnown) odd(row);
    return isKnown;
  });
}

/** The name of the event that tells of models, as shared/rows/events.ts has it (which is made of zod). */
export const MODEL_STATUS = "model_status_changed" satisfies typeof MODEL_STATUS_EVENT;

/** The name of the event that tells of connections to platforms. */
export const CONNECTION_CHANGED = "connection_changed";

/** What happened to a job. */
export type JobNews =
  | { readonly type: "told"; readonly told: Told; readonly oldStatus: string | null; readonly isAll: boolean }
  | { readonly type: "gone"; readonly id: string }
  | { readonly type: "many" };

/** Reads a broadcast on `jobs:{user}` that tells of jobs; null when it is none, or not of a shape that is known. */
export function jobNewsOf(event: string, payload: unknown): JobNews | null {
  if (event === "jobs_created") return { type: "many" };
  if (!isDict(payload)) return null;
  const { new: row, old, steps = [], _debug } = payload;
  if (event === "DELETE") return isDict(old) && isText(old.id) ? { type: "gone", id: old.id } : null;
  if (event !== "INSERT" && event !== "UPDATE") return null;
  if (!isVisibleJob(row) || !isHistory(steps)) return null;
  const before = event === "UPDATE" && isDict(old) ? old : null;
  if (event === "UPDATE" && !isVersion(before?.version)) return null;
  return {
    type: "told",
    told: { row, steps, oldVersion: isVersion(before?.version) ? before.version : null },
    oldStatus: isText(before?.status) ? before.status : null,
    isAll: !(isDict(_debug) && _debug.broadcastSuccess === false),
  };
}

/** Whether a value is a model as its owner sees it. */
export function isModel(value: unknown): value is Model {
  return isDict(value) && isText(value.id) && isText(value.status) && isVersion(value.version) &&
    isTime(value.createdAt);
}
