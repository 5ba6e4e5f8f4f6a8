/** docs/migrating.md: a task runner's tasks, which wrote into `ai_jobs`, as a worker outside. The tests run it. */
import type { ClaimedJob, ClaimResponse, HeartbeatResponse } from "../../shared/requests/requests_workers.ts";

/** Posts to one of the routes of `workers-api`. */
export type Post = <T>(route: string, body: object) => Promise<T>;

/** A `Post` to a project, with a secret key of it. */
export const workersApi = (projectUrl: string, secretKey: string): Post => async (route, body) => {
  const response = await fetch(`${projectUrl}/functions/v1/workers-api/${route}`, {
    method: "POST",
    headers: { "content-type": "application/json", apikey: secretKey },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
  return await response.json();
};

/** The scheduled task, every few seconds: starts a run for each job that waits. STARTED is the claim's doing. */
export async function claimAndStart(post: Post, start: (job: ClaimedJob) => Promise<void>): Promise<void> {
  const { jobs } = await post<ClaimResponse>("claim", {
    lane: "external",
    worker: "task-runner",
    quantity: 5,
  });
  await Promise.all(jobs.map(start));
}

/** What a run does; it is told how to say how far it is, in percent, and when to stop. */
export type Work = (
  job: ClaimedJob,
  tell: (percent: number) => Promise<void>,
  signal: AbortSignal,
) => Promise<object>;

/** The run of one job. */
export async function run(post: Post, job: ClaimedJob, work: Work): Promise<void> {
  const me = { jobId: job.id, token: job.token };
  const stop = new AbortController();
  const tell = async (route: string, more: object = {}) => {
    const answer = await post<HeartbeatResponse>(route, { ...me, ...more });
    if (!answer.continue) stop.abort(new Error(`the job is ${answer.status}`));
  };
  const beat = setInterval(() => tell("heartbeat").catch(console.error), job.leaseSeconds * 1000 / 3);
  try {
    const output = await work(job, (percent) => tell("progress", { progress: percent }), stop.signal);
    await post("complete", { ...me, output });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await post("fail", { ...me, retryClass: "backoff", code: "task_failed", message });
  } finally {
    clearInterval(beat);
  }
}
