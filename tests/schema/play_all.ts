/** Has the functions do, once, each thing that they do with the database. */
import { eventually } from "@esteira/local-supabase/testing";
import { callFunction, createJob, jobWhen, runJob } from "../e2e/api.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { upscale } from "../world/upscale.ts";

/** Plays against a stack of its own, and has what the functions ask of the database noted in `file`. */
export async function playAll(file: string): Promise<void> {
  const environment = await startEnvironment({ recordCallsTo: file, fal: { taskMs: 300 } });
  try {
    await environment.sql`update public.tools set lane = 'fal' where tool = 'image'`;
    await environment.sql`
      insert into public.tools (tool, lane, titles, settings) values ('outside', 'external', '{"en": "Outside"}',
        '{"input_schema": {"type": "object"}}')`;
    await Promise.all([users(environment), outsiders(environment)]);
  } finally {
    await environment.close();
  }
}

async function users(environment: Environment): Promise<void> {
  const user = await environment.signUp(100);
  const { accessToken: token } = user;
  const get = (path: string) => callFunction(environment, path, { method: "GET", token });
  await upscale(user.client, user.userId, drawPicture(16));
  const { id, request_id } = await runJob(environment, user, "image", { prompt: "a lighthouse" });
  await get(`jobs/${id}/position`);
  await get(`jobs/by-request/${request_id}`);
  await get("models");
  await get(`models/${id}/status`);
  await get("health");
  const jobs = [{ tool: "image", input: { prompt: "two" } }, { tool: "image", input: { prompt: "three" } }];
  await callFunction(environment, "jobs/batch", { token, body: { jobs } });
  const waiting = await createJob(environment, user, "image", { prompt: "not this one" });
  await callFunction(environment, `jobs/${waiting.id}`, { method: "DELETE", token });
  await callFunction(environment, `jobs/${waiting.id}/retry`, { token });
  // A provider that refuses, one that is asked because its webhook is lost, and one whose answer is lost.
  environment.fal.misbehave({ contains: "refused", fault: { kind: "fail", status: 422 } });
  await jobWhen(
    environment,
    user,
    (await createJob(environment, user, "image", { prompt: "refused" })).id,
    ({ status }) => status === "failed",
    "the refusal",
  );
  await callFunction(environment, "worker", { apiKey: environment.deployment.secretKey, body: {} });
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
