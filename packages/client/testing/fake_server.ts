/** The functions as a client sees them, without a network: rows, versions, broadcasts. What goes between is in the test's hands. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { HistoryEntry, Job } from "../../../shared/rows/job.ts";
import type { JobStatus } from "../../../shared/words/statuses.ts";
import type { JobStep } from "../../../shared/words/steps.ts";
import { WAITING_JOB } from "./waiting_job_fixture.ts";

export interface Broadcast {
  readonly event: string;
  readonly payload: Record<string, unknown>;
}
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown> | undefined;
  readonly headers: Record<string, string>;
}
/** What becomes of a request: the server's answer, nothing (the network is down), or something else. */
export type Fate = (
  request: Request,
  answer: () => Promise<Response> | Response,
) => Promise<Response> | Response;

export interface FakeServer {
  readonly supabase: SupabaseClient;
  readonly jobs: Map<string, Job>;
  readonly requests: Request[];
  readonly reports: unknown[];
  fate: Fate;
  /** Answers for other routes: path without query → body, or what makes it; an EsteiraError is a refusal. */
  readonly routes: Map<string, unknown>;
  create(wish: Record<string, unknown>): Job;
  /** A job goes on. */
  move(id: string, step: JobStep, change?: Partial<Job>): Job;
  remove(id: string): void;
  /** What has been told since it was last asked for. */
  told(): Broadcast[];
  /** What the server answers now. */
  answer(request: Request): Response;
}

const STATUS: Partial<Record<JobStep, JobStatus>> = {
  queued: "pending",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

export function fakeServer(now: () => number, userId = "user-1"): FakeServer {
  const jobs = new Map<string, Job>();
  const broadcasts: Broadcast[] = [];
  /** By idempotency key; a key is one job for ever. */
  const made = new Map<string, Job>();
  let serial = 0;
  const iso = () =>
    new Date(now()).toISOString().replace("Z", `${String(++serial % 1000).padStart(3, "0")}+00:00`);

  function tell(type: string, job: Job | null, old: Job | null, steps: HistoryEntry[]): void {
    const { step_history: _, input: _i, output: _o, ...visible } = job ?? {} as Job;
    broadcasts.push({
      event: type,
      payload: {
        type,
        new: job && structuredClone(visible),
        old: old && { id: old.id, status: old.status, current_step: old.current_step, version: old.version },
        steps,
        _debug: { broadcastSuccess: true },
      },
    });
  }

  const self: FakeServer = {
    supabase: {
      functions: {
        async invoke(path: string, options: Record<string, unknown>) {
          const request = { path, ...options } as unknown as Request;
          self.requests.push(request);
          try {
            const response = await self.fate(request, () => self.answer(request));
            if (!response.ok) {
              return { data: null, error: { name: "FunctionsHttpError", context: response }, response };
            }
            const text = await response.text(); // as supabase-js: what is no JSON by its type is text
            return { data: text.startsWith("<") ? text : JSON.parse(text), error: null, response };
          } catch (context) {
            return { data: null, error: { name: "FunctionsFetchError", context } };
          }
        },
      },
      rpc: (_name: string, args: Record<string, unknown>) => {
        self.reports.push(args.p_reports);
        return Promise.resolve({ data: null, error: null });
      },
      auth: { refreshSession: () => Promise.resolve({}) },
    } as unknown as SupabaseClient,
    jobs,
    requests: [],
    reports: [],
    routes: new Map(),
    fate: (_, answer) => answer(),
    create(wish) {
      const key = typeof wish.idempotencyKey === "string" ? wish.idempotencyKey : null;
      const known = key === null ? undefined : made.get(key);
      if (known) return jobs.get(known.id) ?? known;
      const at = iso();
      const born = now().toString(16).padStart(12, "0");
      const id = `${born.slice(0, 8)}-${born.slice(8)}-7000-8000-${String(++serial).padStart(12, "0")}`;
      const steps = (["insert", "queued"] as const).map((step) => ({ step, timestamp: at }));
      const job = {
        ...BLANK,
        id,
        user_id: userId,
        tool: String(wish.tool),
        idempotency_key: key,
        input: wish.input ?? {},
        created_at: at,
        updated_at: at,
        step_history: steps,
        expires_at: at,
      } as Job;
      jobs.set(id, job);
      if (key !== null) made.set(key, job);
      tell("INSERT", job, null, steps);
      return job;
    },
    move(id, step, change = {}) {
      const old = jobs.get(id) as Job;
      const at = iso();
      const entry = { step, timestamp: at };
      const status = STATUS[step] ?? "processing";
      const next: Job = {
        ...old,
        status,
        current_step: step,
        version: old.version + 1,
        updated_at: at,
        step_history: [...old.step_history, entry],
        ...status === "completed" && { output: { files: [], data: { of: id } }, completed_at: at },
        ...change,
      };
      jobs.set(id, next);
      tell("UPDATE", next, old, [entry]);
      return next;
    },
    remove(id) {
      const old = jobs.get(id);
      if (jobs.delete(id) && old) tell("DELETE", null, old, []);
    },
    told: () => broadcasts.splice(0),
    answer: (request) => answerTo(self, request, now),
  };
  return self;
}

const BLANK = {
  ...WAITING_JOB,
  metadata: {},
  retried_from: null,
  priority: 0,
  attempt: 0,
  retry_count: 0,
  deadline_at: null,
  max_attempts: 3,
  credits_charged: 1,
};

function answerTo(
  server: FakeServer,
  request: Request,
  now: () => number,
): Response {
  const { method = "GET", path, body } = request;
  const say = (value: unknown, status = 200) =>
    new Response(JSON.stringify(value), {
      status,
      headers: { "esteira-time": new Date(now()).toISOString() },
    });
  const refuse = (status: number, code: string) =>
    say({ error: { code, message: code, details: {} } }, status);
  const [route = "", query = ""] = path.split("?");
  const search = new URLSearchParams(query);
  const [, id = "", action] = route.split("/");
  const job = server.jobs.get(id);
  if (server.routes.has(route)) {
    const made = server.routes.get(route);
    const answer = typeof made === "function" ? made(request) : made;
    return answer instanceof EsteiraError ? say(answer.toBody(), answer.status) : say(answer);
  }
  if (route === "jobs" && method === "GET") return say(pageOf([...server.jobs.values()], search));
  if (route === "jobs/by-id") {
    return say({ jobs: search.getAll("id").flatMap((one) => server.jobs.get(one) ?? []) });
  }
  if (route === "jobs" && method === "POST" && body) {
    if (body.tool === "refused") return refuse(402, "insufficient_credits");
    return say({ job: server.create(body) }, 201);
  }
  if (route === "jobs/batch" && body) {
    const wishes = body.jobs as Record<string, unknown>[];
    if (wishes.some(({ tool }) => tool === "refused")) return refuse(402, "insufficient_credits");
    return say({ jobs: wishes.map((wish) => server.create(wish)) }, 201);
  }
  if (!job) return refuse(404, "not_found");
  if (action === "retry") {
    return say(
      { job: server.create({ tool: job.tool, input: job.input, idempotencyKey: `again-${id}` }) },
      201,
    );
  }
  if (method === "DELETE") return say({ job: server.move(id, "cancelled") });
  return say({ job });
}

function pageOf(jobs: Job[], search: URLSearchParams) {
  const statuses = search.getAll("status");
  const [tool, cursor] = [search.get("tool"), search.get("cursor")];
  const limit = Number(search.get("limit") ?? 20);
  const place = (job: Job) => `${job.created_at} ${job.id}`;
  const all = jobs.filter((job) =>
    (statuses.length === 0 || statuses.includes(job.status)) && (!tool || job.tool === tool) &&
    (!cursor || place(job) < cursor)
  ).sort((a, b) => place(a) < place(b) ? 1 : -1);
  const page = all.slice(0, limit);
  const last = page.at(-1);
  return { jobs: page, nextCursor: all.length > limit && last ? place(last) : null };
}
