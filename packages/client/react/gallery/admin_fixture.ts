/** As much of supabase-js as the details of a job ask for, as an admin or not. */
import type { Attempt } from "../hooks/read_evidence.ts";

/** Ids of 19 digits, as RunningHub has them: more than a number of JavaScript's keeps. */
export const RAW_ATTEMPTS: readonly Attempt[] = [
  {
    attempt: 2,
    phase: "finished",
    outcome: "failed",
    external_id: "1904152026220003329",
    error_code: "805",
    error_message: "VRAM overflow: image too large",
    started_at: "2026-11-26T12:01:05.000Z",
    finished_at: "2026-11-26T12:03:41.000Z",
    raw_api_response:
      '{"code": 0, "msg": "success", "data": {"taskId": 1904152026220003329, "taskStatus": "RUNNING", "clientId": "e825290b08ca2015b8f62f0bbdb5f5f6"}}',
    raw_webhook_payload:
      '{"event": "TASK_END", "taskId": "1904152026220003329", "eventData": {"code": 805, "msg": "APIKEY_TASK_STATUS_ERROR", "data": {"failedReason": {"exception_type": "VRAM overflow", "node_id": 1904152026220003330, "traceback": []}}}}',
  },
  {
    attempt: 1,
    phase: "finished",
    outcome: "retried",
    external_id: null,
    error_code: "1005",
    error_message: "Internal error",
    started_at: "2026-11-26T12:00:02.000Z",
    finished_at: "2026-11-26T12:00:03.000Z",
    raw_api_response: '{"errorCode": "1005", "errorMessage": "Internal error", "taskId": ""}',
    raw_webhook_payload: null,
  },
];

/** `attempts` null: signed in, but no admin. `asked` hears each select. */
export function adminOf(attempts: readonly Attempt[] | null, asked: (select: string) => void = () => {}) {
  const role = attempts === null ? "user" : "admin";
  const query = {
    eq: () => query,
    order: () => query,
    limit: () => Promise.resolve({ data: attempts ?? [], error: null }),
  };
  return {
    auth: { getSession: () => Promise.resolve({ data: { session: { user: { app_metadata: { role } } } } }) },
    from: () => ({ select: (columns: string) => (asked(columns), query) }),
  };
}
