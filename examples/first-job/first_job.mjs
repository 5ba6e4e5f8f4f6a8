/**
 * A first app for Esteira: signs up, uploads a picture, has it enlarged, hears of every step and shows the result; then
 * asks for more than the provider takes at once, looks at the queue, cancels a job and tries it again.
 *
 * Start `npm run dev` in Esteira's repository, then this: `node first_job.mjs` (20.19 or newer) or
 * `deno run -A first_job.mjs`. It needs supabase-js and nothing of ours. SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY
 * lead to another project than the local one.
 */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, FunctionsHttpError } from "@supabase/supabase-js";

const PROJECT_URL = process.env.SUPABASE_URL ?? "http://127.0.0.1:54321";
const KEY = process.env.SUPABASE_PUBLISHABLE_KEY ?? "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH";

const supabase = createClient(PROJECT_URL, KEY, {
  auth: { persistSession: false, autoRefreshToken: false },
  // Browsers, Deno and Node from 22 on have a WebSocket of their own; Node 20 is handed one.
  realtime: { transport: globalThis.WebSocket ?? (await import("ws")).default },
});

async function main() {
  const email = `${crypto.randomUUID()}@example.com`;
  const user = await signUp(email, crypto.randomUUID());
  console.log(`Signed up as ${email}`);
  await listen(user.id);

  console.log("\nA request that cannot be met is refused, and costs nothing:");
  const wrong = { tool: "upscaler", input: { image: "no/such/file.png", scale: 3 } };
  console.log(`  ${await refusalOf(call("POST", "jobs", wrong))}`);

  const image = await upload(SUN, "image/png");
  console.log(`\nUploaded to ${image}`);

  // However often this click is sent, the same key makes one job.
  const click = { tool: "upscaler", input: { image, scale: 2 }, idempotencyKey: crypto.randomUUID() };
  console.log("\nA job has a price:");
  console.log(`  ${await refusalOf(call("POST", "jobs", click))}`);
  console.log(`  in another terminal: npm run grant -- ${email} 50`);
  console.log(`  ${await creditsArrive()} credits have come`);

  console.log("\nA job, step by step:");
  const { job } = await call("POST", "jobs", click);
  console.log(`  ${await linkTo(await endOf(job.id))}`);

  console.log("\nSix more, than which the provider takes fewer at once:");
  const six = Array.from({ length: 6 }, () => ({ tool: "upscaler", input: { image, scale: 4 } }));
  const { jobs } = await call("POST", "jobs/batch", { jobs: six });
  const last = jobs.pop();
  const { position } = await call("GET", `jobs/${last.id}/position`);
  console.log(`  ${nameOf(last)} is number ${position} of those that wait`);
  const { job: cancelled } = await call("DELETE", `jobs/${last.id}`);
  console.log(`  ${nameOf(cancelled)} is ${cancelled.status}, and paid back`);
  const { job: again } = await call("POST", `jobs/${last.id}/retry`);
  console.log(`  ${nameOf(again)} takes its place`);
  await Promise.all([...jobs, again].map(({ id }) => endOf(id)));

  console.log(`\nAll done, and ${await balance()} credits are left.`);
}

// Who ---------------------------------------------------------------------------------------------------------------

async function signUp(email, password) {
  const { data, error } = await supabase.auth.signUp({ email, password });
  if (error) throw error;
  if (!data.session) throw new Error("This project wants addresses to be confirmed first.");
  return data.user;
}

// What may be asked --------------------------------------------------------------------------------------------------

/** What Esteira answers when it does not do what was asked: a stable code, and what helps to mend it. */
class Refusal extends Error {
  constructor(status, { code, message, details }) {
    super(message);
    Object.assign(this, { name: "Refusal", status, code, details });
  }
}

/** Calls one of Esteira's functions with the user's token. */
async function call(method, path, body) {
  const { data, error } = await supabase.functions.invoke(path, { method, body });
  if (error instanceof FunctionsHttpError) {
    const answer = await error.context.json();
    throw new Refusal(error.context.status, answer.error ?? answer);
  }
  if (error) throw error; // nobody answered
  return data;
}

/** What a call that must not succeed was told. */
async function refusalOf(calling) {
  try {
    await calling;
  } catch (error) {
    if (error instanceof Refusal) return `${error.status} ${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("This should have been refused.");
}

/** Uploads a file for the tool's input and returns what the input is to say. */
async function upload(bytes, contentType) {
  const request = { tool: "upscaler", field: "image", contentType, size: bytes.length };
  const { bucket, path, token } = await call("POST", "jobs/uploads", request);
  const file = new Blob([bytes], { type: contentType });
  const { error } = await supabase.storage.from(bucket).uploadToSignedUrl(path, token, file);
  if (error) throw error;
  return path;
}

// What is heard -------------------------------------------------------------------------------------------------------

/** Fires an event whenever something is heard of a job; its name is the job's id. */
const news = new EventTarget();

/** Listens to the user's own topic, and prints each step of each job. */
async function listen(userId) {
  const hear = ({ payload: { new: job, steps } }) => {
    console.log(`  ${nameOf(job)} ${steps.map(({ step }) => step).join(" → ")}`);
    news.dispatchEvent(new Event(job.id));
  };
  const channel = supabase.channel(`jobs:${userId}`, { config: { private: true } })
    .on("broadcast", { event: "INSERT" }, hear)
    .on("broadcast", { event: "UPDATE" }, hear);
  await new Promise((joined, refused) =>
    channel.subscribe((status, error) =>
      status === "SUBSCRIBED" ? joined() : refused(error ?? new Error(status))
    )
  );
}

/** Waits for the job's end. The row is the truth: what is heard says when to look, and silence is not believed for long. */
async function endOf(id) {
  for (;;) {
    const heard = new Promise((resolve) => news.addEventListener(id, resolve, { once: true }));
    const { job } = await call("GET", `jobs/${id}`);
    if (job.status === "completed" || job.status === "cancelled") return job;
    if (job.status === "failed") {
      throw new Error(`${nameOf(job)} failed: ${job.error_message} (${job.error_code})`);
    }
    await Promise.race([heard, sleep(5_000)]);
  }
}

/** A job's name on the screen: the end of its id. */
function nameOf({ id }) {
  return `job …${id.slice(-4)}`;
}

// What comes out ------------------------------------------------------------------------------------------------------

/**
 * An address that an <img> can show for an hour. The bucket is private, and `output_url` answers to nobody by itself; for
 * another hour ask for the job again, or Storage: `storage.from(bucket).createSignedUrl(path, seconds)`.
 */
async function linkTo(job) {
  const [{ content_type, bytes, signedUrl }] = job.output.files;
  const picture = await fetch(signedUrl);
  if (!picture.ok) throw new Error(`The result cannot be shown: ${picture.status}`);
  return `${content_type}, ${bytes} bytes: ${signedUrl}`;
}

/** The user's own row; without one, there have never been credits. */
async function balance() {
  const { data, error } = await supabase.from("credit_accounts").select("balance").maybeSingle();
  if (error) throw error;
  return data?.balance ?? 0;
}

/** Waits until somebody has granted credits, ten minutes at the most, and returns how many there are. */
async function creditsArrive() {
  for (const deadline = Date.now() + 600_000; Date.now() < deadline; await sleep(500)) {
    const credits = await balance();
    if (credits > 0) return credits;
  }
  throw new Error("No credits came.");
}

/** The sun, 16 pixels wide. */
const SUN = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAP0lEQVR4XmMQsakgCVFDw68TGnCEKYuiAVkpLm0IDZjqsOohVwOm" +
      "Ckw02DUQ1IPuaXI04NGDrIaypEEMIlkDAMr8RvDkB4I9AAAAAElFTkSuQmCC",
  ),
  (letter) => letter.charCodeAt(0),
);

try {
  await main();
  process.exit(0); // by ourselves: the open socket would keep the process
} catch (error) {
  console.error(`\n${error.code ?? error.name}: ${error.message}`);
  process.exit(1);
}
