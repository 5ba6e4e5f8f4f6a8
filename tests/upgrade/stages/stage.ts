/** A job that an upgrade finds somewhere on its way, and how it is left there. */
import type { Before } from "../before.ts";
import type { Message } from "../../../supabase/functions/_shared/engine/work_item.ts";

/** One such job. */
export interface Stage {
  readonly name: string;
  readonly jobId: string;
  readonly ends: "completed" | "failed" | "cancelled";
  /** How many tasks its provider may have been asked for in the end, all told. */
  readonly tasks: number;
  /** It had ended before the upgrade: nothing of it may change. */
  readonly hasEnded?: true;
  /** It was cancelled, and made all the same: its price is not given back. */
  readonly isWithheld?: true;
  /** Held by a worker outside, who will come back with this. */
  readonly claim?: { jobId: string; token: string };
}

/** Leaves a job somewhere. `prompt`: what it asks its provider for; tells tasks apart. */
export type MakeStage = (before: Before, prompt: string) => Promise<Omit<Stage, "name">>;

/** How an attempt is named in the engine's functions. */
export const named = ({ item }: Message) => ({ p_job_id: item.job.id, p_token: item.attempt.token });
/** How a message is. */
export const acknowledging = ({ queue, msg_id }: Message) => ({ p_queue: queue, p_msg_id: msg_id });

/** New jobs of the tool image run in `lane`. */
export async function use({ sql }: Before, lane: string): Promise<void> {
  await sql`update public.tools set lane = ${lane} where tool = 'image'`;
}

/** A job of the tool image that a worker has received. */
export async function received(before: Before, lane: string, prompt: string, more = {}): Promise<Message> {
  await use(before, lane);
  const jobId = await before.create("image", { prompt }, more);
  const message = await before.receive(lane);
  if (message.item.job.id !== jobId) throw new Error(`Another job was received than ${prompt}`);
  return message;
}

/** One whose provider has it. */
export async function submitted(before: Before, lane: string, prompt: string, more = {}): Promise<Message> {
  const message = await received(before, lane, prompt, more);
  await before.submit(message);
  return message;
}

/** The attempt fails. `after`: when the provider wants to be asked again. */
export async function failed(
  before: Before,
  message: Message,
  retryClass: string,
  after?: string,
): Promise<void> {
  await before.call("worker.attempt_failed", {
    ...named(message),
    ...acknowledging(message),
    p_retry_class: retryClass,
    p_error_code: "made_up",
    p_error_message: "as a provider would say it",
    ...after ? { p_retry_after: after } : {},
  });
}

/** The result is stored. */
export const completed = (before: Before, message: Message) =>
  before.call("worker.complete", { ...named(message), p_output: { files: [], data: { note: "stored" } } });
