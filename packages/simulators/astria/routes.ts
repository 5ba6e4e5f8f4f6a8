/** The endpoints of tunes and prompts (astria.md#endpoints). Packs are not here. */
import type { Context, Hono } from "hono";
import { fetchImage, type InputImage, InputImageError, sentImage } from "../kit/input_images.ts";
import type { Reading } from "../kit/task.ts";
import { entityOf } from "./entities.ts";
import { nested } from "./rails_form.ts";
import type { AstriaSimulation, AstriaTask, Deleted, Failure } from "./task.ts";
import {
  type Problems,
  promptsOf,
  readPrompt,
  readTune,
  type Submission,
  textsOf,
  type TuneSubmission,
} from "./submission.ts";

/** What a page of a list has when nobody asks for less or more; the default is not documented. */
const PAGE = 20;
const LARGEST_PAGE = 120;
const LARGEST_OFFSET = 200;

/** What the endpoints need besides the simulation. */
export interface Rules {
  /** One for each account. */
  readonly apiKeys: readonly string[];
  /** The account keys tunes by title, and prompts by all that they say (astria.md#errors). */
  readonly isIdempotent: boolean;
  readonly taskMs: number;
  readonly deleted: Deleted;
}

/** Adds the endpoints to `app`. */
export function addRoutes(app: Hono, simulation: AstriaSimulation, rules: Rules): void {
  const shown = shower(simulation, rules);

  app.post("/tunes", async (c) => {
    const body = await bodyOf(c.req.raw);
    const texts = textsOf(body);
    return await simulation.respond(c.req.raw, "submit", texts, async () => {
      const refused = refusal(c, simulation, rules, texts);
      if (refused) return refused;
      const submission = readTune(body);
      if ("problems" in submission) return c.json(submission.problems, 422);
      const pictures = await picturesOf(submission, c.req.raw.signal);
      if ("problems" in pictures) return c.json(pictures.problems, 422);
      return await make(c, { ...submission.tune, pictures }, texts);
    });
  });

  app.post("/tunes/:tune/prompts", async (c) => {
    const body = await bodyOf(c.req.raw);
    const texts = textsOf(body);
    return await simulation.respond(c.req.raw, "submit", texts, async () => {
      const refused = refusal(c, simulation, rules, texts);
      if (refused) return refused;
      const tune = find(c, "tune", c.req.param("tune"));
      if (!tune) return notFound(c);
      const submission = readPrompt(body, tune.id);
      if ("problems" in submission) return c.json(submission.problems, 422);
      return await make(c, submission, texts);
    });
  });

  app.get("/tunes", (c) => list(c, all(c, "tune")));
  app.get("/tunes/:tune/prompts", (c) => list(c, promptsIn(c, c.req.param("tune"))));
  app.get("/tunes/:id", (c) => show(c, find(c, "tune", c.req.param("id"))));
  app.get("/tunes/:tune/prompts/:id", (c) => show(c, find(c, "prompt", c.req.param("id"))));
  app.delete("/tunes/:id", (c) => remove(c, find(c, "tune", c.req.param("id"))));
  app.delete("/tunes/:tune/prompts/:id", (c) => remove(c, find(c, "prompt", c.req.param("id"))));

  function all(c: Context, kind: Submission["kind"]): AstriaTask[] {
    const key = keyOf(c, rules);
    return [...simulation.tasks.values()].filter((task) =>
      task.submission.kind === kind && task.account === key && !rules.deleted.has(task)
    );
  }

  function promptsIn(c: Context, tuneId: string): AstriaTask[] {
    return all(c, "prompt").filter(({ submission }) =>
      submission.kind === "prompt" && submission.tuneId === tuneId
    );
  }

  function find(c: Context, kind: Submission["kind"], id: string): AstriaTask | undefined {
    const task = simulation.taskOf(keyOf(c, rules) ?? "", id);
    return task?.submission.kind === kind && !rules.deleted.has(task) ? task : undefined;
  }

  async function make(c: Context, submission: Submission, texts: readonly string[]): Promise<Response> {
    const known = rules.isIdempotent
      ? all(c, submission.kind).find((task) => isSame(task.submission, submission))
      : undefined;
    // That the one which is there is answered as if it had been made is not documented.
    if (known) {
      simulation.again(known, texts);
      return simulation.json(known, shown(known), { status: 201 });
    }
    const key = keyOf(c, rules) ?? "";
    const answer = await simulation.accept(submission, texts, (task) => {
      const prompts = submission.kind === "tune" ? promptsOf(submission, task.id) : [];
      for (const prompt of prompts) {
        void simulation.accept(prompt, [prompt.text, ...texts], ({ id }) => id, key);
      }
      return entityOf(task, { status: "queued" }, rules.taskMs);
    }, key);
    return c.json(answer, 201);
  }

  function show(c: Context, task: AstriaTask | undefined): Promise<Response> {
    return simulation.respond(c.req.raw, "poll", task?.texts ?? [], () => {
      if (!keyOf(c, rules)) return unauthorized(c);
      return task ? simulation.json(task, shown(task)) : notFound(c);
    });
  }

  function list(c: Context, tasks: readonly AstriaTask[]): Promise<Response> {
    return simulation.respond(c.req.raw, "list", [], () => {
      if (!keyOf(c, rules)) return unauthorized(c);
      const number = (name: string, otherwise: number) => Number(c.req.query(name) ?? otherwise);
      const offset = number("offset", 0);
      if (offset > LARGEST_OFFSET) return c.json({ error: `offset is larger than ${LARGEST_OFFSET}` }, 400);
      // Newest first is what paging by before_id implies; the order is not documented.
      const wanted = tasks.filter(({ id }) => Number(id) < number("before_id", Infinity)).toReversed();
      const page = wanted.slice(offset, offset + Math.min(number("limit", PAGE), LARGEST_PAGE));
      const answer = page.map((task) => entityOf(task, simulation.peek(task), rules.taskMs));
      const written = page.find(({ faults }) => faults.python_json);
      return written ? simulation.json(written, answer) : c.json(answer);
    });
  }

  function remove(c: Context, task: AstriaTask | undefined): Promise<Response> {
    return simulation.respond(c.req.raw, "cancel", task?.texts ?? [], () => {
      if (!keyOf(c, rules)) return unauthorized(c);
      if (!task) return notFound(c);
      rules.deleted.add(task);
      simulation.cancel(task);
      if (task.submission.kind === "tune") {
        for (const prompt of promptsIn(c, task.id)) simulation.stop(prompt);
      }
      return c.body(null, 204);
    });
  }
}

/** Shows a task as it is, or as the fault `stale_readings` has it. */
function shower(
  simulation: AstriaSimulation,
  { taskMs }: Rules,
): (task: AstriaTask) => Record<string, unknown> {
  const stale = new WeakMap<AstriaTask, number>();
  return (task) => {
    let reading: Reading<Failure> = simulation.read(task);
    const left = stale.get(task) ?? task.faults.stale_readings?.times ?? 0;
    if (reading.status === "succeeded" && left > 0) {
      stale.set(task, left - 1);
      reading = { status: "running" };
    }
    return entityOf(task, reading, taskMs);
  };
}

/** Whether two submissions are one for an account that is idempotent: tunes by title, prompts by all that they say. */
function isSame(one: Submission, other: Submission): boolean {
  if (one.kind === "tune" && other.kind === "tune") return one.title === other.title;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Why a submission is refused whatever it says. */
function refusal(
  c: Context,
  simulation: AstriaSimulation,
  rules: Rules,
  texts: readonly string[],
): Response | undefined {
  if (!keyOf(c, rules)) return unauthorized(c);
  if (simulation.faults.take("busy", texts)) return c.json({ error: "Too many requests" }, 429);
  const fault = simulation.faults.take("refusal", texts);
  return fault && Response.json(fault.body ?? { error: "Refused" }, { status: fault.status });
}

/** The pictures, or what is wrong with them, if they cannot all be had; that this is a 422 is not documented. */
async function picturesOf(
  { tune, images }: { tune: TuneSubmission; images: readonly File[] },
  signal: AbortSignal,
): Promise<InputImage[] | { problems: Problems }> {
  try {
    return await Promise.all([
      ...images.map((image) => sentImage(image)),
      ...tune.image_urls.map((url) => fetchImage(url, signal)),
    ]);
  } catch (error) {
    if (!(error instanceof InputImageError)) throw error;
    return { problems: { images: [error.message] } };
  }
}

/** JSON, or a form; undefined when it is neither. */
async function bodyOf(request: Request): Promise<unknown> {
  const isForm = /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i
    .test(request.headers.get("content-type") ?? "");
  try {
    return isForm ? nested(await request.formData()) : await request.json();
  } catch {
    return undefined;
  }
}

function keyOf(c: Context, { apiKeys }: Rules): string | undefined {
  return apiKeys.find((key) => c.req.header("authorization") === `Bearer ${key}`);
}

// The bodies of these are not documented.
function unauthorized(c: Context): Response {
  return c.json({ error: "Unauthorized" }, 401);
}

function notFound(c: Context): Response {
  return c.json({ error: "Not found" }, 404);
}
