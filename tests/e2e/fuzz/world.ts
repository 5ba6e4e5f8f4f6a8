/** A world to be fuzzed: jobs in every lane whose attempts are open, so that requests go as far as they can. */
import { eventually } from "@esteira/local-supabase/testing";
import { createHmac } from "node:crypto";
import { ticketResponse } from "../../../shared/requests/requests_events.ts";
import { claimResponse } from "../../../shared/requests/requests_workers.ts";
import { callFunction, createJob, uploadInput } from "../../world/api.ts";
import { type Environment, startEnvironment, type User } from "../../world/environment.ts";
import { moveTool } from "../../world/move_tool.ts";
import { drawPicture } from "../../world/picture.ts";
import type { Chance } from "./chance.ts";
import { publishingStock } from "./publishing.ts";
import type { Context, FuzzRequest } from "./requests.ts";

const CREDITS = 1_000_000_000;
/** Jobs that a worker outside has claimed. */
const CLAIMED = 2;
/** Longer than any test: what runs goes on running. */
const NEVER_MS = 3_600_000;
const NOBODY = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const IMAGE_LANES = ["kie", "fal", "replicate"];

export interface FuzzWorld {
  environment: Environment;
  user: User;
  /** All that requests are made of. */
  contextOf(chance: Chance): Context;
}

/** Starts it. Limits are out of the way: what is to be seen is what lies behind them. */
export async function startFuzzWorld(): Promise<FuzzWorld> {
  const slow = { taskMs: NEVER_MS };
  const environment = await startEnvironment({
    runninghub: slow,
    kie: slow,
    fal: slow,
    replicate: slow,
    astria: slow,
  });
  try {
    const { sql } = environment;
    await raiseLimits(environment);
    await sql`
      insert into public.tools (tool, lane, titles, settings)
      values ('outside', 'external', '{"en": "Outside"}', '{"input_schema": {"type": "object"}}')`;
    await sql`update private.accounts set settings = settings || '{"unsigned_webhooks": true}',
        webhook_secret_name = null
      where lane = 'kie'`;
    const user = await environment.signUp(CREDITS);
    const image = await uploadInput(user, drawPicture(16));
    const pictures = await Promise.all([11, 12, 13, 14].map((side) => uploadInput(user, drawPicture(side))));

    const training = { name: "Ana", subject: "woman", images: pictures };
    const jobs: Record<string, string> = {
      runninghub: (await createJob(environment, user, "upscaler", { image })).id,
      astria: (await createJob(environment, user, "model_training", training)).id,
    };
    for (const lane of IMAGE_LANES) {
      await moveTool(environment, "image", lane);
      jobs[lane] = (await createJob(environment, user, "image", { prompt: lane })).id;
    }
    const attempts: Record<string, { job: string; token: string }> = {};
    for (const [lane, job] of Object.entries(jobs)) attempts[lane] = await attemptOf(environment, job);
    const claimed = await claim(environment, user);
    const tasks = await sql`select request_id from public.jobs where request_id is not null`;
    const [model] = await sql`select id from public.ai_models limit 1`;
    const [project] = await sql`insert into public.projects (user_id) values (${user.userId}) returning id`;
    const { ticket } = ticketResponse.parse(
      (await callFunction(environment, "events/ticket", { token: user.accessToken })).body,
    );

    const publishing = await publishingStock(environment, user);

    // Without the claimed ones: a cancelled job takes no more from its worker.
    const ids = [...Object.values(jobs), NOBODY, user.userId];
    const contextOf = (chance: Chance): Context => ({
      chance,
      named: {},
      known: {
        id: ids,
        jobId: [...often(claimed.map(({ job }) => job)), NOBODY],
        userId: [user.userId],
        requestId: [...tasks.map(({ request_id }) => request_id), "1904163390028185602"],
        tool: ["outside", "outside", "outside", "upscaler", "image", "teleporter"],
        lane: ["external", "external", "runninghub", "nowhere"],
        input: [{}, { image }, { prompt: "x" }, { image, scale: 2 }, { a: { b: [1, "c"] } }],
        metadata: [{}, { note: "é" }, { projectId: NOBODY, nodeId: "n" }],
        field: ["image", "images", "video"],
        contentType: ["image/png", "image/jpeg", "video/mp4"],
        size: [10, 1000],
        idempotencyKey: Array.from({ length: 5 }, (_, n) => `key ${n} ${chance.integer(0, 1e9)}`),
        runAt: ["2030-01-01T00:00:00Z", "2030-06-30T12:00:00.123+05:30"],
        priority: [0, -1],
        url: ["https://files.example/a.png", "http://127.0.0.1:1/a.png"],
        cursor: ["1790000000000000_" + NOBODY, "5"],
        token: often(claimed.map(({ token }) => token)),
        project: [String(project?.id), String(project?.id), NOBODY],
        ticket: [ticket],
        ...publishing.known,
      },
      credentials: {
        "": {},
        user: { authorization: `Bearer ${user.accessToken}`, apikey: environment.deployment.publishableKey },
        server: { apikey: environment.deployment.secretKey },
        ticket: {},
      },
      places: {
        getModelStatus: [{ id: String(model?.id) }],
        ...publishing.places,
        ...Object.fromEntries(
          Object.entries(attempts).map(([lane, place]) => [`${lane}Webhook`, [place]]),
        ),
      },
      bodies: Object.fromEntries(Object.keys(attempts).map((lane) => [`${lane}Webhook`, WEBHOOKS])),
      finish: (request) => sign(request, environment.replicate.webhookSecret),
    });
    return { environment, user, contextOf };
  } catch (error) {
    await environment.close();
    throw error;
  }
}

/** The first more often than others: so that a job meets its own token in more than half of the requests. */
function often<T>(of: readonly T[]): T[] {
  return [...Array<T[]>(4).fill(of.slice(0, 1)).flat(), ...of.slice(1)];
}

async function raiseLimits({ sql }: Environment): Promise<void> {
  await sql`
    update private.lanes set max_waiting_per_user = null, max_active_per_user = null, max_refunds_per_user = null`;
  await sql`update private.limits set maximum = null`;
}

/** The attempt of a job whose task runs. */
async function attemptOf({ sql }: Environment, job: string): Promise<{ job: string; token: string }> {
  return await eventually(async () => {
    const [row] =
      await sql`select token from public.job_attempts where job_id = ${job} and external_id is not null`;
    return row ? { job, token: String(row.token) } : undefined;
  }, { what: "a task to run", timeoutMs: 20_000 });
}

async function claim(environment: Environment, user: User): Promise<{ job: string; token: string }[]> {
  for (let n = 0; n < CLAIMED; n++) await createJob(environment, user, "outside", { n });
  const apiKey = environment.deployment.secretKey;
  const body = { lane: "external", worker: "w", quantity: CLAIMED };
  const answer = await callFunction(environment, "workers-api/claim", { apiKey, body });
  const { jobs } = claimResponse.parse(answer.body);
  return jobs.map(({ id, token }) => ({ job: id, token }));
}

/** What providers send, all of their shapes for all of them: a body is anybody's guess until it is read. */
const WEBHOOKS: readonly unknown[] = [
  { event: "TASK_END", taskId: "1904163390028185602", eventData: '{"code":0,"msg":"success","data":[]}' },
  {
    event: "TASK_END",
    taskId: "1",
    eventData: { taskId: "1", status: "FAILED", data: { errorMessage: "x" } },
  },
  { taskId: "t", status: "SUCCESS", results: [{ url: "https://files.example/a.png" }] },
  {
    code: 200,
    msg: "ok",
    data: { taskId: "t", state: "success", resultJson: '{"resultUrls":["https://x.example/a"]}' },
  },
  { code: 501, msg: "fail", data: { taskId: "t", state: "fail", failCode: "500", failMsg: "x" } },
  {
    request_id: "r",
    gateway_request_id: "r",
    status: "OK",
    payload: { images: [{ url: "https://x.example/a" }] },
  },
  {
    request_id: "r",
    status: "ERROR",
    error: "x",
    payload: { detail: [{ loc: ["body"], msg: "m", type: "t" }] },
  },
  {
    id: "p",
    status: "succeeded",
    output: ["https://x.example/a.png"],
    error: null,
    metrics: { predict_time: 1 },
  },
  { id: "p", status: "failed", error: "E1: x", logs: "a\nb" },
  { id: 1, title: "t", trained_at: "2026-01-01T00:00:00Z", started_training_at: null, tune: { id: 1 } },
];

/** Replicate's webhooks are signed, as Standard Webhooks are, or nothing of them would be read. */
function sign(request: FuzzRequest, secret: string): void {
  if (request.operation !== "replicateWebhook" || request.body === undefined) return;
  const [id, time] = [crypto.randomUUID(), String(Math.floor(Date.now() / 1000))];
  const key = Uint8Array.from(atob(secret.replace("whsec_", "")), (char) => char.charCodeAt(0));
  const hmac = createHmac("sha256", key);
  hmac.update(`${id}.${time}.`).update(request.body);
  Object.assign(request.headers, {
    "webhook-id": id,
    "webhook-timestamp": time,
    "webhook-signature": `v1,${hmac.digest("base64")}`,
  });
}
