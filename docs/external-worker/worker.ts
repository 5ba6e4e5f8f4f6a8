/**
 * A worker outside: claims jobs of a pull lane, works on them, says how far it is, and hands in what came out. Needs
 * `fetch` and nothing else, so it runs wherever there is one: `node worker.ts` (22.18 or newer), `deno run -A worker.ts`,
 * inside a task of Trigger.dev. What is yours to write is `work`, at the end.
 *
 * Environment: ESTEIRA_URL (https://<ref>.supabase.co), ESTEIRA_SECRET_KEY (sb_secret_…, never in a browser);
 * optional ESTEIRA_LANE (external), ESTEIRA_WORKER (its name), ESTEIRA_CONCURRENCY (1), ESTEIRA_CLAIM_SECONDS (how
 * often to ask, otherwise as the answer says), ESTEIRA_STOP_SECONDS (25: how long running jobs may take after SIGTERM).
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";

const API = `${need("ESTEIRA_URL").replace(/\/$/, "")}/functions/v1/workers-api`;
const KEY = need("ESTEIRA_SECRET_KEY");
const LANE = process.env.ESTEIRA_LANE ?? "external";
const NAME = process.env.ESTEIRA_WORKER ?? `${hostname()}/${process.pid}`;
const CONCURRENCY = Number(process.env.ESTEIRA_CONCURRENCY ?? 1);
const CLAIM_SECONDS = process.env.ESTEIRA_CLAIM_SECONDS;
const STOP_SECONDS = Number(process.env.ESTEIRA_STOP_SECONDS ?? 25);
const TRIES = 6;

/** A claimed job: what the user asked for, and the token to answer with. */
interface Job {
  id: string;
  token: string;
  tool: string;
  input: Record<string, unknown>;
  /** Where to read the files that the input names, by field. */
  files: Record<string, string[]>;
  metadata: Record<string, unknown>;
  attempt: number;
  leaseSeconds: number;
  deadlineAt: string;
}

/** What came out: data, files that were uploaded (path), images or videos at public addresses (url). */
interface Result {
  output?: Record<string, unknown>;
  files?: ({ path: string } | { url: string })[];
}

/** The work cannot be done; says whether it is worth another try. Any other error is taken for one that is (`backoff`). */
class WorkError extends Error {
  retryClass: "never" | "backoff" | "wait" | "pause";
  code: string;

  constructor(retryClass: WorkError["retryClass"], code: string, message: string) {
    super(message);
    this.retryClass = retryClass;
    this.code = code;
  }
}

/** The API refused a request for good: asking again would not help. */
class Refused extends Error {}

// The loop -------------------------------------------------------------------------------------------------------

const running = new Map<Promise<void>, AbortController>();
const stop = new AbortController();
const stopped = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());

/** Claims and works until told to stop; then lets running jobs end, and hands back those that take too long. */
async function main(): Promise<void> {
  log(`claims from ${LANE}, ${CONCURRENCY} at a time`);
  while (!stop.signal.aborted) {
    let pause = 5;
    try {
      const request = { lane: LANE, worker: NAME, quantity: CONCURRENCY - running.size };
      // Not tried again at once: a claim whose answer was lost has leased a job, which comes back with its lease.
      const { jobs, nextClaimSeconds } = await call("claim", request, 1);
      for (const job of jobs as Job[]) start(job);
      pause = nextClaimSeconds as number;
    } catch (error) {
      if (error instanceof Refused) throw error; // a wrong key, no such lane: somebody has to mend it
      log(`cannot claim: ${(error as Error).message}`);
    }
    if (running.size < CONCURRENCY) await sleep(Number(CLAIM_SECONDS ?? pause), stop.signal);
    else await Promise.race([stopped, ...running.keys()]);
  }
  log(`stops; ${running.size} running`);
  const patience = setTimeout(() => {
    for (const controller of running.values()) {
      controller.abort(new WorkError("wait", "worker_stopped", "The worker stopped"));
    }
  }, STOP_SECONDS * 1000);
  await Promise.all(running.keys());
  clearTimeout(patience);
}

function start(job: Job): void {
  const controller = new AbortController();
  const done = run(job, controller).finally(() => running.delete(done));
  running.set(done, controller);
}

/** One job, from the claim to its end. Never throws. */
async function run(job: Job, controller: AbortController): Promise<void> {
  const attempt = { jobId: job.id, token: job.token };
  let progress: number | undefined;
  const heartbeat = async () => {
    const answer = await call("heartbeat", { ...attempt, progress }, 1);
    if (!answer.continue) controller.abort(`the job is ${answer.status}, and not this worker's`);
  };
  const report = (percent: number) => {
    progress = Math.floor(percent);
    beat();
  };
  // One that is lost does not matter: the next is on its way before the lease ends.
  const beat = () => void heartbeat().catch((error) => log(`${job.id}: heartbeat: ${error.message}`));
  const beating = setInterval(beat, Math.max(job.leaseSeconds / 3, 0.25) * 1000);
  log(`${job.id}: ${job.tool}, attempt ${job.attempt}`);
  try {
    const result = await work(job, report, controller.signal);
    controller.signal.throwIfAborted();
    const { verdict } = await call("complete", { ...attempt, ...result });
    log(`${job.id}: ${verdict}`);
  } catch (error) {
    await giveUp(attempt, controller.signal.aborted ? controller.signal.reason : error)
      .catch((failure) => log(`${job.id}: ${failure.message}; its lease will run out`));
  } finally {
    clearInterval(beating);
  }
}

/**
 * Says that an attempt has failed. Where it is no longer this worker's, that changes nothing but one thing: a user who has
 * cancelled the job is refunded when its work is known to have stopped.
 */
async function giveUp(attempt: { jobId: string; token: string }, reason: unknown): Promise<void> {
  if (typeof reason === "string") log(`${attempt.jobId}: stopped, ${reason}`);
  const error = reason instanceof WorkError
    ? reason
    : typeof reason === "string"
    ? new WorkError("never", "stopped", reason)
    : new WorkError("backoff", "worker_error", reason instanceof Error ? reason.message : String(reason));
  const failure = { retryClass: error.retryClass, code: error.code, message: error.message.slice(0, 2000) };
  const { verdict } = await call("fail", { ...attempt, ...failure });
  log(`${attempt.jobId}: ${verdict} (${error.code})`);
}

// HTTP -----------------------------------------------------------------------------------------------------------

/** Posts to workers-api; tries again after what may pass: no answer, 429, 5xx. Throws Refused for any other error. */
async function call(route: string, body: object, tries = TRIES): Promise<Record<string, unknown>> {
  for (let attempt = 1;; attempt++) {
    let reason: string;
    try {
      const response = await fetch(`${API}/${route}`, {
        method: "POST",
        headers: { apikey: KEY, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      const answer = await response.json();
      if (response.ok) return answer;
      reason = `${route}: ${response.status} ${answer.error?.code}: ${answer.error?.message}`;
      if (response.status < 500 && response.status !== 429) throw new Refused(reason);
    } catch (error) {
      if (error instanceof Refused) throw error;
      reason = `${route}: ${(error as Error).message}`;
    }
    if (attempt >= tries) throw new Error(reason);
    await sleep(Math.random() * Math.min(2 ** attempt, 30)); // exponential backoff with full jitter
  }
}

/** Puts bytes into the folder of a job and returns how `complete` names them. */
async function upload(
  job: Job,
  name: string,
  contentType: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ path: string }> {
  const place = await call("uploads", {
    jobId: job.id,
    token: job.token,
    contentType,
    size: bytes.length,
    name,
  });
  const response = await fetch(place.signedUrl as string, {
    method: "PUT",
    headers: { "content-type": contentType },
    body: bytes,
  });
  if (!response.ok) throw new Error(`The upload was answered ${response.status}: ${await response.text()}`);
  return { path: place.path as string };
}

async function download(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The input was answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

function log(line: string): void {
  console.log(`[${NAME}] ${line}`);
}

/** Waits so many seconds; less when `signal` aborts. */
function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", done);
  });
}

// The work -------------------------------------------------------------------------------------------------------

/**
 * Yours to replace. This one takes the fingerprint of a picture and hands the picture back, and takes `seconds` for it.
 * `report` tells the user how far it is, in percent; when `signal` aborts the result is not wanted any more.
 */
async function work(job: Job, report: (percent: number) => void, signal: AbortSignal): Promise<Result> {
  const address = job.files.image?.[0];
  if (!address) throw new WorkError("never", "no_image", "There is no picture to look at");
  const picture = await download(address);
  const STEPS = 10;
  for (let step = 1; step <= STEPS; step++) {
    await sleep(Number(job.input.seconds ?? 0) / STEPS, signal);
    signal.throwIfAborted();
    report((100 * step) / (STEPS + 1));
  }
  const copy = await upload(job, "copy.png", "image/png", picture);
  const sha256 = createHash("sha256").update(picture).digest("hex");
  return { output: { sha256, bytes: picture.length }, files: [copy] };
}

await main();
