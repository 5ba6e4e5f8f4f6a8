/** For tests of the function `publications`: its routes over a fake project, a user with connections, and whoever calls. */
import { errorBody } from "../../../shared/errors/error_body.ts";
import type { ShownConnection } from "../../../shared/rows/connection.ts";
import { type FakeSupabase, fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { PNG } from "../_shared/files/png_fixture.ts";
import { signedIn, USER_ID } from "../_shared/http/caller_fixture.ts";
import { app } from "./index.ts";

export { USER_ID };
export const OTHER_ID = "7f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
export const X_ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e01";
export const INSTAGRAM_ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e02";

/** A connection that all options of its platform can be published with. */
export function connection(changes: Partial<ShownConnection> = {}): ShownConnection {
  return {
    id: X_ID,
    platform: "x",
    external_id: "42",
    display_name: "Ana",
    avatar_url: null,
    scopes: ["tweet.read", "tweet.write", "users.read", "media.write"],
    state: "live",
    state_code: null,
    state_message: null,
    expires_at: null,
    held_until: null,
    checked_at: null,
    created_at: "2026-11-01T12:00:00.123456+00:00",
    updated_at: "2026-11-01T12:00:00.123456+00:00",
    limit: { used: 3, total: 100, windowSeconds: 900, resetsAt: null, source: "ours" },
    ...changes,
  };
}

export const ON_X = connection();
export const ON_INSTAGRAM = connection({
  id: INSTAGRAM_ID,
  platform: "instagram",
  scopes: ["instagram_basic", "instagram_content_publish", "pages_read_engagement"],
});

/** A wish as the database is asked for it. */
export interface AskedWish {
  n: number;
  tool: string;
  input: { connectionId: string; groupId: string; caption: string; scheduledFor?: string };
  run_at: string | null;
  idempotency_key: string | null;
}

export interface PublicationsApi {
  project: FakeSupabase;
  /** The user's connections, and credits. */
  connections: ShownConnection[];
  /** The wishes of each call of the database. */
  wishes(): AskedWish[];
  call(request: string, options?: { as?: "user" | "server" | "nobody"; body?: unknown }): Promise<Answer>;
}

export interface Answer {
  status: number;
  body: unknown;
  error(): ReturnType<typeof errorBody.parse>["error"];
}

/** A file of the user's that is an image, by its first bytes. */
export const IMAGE = { name: "a.png", size: PNG.length, type: "image/png", path: `${USER_ID}/a.png` };

/** Starts the fake project: all options are switched on and cost a credit, the user has ten, and whatever is wished for is made. */
export function publicationsApi(): PublicationsApi {
  const project = fakeSupabase();
  const tokenOf = signedIn();
  const api: PublicationsApi = {
    project,
    connections: [],
    wishes: () => project.callsOf("enqueue_publications").flatMap(({ p_wishes }) => p_wishes as AskedWish[]),
    call: async (request, { as = "user", body } = {}) => {
      const [method = "GET", path = ""] = request.split(" ");
      const headers = {
        user: await tokenOf(),
        server: { apikey: "sb_secret_test" },
        nobody: { apikey: "sb_publishable_test" },
      }[as];
      const response = await app.fetch(
        new Request(`http://functions.example/publications${path}`, {
          method,
          headers: { ...headers, "content-type": "application/json" },
          ...body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) },
        }),
      );
      const text = await response.text();
      const answer: unknown = text === "" ? null : JSON.parse(text);
      return { status: response.status, body: answer, error: () => errorBody.parse(answer).error };
    },
  };
  Deno.test.beforeEach(() => {
    api.connections = [ON_X, ON_INSTAGRAM];
    project.files.set(`inputs/${IMAGE.path}`, { bytes: PNG, contentType: "image/png" });
    project.answers = {
      list_connections: () => api.connections,
      platform_app: { platform: "instagram", settings: {} },
      enqueue_publications: ({ p_wishes }) => made(p_wishes as AskedWish[]),
    };
    project.rows = {
      tools: ({ query }) => Response.json(asked(query.get("tool")).map((tool) => ({ tool, credit_cost: 1 }))),
      jobs: [],
      credit_accounts: [{ balance: 10 }],
    };
  });
  return api;
}

/** The values of a filter `in.(a,b)`; a question without one is about whether its user is still there. */
export function asked(filter: string | null): string[] {
  return filter?.match(/^in\.\((.*)\)$/)?.[1]?.split(",") ?? [];
}

/** What the database answers when it makes all that is wished for. */
export function made(wishes: readonly AskedWish[]) {
  return {
    jobs: wishes.map(({ n, input }) => ({
      n,
      is_new: true,
      job: {
        id: `0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9f${String(n).padStart(2, "0")}`,
        status: "pending",
        current_step: "queued",
        credits_charged: 1,
        input,
      },
    })),
    rejected: [],
  };
}
