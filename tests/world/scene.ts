/** One user's jobs, looked at from outside and from inside. */
import { eventually } from "@esteira/local-supabase/testing";
import type { TaskView } from "@esteira/simulators/kit/task_view";
import assert from "node:assert/strict";
import type { Job } from "../../shared/rows/job.ts";
import { isTerminal } from "../../shared/words/statuses.ts";
import { type Answer, callFunction, createJob, jobWhen, uploadInput } from "./api.ts";
import { type Environment, startEnvironment, type User } from "./environment.ts";
import { drawPicture } from "./picture.ts";
import type { SimulatorOptions } from "./simulators.ts";

const CREDITS = 100;
/** Long enough that nobody asks about a task but when a test wants it. */
const NEVER = "1 day";

/** An environment with one user, in which providers are quick and nothing is polled or put off but on request. */
export class Scene {
  private constructor(
    readonly environment: Environment,
    readonly user: User,
    /** Every line that the functions have printed. */
    readonly lines: readonly string[],
  ) {}

  /** Starts it. Webhooks that are refused come again after 300 ms. */
  static async start(options: SimulatorOptions = {}): Promise<Scene> {
    const quick = { taskMs: 100, webhookRetryDelaysMs: [300, 300, 300, 300] };
    const lines: string[] = [];
    const environment = await startEnvironment({
      ...options,
      runninghub: { ...quick, ...options.runninghub },
      kie: { ...quick, ...options.kie },
      fal: { ...quick, ...options.fal },
      replicate: { ...quick, ...options.replicate },
      onLog: (line) => lines.push(line),
    });
    try {
      await environment.sql`
        update private.lanes set poll_after = ${NEVER}, backoff_base = '50 milliseconds', backoff_max = '50 milliseconds'`;
      return new Scene(environment, await environment.signUp(CREDITS), lines);
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.environment.close();
  }

  /** Creates a job of the tool `image`, whose prompt the provider's task shows. */
  async image(prompt: string): Promise<string> {
    return (await createJob(this.environment, this.user, "image", { prompt })).id;
  }

  /** Creates a job of a RunningHub tool with a picture of its own. */
  async upscale(): Promise<string> {
    const image = await uploadInput(this.user, drawPicture(16));
    return (await createJob(this.environment, this.user, "upscaler", { image })).id;
  }

  async job(id: string): Promise<Job> {
    return await this.when(id, () => true, "a job");
  }

  async when(id: string, is: (job: Job) => boolean, what: string): Promise<Job> {
    return await jobWhen(this.environment, this.user, id, is, what);
  }

  /** The job when it has ended. */
  async ended(id: string): Promise<Job> {
    return await this.when(id, ({ status }) => isTerminal(status), "the end of the job");
  }

  /** The job when it has completed. */
  async completed(id: string): Promise<Job> {
    const job = await this.ended(id);
    assert.equal(job.status, "completed", job.error_message ?? "");
    return job;
  }

  /** The job when its task runs at the provider. */
  async running(id: string): Promise<Job> {
    return await this.when(id, (job) => job.current_step === "running", "the job to run");
  }

  /** The attempts of a job, oldest first. */
  async attempts(id: string) {
    return await this.environment
      .sql`select * from public.job_attempts where job_id = ${id} order by attempt`;
  }

  /** The stored webhooks of a job, oldest first. */
  async events(id: string) {
    return await this.environment
      .sql`select * from private.webhook_events where job_id = ${id} order by event_id`;
  }

  /** What a user is answered who cancels a job. */
  async cancel(id: string): Promise<Answer> {
    const { accessToken: token } = this.user;
    return await callFunction(this.environment, `jobs/${id}`, { method: "DELETE", token });
  }

  /** What has become of a cancelled job's price, once that is decided. */
  async refund(id: string): Promise<Job["refund"]> {
    return (await this.when(id, ({ refund }) => refund !== "due", "the refund to be decided")).refund;
  }

  /** Every task that may live on after its attempt has had its time: nobody waits for it any longer. */
  async lifeIsOver(): Promise<void> {
    await this.environment.sql`update private.cancels set ends_at = clock_timestamp() where over_at is null`;
    await this.environment.sql`select worker.reap()`;
  }

  /** The kinds of a job's credit entries. */
  async ledger(id: string): Promise<string[]> {
    const rows = await this.environment.sql`select kind from public.credit_entries where job_id = ${id}`;
    return rows.map(({ kind }) => String(kind)).toSorted();
  }

  /** The names of the files that are kept for a job. */
  async files(id: string): Promise<string[]> {
    const rows = await this.environment.sql`
      select name from storage.objects where bucket_id = 'outputs' and name like ${`%/${id}/%`} order by name`;
    return rows.map(({ name }) => String(name));
  }

  /** The steps of a job of one name. */
  steps(job: Job, name: string) {
    return job.step_history.filter(({ step }) => step === name);
  }

  /** The balance is what was granted less what completed and open jobs cost, entry by entry. */
  async creditsAddUp(): Promise<void> {
    assert.deepEqual([...await this.environment.sql`select * from ops.credit_drift()`], []);
  }

  /** Has every provider asked now about each task of its own, as is done in time. Returns about how many. */
  async poll(): Promise<number> {
    const questions = await this.environment.sql`
      update pgmq.q_settle_queue set vt = clock_timestamp() where message ->> 'kind' = 'poll' returning msg_id`;
    await this.wake();
    return questions.length;
  }

  /** Waits until a settle message of the job is put off: its provider was asked, and said nothing final. */
  async putOff(id: string): Promise<void> {
    await eventually(async () => await this.#isPutOff(id) || undefined, {
      what: "the provider to be asked again later",
    });
  }

  /** The job when it has ended, having had it looked at again whenever that was put off. */
  async insist(id: string): Promise<Job> {
    return await eventually(async () => {
      if (await this.#isPutOff(id)) await this.lookAgain();
      const job = await this.job(id);
      return isTerminal(job.status) ? job : undefined;
    }, { what: "the end of the job", timeoutMs: 20_000 });
  }

  async #isPutOff(id: string): Promise<boolean> {
    // Leases last a minute; what is put off comes sooner.
    const rows = await this.environment.sql`
        select from pgmq.q_settle_queue where message ->> 'job_id' = ${id}
          and vt > clock_timestamp() and vt < clock_timestamp() + interval '30 seconds'`;
    return rows.length > 0;
  }

  /** Has every message that was put off, or is leased to somebody, looked at again now. First questions wait on. */
  async lookAgain(): Promise<void> {
    await this.environment.sql`
      update pgmq.q_settle_queue set vt = clock_timestamp()
      where message ->> 'kind' is distinct from 'poll' or read_ct > 0`;
    await this.environment.sql`update pgmq.q_runninghub_queue set vt = clock_timestamp()`;
    await this.environment.sql`update pgmq.q_kie_queue set vt = clock_timestamp()`;
    await this.wake();
  }

  async wake(): Promise<void> {
    const { environment } = this;
    const { secretKey } = environment.deployment;
    assert.equal((await callFunction(environment, "worker", { apiKey: secretKey, body: {} })).status, 202);
  }

  /** Posts what a provider might have posted. */
  async post(url: string | null, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    assert.ok(url);
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }
}

/** The simulator's task whose webhooks go to this job, once there is one. */
export async function taskOf<View extends TaskView>(
  simulator: { tasks(): readonly View[] },
  jobId: string,
): Promise<View> {
  return await eventually(() => tasksOf(simulator, jobId)[0], { what: "a task" });
}

/** All tasks that were made for a job. */
export function tasksOf<View extends TaskView>(
  simulator: { tasks(): readonly View[] },
  jobId: string,
): View[] {
  return simulator.tasks().filter(({ webhookUrl }) => webhookUrl?.includes(jobId));
}

/** How each delivery of the task's webhooks was answered, oldest first: the HTTP status, null without an answer. */
export function answersTo({ webhooks }: TaskView): (number | null)[] {
  return webhooks.flatMap(({ attempts }) => attempts)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .map((attempt) => attempt.kind === "answered" ? attempt.status : null);
}

/** The answers to the task's webhooks when there are at least `count`. */
export async function answered(
  simulator: { tasks(): readonly TaskView[] },
  jobId: string,
  count: number,
): Promise<(number | null)[]> {
  return await eventually(() => {
    const answers = tasksOf(simulator, jobId).flatMap(answersTo);
    return answers.length >= count ? answers : undefined;
  }, { what: `${count} answers to the webhooks of the task` });
}
