/** The endpoints of predictions and the one of the signing secret (replicate.md#endpoints, #limits, #errors). */
import type { Context, Hono } from "hono";
import type { ReplicateSimulation, ReplicateTask } from "./task.ts";
import type { ReplicateFiles } from "./files.ts";
import { notFound, problem } from "./problem.ts";
import { readSubmission, textsOf } from "./submission.ts";
import { predictionOf } from "./task_answers.ts";

const LONGEST_WAIT_S = 60;

/** What the endpoints need besides the simulation. */
export interface Rules {
  /** One for each account. */
  readonly apiKeys: readonly string[];
  readonly webhookSecret: string;
  /** The models that exist, as `owner/name`; undefined: all. */
  readonly models: readonly string[] | undefined;
  /** When a rate limit resets, in seconds. */
  readonly throttledForS: number;
  /** How many predictions a page of the list has. */
  readonly pageSize: number;
  /** Whether the list shows the webhook of each; not documented. */
  readonly listShowsWebhooks: boolean;
  readonly files: ReplicateFiles;
}

/** Adds the endpoints to `app`. */
export function addRoutes(app: Hono, simulation: ReplicateSimulation, rules: Rules): void {
  const show = (task: ReplicateTask) =>
    simulation.json(task, predictionOf(simulation.url, task, simulation.read(task)));

  /** An endpoint for whoever has the key. */
  const answering = (
    c: Context,
    path: string,
    texts: readonly string[],
    answer: (key: string) => Response | Promise<Response>,
  ) =>
    simulation.respond(c.req.raw, path, texts, () => {
      const key = rules.apiKeys.find((key) => c.req.header("authorization") === `Bearer ${key}`);
      if (key !== undefined) return answer(key);
      return problem(401, "Unauthenticated", "You did not pass a valid authentication token");
    });

  const create = (modelOf: (c: Context) => string | undefined) => async (c: Context) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const model = modelOf(c);
    const texts = textsOf(model, body);
    return await answering(
      c,
      "submit",
      texts,
      (key) => accept(simulation, rules, { request: c.req.raw, key, model, body, texts }),
    );
  };
  app.post("/v1/predictions", create(() => undefined));
  for (const kind of ["models", "deployments"]) {
    app.post(
      `/v1/${kind}/:owner/:name/predictions`,
      create((c) => `${c.req.param("owner")}/${c.req.param("name")}`),
    );
  }

  app.get("/v1/predictions", (c) => answering(c, "list", [], (key) => listed(simulation, rules, { c, key })));

  app.get("/v1/predictions/:id", (c) => {
    const task = simulation.tasks.get(c.req.param("id"));
    return answering(c, "poll", task?.texts ?? [], (key) => task?.account === key ? show(task) : notFound());
  });

  app.post("/v1/predictions/:id/cancel", (c) => {
    const task = simulation.tasks.get(c.req.param("id"));
    return answering(c, "cancel", task?.texts ?? [], (key) => {
      if (task?.account !== key) return notFound();
      simulation.cancel(task); // what is said of one that has ended is not documented: here it is shown as it is
      return simulation.json(task, predictionOf(simulation.url, task, simulation.peek(task)));
    });
  });

  rules.files.addRoutes(app, simulation.url, answering);

  app.get(
    "/v1/webhooks/default/secret",
    (c) => answering(c, "secret", [], () => c.json({ key: rules.webhookSecret })),
  );
}

async function accept(
  simulation: ReplicateSimulation,
  { models, throttledForS }: Rules,
  { request, key, model, body, texts }: {
    request: Request;
    key: string;
    model: string | undefined;
    body: unknown;
    texts: readonly string[];
  },
): Promise<Response> {
  const refused = simulation.faults.take("refuse", texts);
  if (refused) return problem(refused.status, "Refused", refused.detail);
  if (simulation.faults.take("busy", texts)) {
    // No header says so; whether there is one is not documented.
    const detail = `Request was throttled. Your rate limit resets in ~${throttledForS}s.`;
    return Response.json({ detail, status: 429 }, { status: 429 });
  }
  if (models && model !== undefined && !models.includes(model)) return notFound();
  const submission = readSubmission(model, body);
  if ("invalid" in submission) return problem(422, "Input validation failed", submission.invalid);
  let task: ReplicateTask | undefined;
  const prediction = await simulation.accept(
    submission,
    texts,
    (made) => predictionOf(simulation.url, task = made, { status: "queued" }),
    key,
  );
  const waitMs = waitOf(request.headers.get("prefer"));
  if (!task || waitMs === undefined) return Response.json(prediction, { status: 201 });
  await simulation.ended(task, waitMs);
  const status = task.end ? 201 : 202; // made, and not over yet
  return simulation.json(task, predictionOf(simulation.url, task, simulation.read(task)), { status });
}

/** How long `Prefer` asks for the answer to be held; undefined where it does not (replicate.md#endpoints). */
function waitOf(prefer: string | null): number | undefined {
  const wait = /(?:^|,)\s*wait(?:\s*=\s*(\d{1,4}))?\s*(?:$|[,;])/i.exec(prefer ?? "");
  if (!wait) return undefined;
  const seconds = wait[1] === undefined ? LONGEST_WAIT_S : Number(wait[1]);
  return Math.min(Math.max(seconds, 1), LONGEST_WAIT_S) * 1000;
}

/** A page of the list, latest first; the cursor is the id of the last one before it. */
function listed(
  simulation: ReplicateSimulation,
  rules: Rules,
  { c, key }: { c: Context; key: string },
): Response {
  const tasks = [...simulation.tasks.values()].filter(({ account }) => account === key).toReversed();
  const cursor = c.req.query("cursor");
  const start = cursor === undefined ? 0 : tasks.findIndex(({ id }) => id === cursor) + 1;
  const page = tasks.slice(start, start + rules.pageSize);
  const last = page.at(-1);
  const isLast = start + page.length >= tasks.length;
  const answer = {
    next: last && !isLast ? `${simulation.url}/v1/predictions?cursor=${last.id}` : null,
    previous: null,
    results: page.map((task) => {
      const { webhook, ...rest } = predictionOf(simulation.url, task, simulation.peek(task));
      return rules.listShowsWebhooks ? { ...rest, webhook } : rest;
    }),
  };
  const written = page.find(({ faults }) => faults.python_json);
  return written ? simulation.json(written, answer) : Response.json(answer);
}
