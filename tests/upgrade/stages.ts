/** Jobs in every state that an upgrade can find one in, and how each is to end. */
import postgres from "postgres";
import { eventually } from "@esteira/local-supabase/testing";
import type { Message } from "../../supabase/functions/_shared/engine/work_item.ts";
import { drawPicture } from "../world/picture.ts";
import type { Before } from "./before.ts";

/** A job that was left off somewhere. */
export interface Stage {
  readonly name: string;
  readonly jobId: string;
  readonly ends: "completed" | "failed" | "cancelled";
  /** How many tasks its provider may have been asked for in the end, all told. */
  readonly tasks: number;
  /** It had ended before the upgrade: nothing of it may change. */
  readonly hasEnded?: true;
  /** Held by a worker outside, who will come back with this. */
  readonly claim?: { jobId: string; token: string };
}

/** What a stage leaves, besides its name. */
type Left = Omit<Stage, "name">;
type MakeStage = (before: Before, prompt: string) => Promise<Left>;

const named = ({ item }: Message) => ({ p_job_id: item.job.id, p_token: item.attempt.token });
const acknowledging = ({ queue, msg_id }: Message) => ({ p_queue: queue, p_msg_id: msg_id });

async function received(before: Before, lane: string, prompt: string, more = {}): Promise<Message> {
  await use(before, lane);
  await before.create("image", { prompt }, more);
  return await before.receive(lane);
}

async function submitted(before: Before, lane: string, prompt: string, more = {}): Promise<Message> {
  const message = await received(before, lane, prompt, more);
  await before.submit(message);
  return message;
}

/** New jobs of the tool image run in `lane`. */
async function use({ sql }: Before, lane: string): Promise<void> {
  await sql`update public.tools set lane = ${lane} where tool = 'image'`;
}

async function failed(before: Before, message: Message, retryClass: string, after?: string): Promise<void> {
  await before.call("worker.attempt_failed", {
    ...named(message),
    ...acknowledging(message),
    p_retry_class: retryClass,
    p_error_code: "made_up",
    p_error_message: "as a provider would say it",
    ...after ? { p_retry_after: after } : {},
  });
}

const completed = (before: Before, message: Message) =>
  before.call("worker.complete", { ...named(message), p_output: { files: [], data: { note: "stored" } } });

/** In the order in which they are made: jobs of a lane are received in their order. */
export const STAGES: Readonly<Record<string, MakeStage>> = {
  "submitted, its webhook comes later": async (before, prompt) => {
    const { item } = await submitted(before, "fal", prompt);
    return { jobId: item.job.id, ends: "completed", tasks: 1 };
  },
  "submitted, its webhook is lost": async (before, prompt) => {
    before.simulators.fal.misbehave({ contains: prompt, fault: { kind: "lost_webhook" } });
    const { item } = await submitted(before, "fal", prompt);
    return { jobId: item.job.id, ends: "completed", tasks: 1 };
  },
  "settling, its webhook has come": async (before, prompt) => {
    const { fal } = before.simulators;
    fal.misbehave({ contains: prompt, fault: { kind: "lost_webhook" } });
    const message = await submitted(before, "fal", prompt);
    await eventually(() => fal.tasks().find(({ texts, outcome }) => texts.includes(prompt) && outcome));
    await before.call("worker.webhook", {
      p_provider: "fal",
      p_dedupe_key: prompt,
      ...named(message),
      p_verified_by: "token",
      p_headers: {},
      p_payload: {},
      p_is_final: true,
    });
    // The worker that took it in would have settled it at once: it is gone, and so is its lease.
    await before
      .sql`update pgmq.q_settle_queue set vt = clock_timestamp() where message ->> 'job_id' = ${message.item.job.id}`;
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "cancelled while it ran": async (before, prompt) => {
    const { item } = await submitted(before, "fal", prompt);
    await before.call("public.cancel_job", { p_job_id: item.job.id, p_user_id: before.userId });
    return { jobId: item.job.id, ends: "cancelled", tasks: 1, hasEnded: true };
  },
  "completed": async (before, prompt) => {
    const message = await submitted(before, "fal", prompt);
    await completed(before, message);
    return { jobId: message.item.job.id, ends: "completed", tasks: 1, hasEnded: true };
  },
  "failed, a dead letter": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await failed(before, message, "never");
    return { jobId: message.item.job.id, ends: "failed", tasks: 0, hasEnded: true };
  },
  "waiting for its retry": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await failed(before, message, "backoff", "2 seconds");
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "waiting for a busy provider": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await failed(before, message, "wait", "2 seconds");
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "completed, its effect on a project pending": async (before, prompt) => {
    const projectId = crypto.randomUUID();
    const content = { nodes: [{ id: "node", data: {} }] };
    await before.sql`insert into public.projects (id, user_id, content)
      values (${projectId}, ${before.userId}, ${before.sql.json(content)})`;
    const message = await submitted(before, "fal", prompt, { p_metadata: { projectId, nodeId: "node" } });
    await completeWhileLocked(before, message, projectId);
    return { jobId: message.item.job.id, ends: "completed", tasks: 1, hasEnded: true };
  },
  "received, its worker died before the submit": async (before, prompt) => {
    const message = await received(before, "fal", prompt);
    await before.call("worker.defer", { ...acknowledging(message), p_delay: "0" });
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "given a slot, its message unread": async (before, prompt) => {
    await use(before, "fal");
    return { jobId: await before.create("image", { prompt }), ends: "completed", tasks: 1 };
  },
  "running in a lane that is full": async (before, prompt) => {
    const { item } = await submitted(before, "kie", prompt);
    await before.sql`select private.set_capacity(account_id, 1) from private.accounts where lane = 'kie'`;
    return { jobId: item.job.id, ends: "completed", tasks: 1 };
  },
  "waiting for a slot": async (before, prompt) => {
    await use(before, "kie");
    return { jobId: await before.create("image", { prompt }), ends: "completed", tasks: 1 };
  },
  "scheduled": async (before, prompt) => {
    await use(before, "kie");
    const runAt = { p_run_at: new Date(Date.now() + 8_000).toISOString() };
    return { jobId: await before.create("image", { prompt }, runAt), ends: "completed", tasks: 1 };
  },
  "waiting for a paused account": async (before, prompt) => {
    const message = await received(before, "replicate", prompt);
    await failed(before, message, "pause");
    return { jobId: message.item.job.id, ends: "completed", tasks: 1 };
  },
  "waiting in a paused lane": async (before, prompt) => {
    await before.call("ops.pause_lane", { p_lane: "replicate", p_reason: "an upgrade" });
    await use(before, "replicate");
    return { jobId: await before.create("image", { prompt }), ends: "completed", tasks: 1 };
  },
  "training a model": async (before, prompt) => {
    const images = Array.from({ length: 4 }, (_, n) => `${before.userId}/${n}.png`);
    await storeRows(before, images);
    const input = { name: prompt, subject: "woman", images };
    const jobId = await before.create("model_training", input);
    const pictures = await servePictures();
    await before.submit(await before.receive("astria"), { images: images.map(() => pictures.url) });
    await pictures.close();
    return { jobId, ends: "completed", tasks: 1 };
  },
  "leased by a worker outside": async (before) => {
    const claim = await claimed(before);
    return { jobId: claim.jobId, ends: "completed", tasks: 0, claim };
  },
  "leased by a worker outside who is gone": async (before) => {
    const { jobId, token } = await claimed(before);
    await before
      .sql`update public.job_attempts set leased_until = now() - interval '1 minute' where token = ${token}`;
    return { jobId, ends: "completed", tasks: 0 };
  },
  "waiting for a worker outside": async (before) => {
    return { jobId: await before.create("outside", {}), ends: "completed", tasks: 0 };
  },
};

/** Makes them all. The tool `outside` is one that an operator has added. */
export async function makeStages(before: Before): Promise<Stage[]> {
  await before
    .sql`insert into public.tools (tool, lane, titles) values ('outside', 'external', '{"en": "Outside"}')`;
  await before.sql`select private.set_capacity(account_id, 20) from private.accounts where lane = 'fal'`;
  const stages: Stage[] = [];
  for (const [name, make] of Object.entries(STAGES)) {
    stages.push({ name, ...await make(before, promptOf(name)) });
  }
  return stages;
}

/** What the job of a stage asks its provider for; tells tasks apart. */
export function promptOf(name: string): string {
  return `upgrade: ${name}`;
}

async function claimed(before: Before): Promise<{ jobId: string; token: string }> {
  await before.create("outside", {});
  const [item] = await before.call("worker.claim", { p_lane: "external", p_worker: "outsider", p_qty: 1 });
  const { job, attempt } = item as { job: { id: string }; attempt: { token: string } };
  return { jobId: job.id, token: attempt.token };
}

/** Completes a job while somebody else holds its project, and waits for nobody: the effect is left for later. */
async function completeWhileLocked(before: Before, message: Message, projectId: string): Promise<void> {
  const { job, attempt } = message.item;
  const holder = postgres(before.cluster.url(), { max: 1, onnotice: () => {} });
  try {
    await holder.begin(async (held) => {
      await held`select from public.projects where id = ${projectId} for update`;
      await before.sql.begin(async (tx) => {
        await tx`select set_config('esteira.effect', 'holds', true)`;
        await tx`select worker.complete(${job.id}, ${attempt.token}, '{"files": [], "data": {"note": "stored"}}')`;
      });
    });
  } finally {
    await holder.end();
  }
}

/** The rows of files in the bucket inputs, as Storage would have written them. */
async function storeRows(before: Before, names: string[]): Promise<void> {
  const admin = postgres(before.cluster.url("supabase_admin"), { max: 1 });
  try {
    const metadata = { mimetype: "image/png", size: 1000 };
    for (const name of names) {
      await admin`insert into storage.objects (bucket_id, name, owner_id, metadata)
        values ('inputs', ${name}, ${before.userId}, ${admin.json(metadata)})`;
    }
  } finally {
    await admin.end();
  }
}

/** A place where a provider can fetch a picture. */
async function servePictures(): Promise<{ url: string; close(): Promise<void> }> {
  const picture = drawPicture(16);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(picture, { headers: { "content-type": "image/png" } }),
  );
  return await Promise.resolve({
    url: `http://127.0.0.1:${server.addr.port}/picture.png`,
    close: () => server.shutdown(),
  });
}
