/** A model training as a user has it done, and what a test needs to look into one. */
import { eventually } from "@esteira/local-supabase/testing";
import type { AstriaOptions } from "@esteira/simulators/astria";
import type { Fault } from "@esteira/simulators/astria/faults";
import type { TaskView } from "@esteira/simulators/kit/task_view";
import { MODEL_STATUS_EVENT, type ModelEvent, modelEvent } from "../../shared/rows/events.ts";
import type { Job } from "../../shared/rows/job.ts";
import {
  modelsResponse,
  type ModelStatus,
  modelStatus,
  type ModelStatusAnswer,
} from "../../shared/rows/model.ts";
import { jobResponse } from "../../shared/requests/requests.ts";
import { jobsTopic } from "../../shared/words/topics.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { listen } from "../world/listen.ts";
import { drawPicture } from "../world/picture.ts";

const CREDITS = 200;

/** An environment in which one user trains models. Polls come as soon as they are asked for; nothing waits for long. */
export class Training {
  /** What the user's screen has heard of models, and when. */
  readonly heard: { event: ModelEvent; at: number }[] = [];

  private constructor(readonly environment: Environment, readonly user: User, readonly pictures: string[]) {}

  static async start(astria: AstriaOptions = {}): Promise<Training> {
    const environment = await startEnvironment({ astria });
    try {
      await environment.sql`
        update private.lanes set poll_after = '1 millisecond', poll_every = '1 millisecond',
          backoff_base = '20 milliseconds', backoff_max = '20 milliseconds' where lane = 'astria'`;
      const user = await environment.signUp(CREDITS);
      const pictures = await Promise.all(
        [11, 12, 13, 14].map((side) => uploadInput(user, drawPicture(side))),
      );
      const training = new Training(environment, user, pictures);
      await listen(user.client, jobsTopic(user.userId), MODEL_STATUS_EVENT, (payload) => {
        training.heard.push({ event: modelEvent.parse(payload), at: Date.now() });
      });
      return training;
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  /** Creates a training, with these faults for its next tune. */
  async create(...faults: Fault[]): Promise<Job> {
    for (const fault of faults) this.environment.astria.misbehave({ times: 1, fault });
    const input = {
      name: "Ana",
      subject: "woman",
      images: this.pictures,
      characteristics: { eye_color: "green eyes" },
    };
    const answer = await callFunction(this.environment, "jobs", {
      token: this.user.accessToken,
      body: { tool: "model_training", input },
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer));
    return jobResponse.parse(answer.body).job;
  }

  /** Asks for the job until it is in `step`; runs `meanwhile` before each question. */
  async reaches(id: string, step: Job["current_step"], meanwhile?: () => Promise<unknown>): Promise<Job> {
    return await eventually(async () => {
      await meanwhile?.();
      const { body } = await callFunction(this.environment, `jobs/${id}`, {
        method: "GET",
        token: this.user.accessToken,
      });
      const { job } = jobResponse.parse(body);
      return job.current_step === step ? job : undefined;
    }, { what: `the training to be ${step}`, timeoutMs: 60_000 });
  }

  /** What time brings, at once: the next question about each training, and what the reaper does each minute. */
  readonly reap = async (): Promise<void> => {
    await this.environment
      .sql`update pgmq.q_settle_queue set vt = clock_timestamp() where message ->> 'kind' = 'poll'`;
    await this.environment.sql`select worker.reap(), private.tick()`;
  };

  /** The tunes that were made for a job, oldest first. */
  tunesOf(id: string): TaskView[] {
    return this.environment.astria.tasks().filter(({ title }) => String(title).startsWith(id));
  }

  /** What the screen has heard of the model of a job, oldest first. */
  heardOf(id: string): { event: ModelEvent; at: number }[] {
    return this.heard.filter(({ event }) => event.new?.trainingJobId === id);
  }

  /** Waits until the screen has heard that the model of a job is so. */
  async hears(id: string, status: ModelStatus): Promise<{ event: ModelEvent; at: number }> {
    return await eventually(() => this.heardOf(id).find(({ event }) => event.status === status), {
      what: `the screen to hear of ${status}`,
    });
  }

  /** What `GET /models/:id/status` says of the model of a job. */
  async modelOf(id: string): Promise<ModelStatusAnswer> {
    const ask = async (path: string) =>
      (await callFunction(this.environment, `models${path}`, { method: "GET", token: this.user.accessToken }))
        .body;
    const { models } = modelsResponse.parse(await ask(""));
    const model = models.find(({ trainingJobId }) => trainingJobId === id);
    return modelStatus.parse(await ask(`/${model?.id}/status`));
  }

  async balance(): Promise<number | undefined> {
    return (await this.user.client.from("credit_accounts").select("balance").single()).data?.balance;
  }

  /** Ends the grace of a submit in doubt, or of anything else that waits in the lane. */
  async endGrace(): Promise<void> {
    await this.environment.sql`update pgmq.q_astria_queue set vt = clock_timestamp()`;
    await this.environment.sql`
      update public.job_attempts set submit_until = now() - interval '1 minute'
      where outcome is null and phase = 'submitting'`;
    await this.environment.sql`select private.tick()`;
  }

  /** Waits until the submit of a job is in doubt. */
  async inDoubt(id: string): Promise<void> {
    await eventually(async () => {
      const rows = await this.environment.sql`
        select from public.job_attempts a
        join pgmq.q_astria_queue q on (q.message ->> 'job_id')::uuid = a.job_id
        where a.job_id = ${id} and a.phase = 'submitting' and q.vt < a.submit_until - interval '10 seconds'`;
      return rows.length > 0 || undefined;
    }, { what: "the submit to be in doubt" });
  }
}
