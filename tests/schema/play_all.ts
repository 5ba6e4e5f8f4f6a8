/** Has the functions do, once, each thing that they do with the database. */
import { eventually } from "@esteira/local-supabase/testing";
import { callFunction, createJob, jobWhen, runJob, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { StreamReader } from "../e2e/stream_reader.ts";
import { upscale } from "../world/upscale.ts";
import { doubts } from "./play_doubts.ts";
import { endings } from "./play_endings.ts";
import { installTools } from "./play_kit.ts";
import { publishing } from "./play_publishing.ts";

/** Plays against a stack of its own, and has what the functions ask of the database noted in `file`. */
export async function playAll(file: string): Promise<void> {
  const environment = await startEnvironment({
    recordCallsTo: file,
    fal: { taskMs: 300 },
    // What is asked for the documents' words alone is asked too.
    functionsEnv: { ESTEIRA_LOGS: "documents" },
  });
  try {
    await environment.sql`update public.tools set lane = 'fal' where tool = 'image'`;
    await environment
      .sql`update private.lanes set poll_after = '1 millisecond', poll_every = '1 millisecond'`;
    await environment.sql`
      insert into public.tools (tool, lane, titles, settings) values ('outside', 'external', '{"en": "Outside"}',
        '{"input_schema": {"type": "object"}}')`;
    await installTools(environment);
    const user = await environment.signUp(50);
    await Promise.all([
      users(environment),
      outsiders(environment),
      endings(environment, user),
      doubts(environment, user),
      publishing(environment),
    ]);
    await isAsked(file, "model_told", "what becomes of a training", environment);
    await isAsked(file, "next_look", "a worker that is about to leave", environment);
  } finally {
    await environment.close();
  }
}

/** Waits until a function has asked for this: a worker that has had nothing to do asks whether it is to stay. */
async function isAsked(file: string, name: string, what: string, { sql }: Environment): Promise<void> {
  await eventually(async () => {
    if ((await Deno.readTextFile(file)).includes(`"${name}"`)) return true;
    if (name === "model_told") await sql`select worker.reap()`;
    return undefined;
  }, { timeoutMs: 20_000, what });
}

async function users(environment: Environment): Promise<void> {
  const user = await environment.signUp(500);
  const { accessToken: token } = user;
  const get = (path: string) => callFunction(environment, path, { method: "GET", token });
  await upscale(user.client, user.userId, drawPicture(16));
  await createInSql(environment, user);
  const { id, request_id } = await runJob(environment, user, "image", { prompt: "a lighthouse" });
  await callFunction(environment, `fal-webhook/${id}/${crypto.randomUUID()}`, { body: {} }); // refused, and counted
  await get(`jobs/${id}/position`);
  await get(`jobs/by-request/${request_id}`);
  await get(`jobs/by-id?id=${id}`);
  await streams(environment, user);
  for (const path of ["jobs", "jobs/tools", "jobs/credits", "models"]) await get(path);
  await get(`models/${id}/status`);
  const { apiUrl, secretKey } = environment.deployment;
  for (const path of ["health", "health/deep?setup=true", "health/metrics"]) {
    await (await fetch(`${apiUrl}/functions/v1/${path}`, { headers: { apikey: secretKey } })).text();
  }
  const jobs = [{ tool: "image", input: { prompt: "two" } }, { tool: "image", input: { prompt: "three" } }];
  await callFunction(environment, "jobs/batch", { token, body: { jobs } });
  const waiting = await createJob(environment, user, "image", { prompt: "not this one" });
  await callFunction(environment, `jobs/${waiting.id}`, { method: "DELETE", token });
  await callFunction(environment, `jobs/${waiting.id}/retry`, { token });
  // What is only told when it is asked for: a failure, and how far a task is.
  environment.fal.misbehave({ contains: "unheard", fault: { kind: "lost_webhook" } });
  environment.fal.misbehave({ contains: "unheard", fault: { kind: "fail", status: 422 } });
  environment.astria.misbehave({ fault: { kind: "slow", ms: 4000 } });
  await createJob(environment, user, "image", { prompt: "unheard" });
  const images = await Promise.all([11, 12, 13, 14].map((side) => uploadInput(user, drawPicture(side))));
  await createJob(environment, user, "model_training", { name: "Ana", subject: "woman", images });
  await eventually(async () => {
    await environment.sql`select worker.reap()`;
    const [silent] = await environment.sql`
      select from public.job_attempts a join public.jobs j on j.id = a.job_id
      where (j.tool = 'model_training' and j.progress is null)
        or (j.input ->> 'prompt' = 'unheard' and a.checkpoint ->> 'failure_seen' is null)`;
    return silent ? undefined : true;
  }, { timeoutMs: 20_000, what: "a progress and a failure" });
  await callFunction(environment, "worker", { apiKey: environment.deployment.secretKey, body: {} });
}

/** A stream, and one that goes on where that ended. */
async function streams({ deployment }: Environment, { accessToken }: User): Promise<void> {
  const headers = { apikey: deployment.publishableKey, authorization: `Bearer ${accessToken}` };
  const url = `${deployment.apiUrl}/functions/v1/events/stream`;
  const first = await StreamReader.open(url, headers);
  await first.first("connected");
  await first.close();
  const second = await StreamReader.open(url, headers, first.lastId);
  await second.first("connected");
  await second.close();
}

/** A job that is created in SQL, and so without copies of its file: its worker makes them. */
async function createInSql(environment: Environment, user: User): Promise<void> {
  const { sql } = environment;
  const input = { image: await uploadInput(user, drawPicture(17)), scale: 2 };
  const [row] = await sql`select id from public.create_job(${user.userId}, 'upscaler', ${sql.json(input)})`;
  await jobWhen(environment, user, row?.id, ({ status }) => status === "completed", "a job of SQL's");
}

async function outsiders(environment: Environment): Promise<void> {
  const user = await environment.signUp(10);
  const api = (path: string, body: object) =>
    callFunction(environment, `workers-api/${path}`, { apiKey: environment.deployment.secretKey, body });
  for (const [path, more] of [["complete", { output: {} }], ["fail", FAILURE]] as const) {
    await createJob(environment, user, "outside", {});
    const { id: jobId, token } = await eventually(async () => {
      const { body } = await api("claim", { lane: "external", worker: "w" });
      return (body as { jobs: { id: string; token: string }[] }).jobs[0];
    });
    await api("heartbeat", { jobId, token });
    await api("progress", { jobId, token, progress: 50 });
    await api("uploads", { jobId, token, fileName: "a.png" });
    await api(path, { jobId, token, ...more });
  }
}

const FAILURE = { retryClass: "never", code: "broken", message: "It is broken" };
