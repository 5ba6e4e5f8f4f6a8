/** One upscale as an app would do it, with supabase-js alone: listen, upload, create, and take what realtime tells. */
import type { HistoryEntry, Job } from "../../shared/rows/job.ts";
import { jobResponse } from "../../shared/requests/requests.ts";
import { isTerminal } from "../../shared/words/statuses.ts";
import { call, upload } from "./app_calls.ts";
import type { Client } from "./environment.ts";
import { listenToJobs } from "./listen.ts";

const PATIENCE_MS = 60_000;

export interface Upscale {
  job: Job;
  /** Every step that came by private broadcast, in order of arrival. */
  steps: { entry: HistoryEntry; afterMs: number }[];
  /** The result, downloaded from Storage; null when the job did not complete. */
  output: Uint8Array | null;
}

/**
 * Uploads `picture`, creates an upscale job and waits for its end as realtime tells it. `onStep` hears each step when
 * its broadcast arrives, with the milliseconds since the click. Throws when something is refused or no end comes.
 */
export async function upscale(
  client: Client,
  userId: string,
  picture: Uint8Array<ArrayBuffer>,
  onStep: (entry: HistoryEntry, afterMs: number) => void = () => {},
): Promise<Upscale> {
  const steps: Upscale["steps"] = [];
  const ended = Promise.withResolvers<string>();
  let clickedAt = performance.now();
  await listenToJobs(client, userId, (event) => {
    for (const entry of event.steps) {
      const afterMs = performance.now() - clickedAt;
      steps.push({ entry, afterMs });
      onStep(entry, afterMs);
    }
    if (isTerminal(event.new.status)) ended.resolve(event.new.id);
  });

  clickedAt = performance.now();
  const image = await upload(client, "upscaler", "image", picture);
  const created = jobResponse.parse(
    await call(client, "jobs", { tool: "upscaler", input: { image, scale: 2 } }),
  );
  const timer = setTimeout(
    () => ended.reject(new Error(`No end of job ${created.job.id} came by realtime`)),
    PATIENCE_MS,
  );
  await ended.promise.finally(() => clearTimeout(timer));

  const { data, error } = await client.functions.invoke(`jobs/${created.job.id}`, { method: "GET" });
  if (error) throw error;
  const { job } = jobResponse.parse(data);
  return { job, steps, output: await download(client, job) };
}

async function download(client: Client, job: Job): Promise<Uint8Array | null> {
  const file = job.output?.files[0];
  if (!file) return null;
  const { data, error } = await client.storage.from(file.bucket).download(file.path);
  if (error) throw error;
  return new Uint8Array(await data.arrayBuffer());
}
