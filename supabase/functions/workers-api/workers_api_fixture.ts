/** For tests of workers-api: its routes over a fake project, and the job that they are about. */
import { errorBody } from "../../../shared/errors/error_body.ts";
import { type FakeSupabase, fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import type { ClaimedItem } from "./pull_rpc.ts";
import app from "./index.ts";

export const USER_ID = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
export const JOB_ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
/** The token of the attempt, a secret. */
export const TOKEN = "8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
export const ATTEMPT = { jobId: JOB_ID, token: TOKEN };
/** Where results of the job lie. */
export const FOLDER = `${USER_ID}/${JOB_ID}/`;

/** What `worker.claimed` answers while the attempt is the job's and open. */
export const OPEN = { user_id: USER_ID, tool: "portrait", attempt: 2, outcome: null, status: "processing" };

/** What `worker.claim` hands out; `input` and `settings` as a test wants them. */
export function itemOf(
  { input = {}, settings = {}, handed = {} }: {
    input?: Record<string, unknown>;
    handed?: Record<string, string>;
    settings?: ClaimedItem["tool_settings"];
  } = {},
): ClaimedItem {
  return {
    job: {
      id: JOB_ID,
      user_id: USER_ID,
      tool: "portrait",
      lane: "external",
      input,
      metadata: { projectId: "p" },
      created_at: "2026-11-01T12:00:00+00:00",
      deadline_at: new Date(Date.now() + 600_000).toISOString(),
    },
    attempt: { attempt: 2, token: TOKEN },
    lease_seconds: 120,
    handed,
    tool_settings: settings,
  };
}

/** An answer of a route. */
export interface Answer {
  status: number;
  body: unknown;
  /** Code and field of an error. */
  error(): [code: string, field: unknown];
}

/** Starts the fake project; `call` posts to a route of workers-api with the secret key, or another. */
export function workersApi(): {
  project: FakeSupabase;
  call(route: string, body: unknown, key?: string): Promise<Answer>;
} {
  const project = fakeSupabase();
  return {
    project,
    call: async (route, body, key = "sb_secret_test") => {
      const response = await app.fetch(
        new Request(`http://functions.example/workers-api/${route}`, {
          method: "POST",
          headers: { apikey: key, "content-type": "application/json" },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
      );
      const answer = await response.json();
      return {
        status: response.status,
        body: answer,
        error: () => {
          const { code, details } = errorBody.parse(answer).error;
          return [code, details.field];
        },
      };
    },
  };
}
