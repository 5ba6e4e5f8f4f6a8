/** Workers outside: they claim the jobs of the pull lane, and die, dawdle, fail or do not listen, as a job's mark asks. */
import { createHash } from "node:crypto";
import { generatedFile } from "@esteira/simulators/kit/generated_files";
import { type ClaimedJob, claimResponse } from "../../shared/requests/requests_workers.ts";
import type { Deployment } from "../world/deployment.ts";
import { WorkersApi } from "./crew_requests.ts";
import type { Task } from "./evidence.ts";
import { pause } from "./patience.ts";
import type { Random } from "../world/random.ts";
import { type Way, WAYS } from "./scenarios/workers.ts";

export const LANE = "external";
const MARK = /^workers-([a-z0-9_]+)-\d+$/;
const CLAIM_EVERY_MS = 400;
const BEAT_MS = 1_000;

type WorkersTask = { -readonly [Field in keyof Task]: Task[Field] };

/** The workers of one run. */
export class Crew {
  /** One for each claim, as the workers themselves know it. */
  readonly tasks: WorkersTask[] = [];
  readonly #api: WorkersApi;
  readonly #random: Random;
  readonly #claims = new Map<string, number>();
  readonly #works = new Set<Promise<void>>();
  #stopped = false;
  #claiming: Promise<void> = Promise.resolve();

  constructor(deployment: Deployment, random: Random) {
    this.#api = new WorkersApi(deployment);
    this.#random = random;
  }

  /** Starts claiming: whatever has a slot is worked on at once. */
  start(): void {
    this.#claiming = this.#claim();
  }

  /** Claims no more, and lets those end who work. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#claiming;
    await Promise.all(this.#works);
  }

  async #claim(): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const answer = await this.#api.ask("claim", { lane: LANE, worker: `worker-${n}`, quantity: 5 })
        .catch(() => undefined); // what was leased to nobody comes back with its lease
      for (const job of answer === undefined ? [] : claimResponse.parse(answer).jobs) {
        const work: Promise<void> = this.#work(job).finally(() => this.#works.delete(work));
        this.#works.add(work);
      }
      await pause(CLAIM_EVERY_MS);
    }
  }

  async #work(job: ClaimedJob): Promise<void> {
    const task: WorkersTask = {
      provider: "workers",
      account: LANE,
      id: job.token,
      text: String(job.input.prompt),
      jobId: job.id,
      token: job.token,
      beganAt: Date.now(),
      endedAt: null,
      outcome: null,
      outputs: [],
      wasHeard: false,
    };
    this.tasks.push(task);
    try {
      task.outcome = await this.#play(this.#wayOf(job), job, task);
    } catch {
      task.outcome = "failed"; // refused, or not answered for minutes: its lease ends by itself
    } finally {
      task.endedAt ??= Date.now();
    }
  }

  #wayOf({ id, input }: ClaimedJob): Way {
    const claims = this.#claims.get(id) ?? 0;
    this.#claims.set(id, claims + 1);
    const ways: Record<string, readonly Way[]> = WAYS;
    return ways[MARK.exec(String(input.prompt))?.[1] ?? ""]?.[claims] ?? "works";
  }

  async #play(way: Way, job: ClaimedJob, task: WorkersTask): Promise<Task["outcome"]> {
    const leaseMs = job.leaseSeconds * 1000;
    switch (way) {
      case "dies":
        await pause(this.#random.between(100, leaseMs / 2));
        return "failed";
      case "dawdles":
        await pause(leaseMs + this.#random.between(1_000, 3_000));
        return await this.#handIn(job, task);
      case "goes_on":
        await pause(leaseMs * 0.6);
        return await this.#handIn(job, task);
      case "fails":
        return await this.#fail(job, task, "backoff");
      case "refuses":
        return await this.#fail(job, task, "never");
      case "hands_back":
        return await this.#fail(job, task, "wait");
      case "works":
        return await this.#isDone(job) ? await this.#handIn(job, task) : "cancelled";
    }
  }

  /** Works for some seconds, and is heard of meanwhile. Returns whether the job is still its own. */
  async #isDone(job: ClaimedJob): Promise<boolean> {
    const beats = 1 + Math.floor(this.#random.between(0, 4));
    for (let beat = 1; beat <= beats; beat++) {
      await pause(Math.min(BEAT_MS, job.leaseSeconds * 300));
      if (!await this.#api.isStillOurs(job, beat * 10)) return false;
    }
    return true;
  }

  /** Uploads a file and completes the job; where no file is taken any more, it completes it with data alone. */
  async #handIn(job: ClaimedJob, task: WorkersTask): Promise<Task["outcome"]> {
    const bytes = generatedFile(job.token, "image/png") as Uint8Array<ArrayBuffer>;
    const path = await this.#api.upload(job, `${job.attempt}.png`, bytes);
    await this.#api.complete(job, path === undefined ? { output: { refused: true } } : { files: [{ path }] });
    task.wasHeard = true;
    task.outputs = [{ bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }];
    return "succeeded";
  }

  async #fail(job: ClaimedJob, task: WorkersTask, retryClass: string): Promise<Task["outcome"]> {
    await pause(this.#random.between(50, 500));
    // It stops before it says so: the next one may begin as soon as it is heard.
    task.endedAt = Date.now();
    await this.#api.fail(job, retryClass);
    task.wasHeard = true;
    return "failed";
  }
}
