/** One upscale as an app would do it, with supabase-js alone: listen, upload, create, and take what realtime tells. */
import { type JobEvent, jobEvent } from "../shared/events.ts";
import type { HistoryEntry, Job } from "../shared/job.ts";
import { jobResponse, uploadResponse } from "../shared/requests.ts";
import { isTerminal } from "../shared/statuses.ts";
import { jobsTopic } from "../shared/topics.ts";
import type { Client } from "./environment.ts";

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
  await listen(client, userId, (event) => {
    for (const entry of event.steps) {
      const afterMs = performance.now() - clickedAt;
      steps.push({ entry, afterMs });
      onStep(entry, afterMs);
    }
    if (isTerminal(event.new.status)) ended.resolve(event.new.id);
  });

  clickedAt = performance.now();
  const image = await upload(client, picture);
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

async function listen(client: Client, userId: string, onEvent: (event: JobEvent) => void): Promise<void> {
  const joined = Promise.withResolvers<void>();
  const onJob = (message: { payload?: unknown }) => onEvent(jobEvent.parse(message.payload));
  client.channel(jobsTopic(userId), { config: { private: true } })
    .on("broadcast", { event: "INSERT" }, onJob).on("broadcast", { event: "UPDATE" }, onJob)
    .subscribe((status, error) => {
      if (status === "SUBSCRIBED") joined.resolve();
      else if (status !== "CLOSED") joined.reject(error ?? new Error(status));
    });
  await joined.promise;
}

async function upload(client: Client, picture: Uint8Array<ArrayBuffer>): Promise<string> {
  const request = { tool: "upscaler", field: "image", contentType: "image/png", size: picture.length };
  const place = uploadResponse.parse(await call(client, "jobs/uploads", request));
  const file = new Blob([picture], { type: "image/png" });
  const { error } = await client.storage.from(place.bucket).uploadToSignedUrl(place.path, place.token, file);
  if (error) throw error;
  return place.path;
}

async function call(client: Client, name: string, body: Record<string, unknown>): Promise<unknown> {
  const { data, error } = await client.functions.invoke(name, { body });
  if (error) throw new Error(`${name}: ${await error.context?.text?.() ?? error.message}`);
  return data;
}

async function download(client: Client, job: Job): Promise<Uint8Array | null> {
  const file = job.output?.files[0];
  if (!file) return null;
  const { data, error } = await client.storage.from(file.bucket).download(file.path);
  if (error) throw error;
  return new Uint8Array(await data.arrayBuffer());
}
