/** What a worker tells of a task's result: how far it is, that it is there, that it is stored. */
import type { Json } from "../../../../shared/database.types.ts";
import type { JobOutput } from "../../../../shared/rows/job.ts";
import { unwrap, worker } from "./database.ts";
import { report } from "./reports.ts";
import { mayStartNext } from "./started.ts";
import type { Message } from "./work_item.ts";

/** Shows how far the attempt is, in percent; false: it is no longer current. */
export async function progress({ item }: Message, percent: number): Promise<boolean> {
  return unwrap(
    await worker().rpc("progress", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_progress: percent,
    }),
  ) ?? false;
}

/** What the provider has made: addresses of its files, and what is no file. */
export interface Produced {
  outputs: { url: string; contentType: string | null }[];
  data: Record<string, unknown> | null;
  raw: unknown;
  /** The task that made it, where that is not the attempt's. */
  externalId?: string;
  cost?: Cost;
}

/** What a task has cost, as its provider says. `amount`: a decimal number; `currency`: its money, or its own unit. */
export interface Cost {
  amount: string;
  currency: string;
}

/**
 * The provider has the result: from here on it is only copied, never made again. Returns produced, duplicate (it was
 * noted before: go on copying) or late (the job has ended: copy nothing).
 */
export async function produced({ item }: Message, result: Produced): Promise<string> {
  return await mayStartNext(
    item.job.lane,
    report("produced", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_outputs: result.outputs as unknown as Json,
      p_data: result.data as Json,
      p_raw: result.raw as Json,
      ...result.externalId === undefined ? {} : { p_external_id: result.externalId },
      ...result.cost ? costOf(result.cost) : {},
    }),
  ) ?? "unknown";
}

/** A number as text keeps all its digits. */
function costOf({ amount, currency }: Cost): { p_cost: number; p_cost_currency: string } {
  return { p_cost: amount as unknown as number, p_cost_currency: currency };
}

/** What a task has cost that came to nothing. */
export async function costNoted({ item }: Message, { amount, currency }: Cost): Promise<void> {
  unwrap(
    await worker().rpc("cost_noted", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_cost: amount as unknown as number,
      p_currency: currency,
    }),
  );
}

/** The result is stored. `outputUrl`: null where it is no file. Returns completed, duplicate or late. */
export async function complete(
  { item, queue, msg_id }: Message,
  result: { output: JobOutput; outputUrl: string | null; raw: unknown },
): Promise<string> {
  return await mayStartNext(
    item.job.lane,
    report("complete", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_output: result.output as unknown as Json,
      ...result.outputUrl === null ? {} : { p_output_url: result.outputUrl },
      p_raw: result.raw as Json,
      p_queue: queue,
      p_msg_id: msg_id,
    }),
  ) ?? "unknown";
}
