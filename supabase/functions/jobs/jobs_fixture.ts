/** For tests of the function `jobs`: its routes over a fake project, a user and a server who call them, and a job. */
import { errorBody } from "../../../shared/errors/error_body.ts";
import type { Job } from "../../../shared/rows/job.ts";
import { type FakeSupabase, fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { ADMIN, signedIn, USER_ID } from "../_shared/http/caller_fixture.ts";
import { app } from "./index.ts";

export { USER_ID };
export const OTHER_ID = "7f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
export const JOB_ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";

/** A completed job with two files, as its row is. */
export const JOB: Job = {
  id: JOB_ID,
  user_id: USER_ID,
  tool: "portrait",
  lane: "external",
  status: "completed",
  current_step: "completed",
  failed_at_step: null,
  error_code: null,
  error_message: null,
  output_url: "https://abc.supabase.co/storage/v1/object/authenticated/outputs/u/j/1-0.png",
  output_paths: ["1-0.png", "1-1.png"].map((name) => `${USER_ID}/${JOB_ID}/${name}`),
  progress: 100,
  progress_is_estimate: false,
  refund: "none",
  refundable: false,
  request_id: "t1",
  model_id: null,
  idempotency_key: null,
  run_at: null,
  version: 7,
  created_at: "2026-11-01T12:00:00.123456+00:00",
  completed_at: "2026-11-01T12:01:00+00:00",
  updated_at: "2026-11-01T12:01:00+00:00",
  step_history: [],
  input: {},
  output: {
    files: ["1-0.png", "1-1.png"].map((name) => ({
      bucket: "outputs",
      path: `${USER_ID}/${JOB_ID}/${name}`,
      content_type: "image/png",
      bytes: 16,
    })),
  },
  metadata: {},
  retried_from: null,
  priority: 0,
  attempt: 1,
  retry_count: 0,
  expires_at: "2026-11-02T12:00:00+00:00",
  deadline_at: null,
  max_attempts: 3,
  credits_charged: 1,
};

/** Who calls: a signed-in user, an admin, a server with a secret key, or somebody with none of it. */
export type As = "user" | "admin" | "server" | "nobody";

export interface Answer {
  status: number;
  headers: Headers;
  /** Null where there is none. */
  body: unknown;
  /** Code and details of an error, without its issues. */
  error(): [code: string, details: Record<string, unknown>];
}

/** Starts the fake project; `call` asks a route of `jobs`. A body that is a string is sent as it is. */
export function jobsApi(): {
  project: FakeSupabase;
  call(
    request: string,
    options?: { as?: As; body?: unknown; with?: Record<string, string> },
  ): Promise<Answer>;
} {
  const project = fakeSupabase();
  const tokenOf = signedIn();
  return {
    project,
    call: async (request, { as = "user", body, with: further = {} } = {}) => {
      const [method = "GET", path = ""] = request.split(" ");
      const headers: Record<As, Record<string, string>> = {
        user: await tokenOf(),
        admin: await tokenOf(ADMIN),
        server: { apikey: "sb_secret_test" },
        nobody: { apikey: "sb_publishable_test" },
      };
      const response = await app.fetch(
        new Request(`http://functions.example/jobs${path}`, {
          method,
          headers: { ...headers[as], "content-type": "application/json", ...further },
          ...body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) },
        }),
      );
      const text = await response.text();
      const answer: unknown = text === "" ? null : JSON.parse(text);
      return {
        status: response.status,
        headers: response.headers,
        body: answer,
        error: () => {
          const { code, details: { issues: _, ...details } } = errorBody.parse(answer).error;
          return [code, details];
        },
      };
    },
  };
}
