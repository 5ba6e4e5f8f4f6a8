/** Texts as a user has them read, and what a test needs to look into one. */
import { eventually } from "@esteira/local-supabase/testing";
import type { Fault } from "@esteira/simulators/openai/faults";
import type { OpenAiOptions } from "@esteira/simulators/openai";
import type { TaskView } from "@esteira/simulators/kit/task_view";
import { Buffer } from "node:buffer";
import { jobResponse } from "../../shared/requests/requests.ts";
import type { Job } from "../../shared/rows/job.ts";
import { isTerminal } from "../../shared/words/statuses.ts";
import { callFunction, createJob, jobWhen } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";

const CREDITS = 100;

/** An environment in which one user has texts read. Nothing waits for long. */
export class Speaking {
  private constructor(readonly environment: Environment, readonly user: User) {}

  static async start(openai: OpenAiOptions = {}): Promise<Speaking> {
    const environment = await startEnvironment({ openai: { taskMs: 50, ...openai } });
    try {
      await environment.sql`
        update private.lanes set backoff_base = '10 milliseconds', backoff_max = '1 second' where lane = 'openai'`;
      return new Speaking(environment, await environment.signUp(CREDITS));
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  /** Creates a job that reads `text`, under these faults for it alone. */
  async create(
    text: string,
    faults: readonly Fault[] = [],
    input: Record<string, unknown> = {},
  ): Promise<Job> {
    for (const fault of faults) this.environment.openai.misbehave({ contains: text, fault });
    return await createJob(this.environment, this.user, "speech", { text, ...input });
  }

  /** The same, at its end. */
  async ended(text: string, faults?: readonly Fault[], input?: Record<string, unknown>): Promise<Job> {
    return await this.endOf(await this.create(text, faults, input));
  }

  /** Waits for the end of a job; does `meanwhile` again and again until then. Works while the functions are away. */
  async endOf({ id }: Job, meanwhile?: () => Promise<unknown>): Promise<Job> {
    const timer = meanwhile && setInterval(() => void meanwhile().catch(() => {}), 300);
    await eventually(async () => {
      const { data } = await this.user.client.from("jobs").select("status").eq("id", id).single();
      return data && isTerminal(data.status) || undefined;
    }, { what: "the end of a speech", timeoutMs: 20_000 }).finally(() => clearInterval(timer));
    return await jobWhen(this.environment, this.user, id, () => true, "the speech to be told");
  }

  /** Cancels a job as its user. */
  async cancel({ id }: Job): Promise<Job> {
    const token = this.user.accessToken;
    const { body } = await callFunction(this.environment, `jobs/${id}`, { method: "DELETE", token });
    return jobResponse.parse(body).job;
  }

  /** The speeches that were bought for a text, oldest first. */
  bought(text: string): TaskView[] {
    return this.environment.openai.tasks().filter(({ texts }) => texts[0] === text);
  }

  /** Waits until a speech for this text is under way. */
  async begun(text: string): Promise<void> {
    await eventually(() => this.bought(text).length > 0 || undefined, { what: "the speech to begin" });
  }

  /** Waits until some of its sound has come to us. */
  async sounds(text: string): Promise<void> {
    await eventually(() => this.bought(text).some(({ answered }) => Number(answered) > 0) || undefined, {
      what: "the sound to begin",
    });
  }

  /** What the user, or `reader`, is given of the file at `path`; undefined: nothing. */
  async read(path: string, { client }: Pick<User, "client"> = this.user): Promise<Buffer | undefined> {
    const { data } = await client.storage.from("outputs").download(path);
    return data ? Buffer.from(await data.arrayBuffer()) : undefined;
  }

  /** The files that lie in Storage under a job, whoever may read them. */
  async stored({ id }: Job): Promise<string[]> {
    const rows = await this.environment.sql`
      select name from storage.objects where bucket_id = 'outputs' and name like ${`%${id}%`}`;
    return rows.map(({ name }) => name);
  }

  async balance(): Promise<number> {
    const { data, error } = await this.user.client.from("credit_accounts").select("balance").single();
    if (error) throw error;
    return data.balance;
  }

  /** How many slots of the lane are held. */
  async held(): Promise<number> {
    const [row] = await this.environment.sql`
      select count(*)::integer as held from private.slots where lane = 'openai' and token is not null`;
    return row?.held;
  }

  /** What the schedules do, at once; and what waits for a deadline that is past is looked at. */
  readonly reap = async (): Promise<void> => {
    const { sql } = this.environment;
    await sql`
      update pgmq.q_openai_queue q set vt = clock_timestamp() from public.jobs j
      where j.id = (q.message ->> 'job_id')::uuid and j.deadline_at < clock_timestamp()`;
    await sql`select worker.reap()`;
    await sql`select private.tick()`;
  };

  /** Every task that nobody has heard of has had its time. */
  async lifeIsOver(): Promise<void> {
    await this.environment.sql`update private.cancels set ends_at = clock_timestamp() where over_at is null`;
    await this.reap();
  }
}
