/** The users: they upload, create jobs one by one and in batches, and cancel some. They try again when nobody answers. */
import type { Environment, User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { jobResponse, jobsResponse } from "../../shared/requests/requests.ts";
import type { PlannedJob } from "./mixture.ts";
import { pause, untilItWorks } from "./patience.ts";
import type { Random } from "../world/random.ts";
import { keepTrying, type Stolen } from "./thieves.ts";

const CREDITS = 1_000_000;
const LARGEST_BATCH = 20;
const MOVIE = Uint8Array.from(atob("AAAAGGZ0eXBtcDQyAAAAAG1wNDJpc29tAAAACG1kYXQ="), (c) => c.charCodeAt(0));

/** What a user has uploaded before anything goes wrong. */
export interface Customer {
  readonly user: User;
  /** Will be deleted midway: from then on all is refused. */
  readonly leaves: boolean;
  /** Has been. */
  hasLeft: boolean;
  readonly pictures: readonly string[];
  readonly movie: string;
}

/** What the users have seen, by the number of the planned job. */
export interface Seen {
  /** The id that each create was answered with, also where the answer came at the second try. */
  readonly ids: Map<number, string>;
  /** The status that each cancel was answered with; `job_finishing`: it was refused, for its provider is done with it. */
  readonly cancels: Map<number, string>;
  /** What users could read of jobs that they had cancelled. */
  readonly stolen: Stolen[];
  /** Requests that met an error and were sent again. */
  retries: number;
}

/** A request was refused: trying again is no use. */
class Refused extends Error {
  override name = "Refused";
  constructor(message: string, readonly code: string) {
    super(message);
  }
}

/** Signs users up, those who leave last, and has them upload what all of their jobs need. */
export async function signUpCustomers(
  environment: Environment,
  { users, leavers }: { users: number; leavers: number },
): Promise<Customer[]> {
  return await Promise.all(Array.from({ length: users + leavers }, async (_, index) => {
    const user = await environment.signUp(CREDITS);
    const pictures = await Promise.all(
      [8, 9, 10, 11].map((side) => upload(user, `picture-${side}.png`, drawPicture(side), "image/png")),
    );
    return {
      user,
      leaves: index >= users,
      hasLeft: false,
      pictures,
      movie: await upload(user, "film.mp4", MOVIE, "video/mp4"),
    };
  }));
}

/** Has every user create the jobs that are theirs, spread over `spreadMs`; resolves when all are created and cancelled. */
export async function createAll(
  environment: Environment,
  customers: readonly Customer[],
  planned: readonly PlannedJob[],
  { seed, random, spreadMs, seen }: { seed: number; random: Random; spreadMs: number; seen: Seen },
): Promise<void> {
  for (const job of planned) {
    const customer = customers[job.user];
    if (customer && job.scenario.marksItsFile) {
      await upload(customer.user, `${job.text}.png`, drawPicture(12), "image/png");
    }
  }
  await Promise.all(customers.map(async (customer, index) => {
    const own = planned.filter(({ user }) => user === index);
    const batches = inBatches(own, random);
    const waits = batches.map(() => random.between(0, (2 * spreadMs) / batches.length));
    const cancels: Promise<void>[] = [];
    for (const [at, batch] of batches.entries()) {
      await pause(waits[at] ?? 0);
      try {
        await createBatch(environment, customer, batch, seed, seen);
      } catch (error) {
        if (customer.leaves) break;
        throw error;
      }
      cancels.push(...batch.map((job) => cancelLater(environment, customer, job, seen)));
    }
    await Promise.all(cancels);
  }));
}

/** Half of the jobs one by one, half in batches. */
function inBatches(jobs: readonly PlannedJob[], random: Random): PlannedJob[][] {
  const batches: PlannedJob[][] = [];
  for (let at = 0; at < jobs.length;) {
    const size = random.next() < 0.8 ? 1 : Math.ceil(random.between(1, LARGEST_BATCH));
    batches.push(jobs.slice(at, at + size));
    at += size;
  }
  return batches;
}

/** The key of a planned job: what makes a second create answer with the same job. */
export function idempotencyKeyOf(seed: number, { n }: { n: number }): string {
  return `chaos-${seed}-${n}`;
}

async function createBatch(
  environment: Environment,
  customer: Customer,
  batch: readonly PlannedJob[],
  seed: number,
  seen: Seen,
): Promise<void> {
  const requests = batch.map((job) => ({
    ...requestOf(customer, job),
    metadata: { scenario: `${job.scenario.provider}/${job.scenario.name}` },
    idempotencyKey: idempotencyKeyOf(seed, job),
  }));
  const [only] = requests;
  const answer = requests.length === 1
    ? await ask(environment, customer, seen, "jobs", "POST", only)
    : await ask(environment, customer, seen, "jobs/batch", "POST", { jobs: requests });
  const created = requests.length === 1 ? [jobResponse.parse(answer).job] : jobsResponse.parse(answer).jobs;
  for (const [at, { n }] of batch.entries()) seen.ids.set(n, created[at]?.id ?? "");
}

async function cancelLater(
  environment: Environment,
  customer: Customer,
  { n, cancel }: PlannedJob,
  seen: Seen,
): Promise<void> {
  const id = seen.ids.get(n) ?? "";
  if (!cancel) return;
  if (cancel.step !== undefined) await untilStep(environment, customer, id, cancel.step);
  await pause(cancel.ms);
  try {
    const answer = await ask(environment, customer, seen, `jobs/${id}`, "DELETE");
    const { status } = jobResponse.parse(answer).job;
    seen.cancels.set(n, status);
    if (status === "cancelled") seen.stolen.push(...await keepTrying(environment, customer.user, id));
  } catch (error) {
    if (customer.leaves) return;
    if (!(error instanceof Refused) || error.code !== "job_finishing") throw error;
    seen.cancels.set(n, error.code);
  }
}

/** Waits until a job is at a step, is past it, or its user has left. Looks into the database: a screen would hear of it. */
async function untilStep(
  environment: Environment,
  customer: Customer,
  id: string,
  step: string,
): Promise<void> {
  await untilItWorks(`the job's step ${step}`, async () => {
    const [row] = await environment.sql`
      select current_step >= ${step}::public.job_step as is_there from public.jobs where id = ${id}`;
    return row?.is_there || customer.hasLeft ? true : undefined;
  });
}

/** What the app would send for a job of this scenario. */
function requestOf(
  { user, pictures, movie }: Customer,
  { scenario, text }: PlannedJob,
): { tool: string; input: Record<string, unknown> } {
  const [one, other] = pictures;
  const { provider, tool, marksItsFile } = scenario;
  switch (tool ?? provider) {
    case "pose_changer":
      return { tool: "pose_changer", input: { person_image: one, reference_image: other } };
    case "veste_ai":
      return { tool: "veste_ai", input: { person_image: one, clothing_image: other } };
    case "video_upscaler":
      return { tool: "video_upscaler", input: { video: movie } };
    case "runninghub": {
      const image = marksItsFile ? `${user.userId}/${text}.png` : one;
      return { tool: "upscaler", input: { image, variant: "far", prompt: text } };
    }
    case "openai":
      return { tool: "speech", input: { text } };
    case "kie":
      return { tool: "image", input: { prompt: text } };
    case "astria":
      return {
        tool: "model_training",
        input: { name: text, subject: "woman", images: pictures, characteristics: { mark: text } },
      };
    default:
      return { tool: `image_${provider}`, input: { prompt: text } };
  }
}

/** Calls a function until it answers; an error that is the caller's own is final. Returns the body. */
async function ask(
  environment: Environment,
  customer: Customer,
  seen: Seen,
  path: string,
  method: string,
  body?: unknown,
): Promise<unknown> {
  const { apiUrl, publishableKey } = environment.deployment;
  let tries = 0;
  return await untilItWorks(`${method} ${path}`, async () => {
    if (tries++ > 0) seen.retries++;
    const response = await fetch(`${apiUrl}/functions/v1/${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        apikey: publishableKey,
        authorization: `Bearer ${customer.user.accessToken}`,
      },
      ...body === undefined ? {} : { body: JSON.stringify(body) },
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    if (response.status < 500) {
      throw new Refused(`${method} ${path}: ${response.status} ${text}`, codeOf(text));
    }
    throw new Error(`${response.status} ${text}`);
  }, (error) => error instanceof Refused || customer.hasLeft);
}

function codeOf(text: string): string {
  try {
    return JSON.parse(text).error.code;
  } catch {
    return "";
  }
}

async function upload(
  user: User,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<string> {
  const path = `${user.userId}/${name}`;
  return await untilItWorks(`the upload of ${name}`, async () => {
    const { error } = await user.client.storage.from("inputs").upload(path, new Blob([bytes], { type }), {
      contentType: type,
    });
    // Uploaded, but its answer was lost.
    if (error && !/exists|duplicate/i.test(error.message)) throw error;
    return path;
  });
}
