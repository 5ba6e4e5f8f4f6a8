/** The queue's endpoints and the keys that webhooks are signed with (fal.md#queue, #signature). */
import type { Context, Hono } from "hono";
import type { FalSimulation, FalTask } from "./task.ts";
import { statusStream } from "./status_stream.ts";
import { NAMESPACES, readSubmission, textsOf } from "./submission.ts";
import { queuedAnswer, resultAnswer, statusAnswer } from "./task_answers.ts";

/** What the endpoints need besides the simulation. */
export interface Rules {
  /** One for each account. */
  readonly apiKeys: readonly string[];
  /** Apps that exist, as `owner/app`; undefined: all. */
  readonly apps: readonly string[] | undefined;
  /** What is published at jwks.json. */
  readonly jwks: unknown;
}

/** Adds the endpoints to `app`. */
export function addRoutes(app: Hono, simulation: FalSimulation, rules: Rules): void {
  const problem = (c: Context, status: 400 | 401 | 404 | 429, detail: string) => c.json({ detail }, status);
  const keyOf = (c: Context) => rules.apiKeys.find((key) => c.req.header("authorization") === `Key ${key}`);

  app.get(
    "/.well-known/jwks.json",
    (c) => simulation.respond(c.req.raw, "jwks", [], () => c.json(rules.jwks as object)),
  );

  const submit = async (c: Context) => {
    const { pathname, searchParams } = new URL(c.req.url);
    const webhook = searchParams.get("fal_webhook");
    const body: unknown = await c.req.json().catch(() => undefined);
    const texts = textsOf(pathname, webhook, body);
    return await simulation.respond(c.req.raw, "submit", texts, async () => {
      const key = keyOf(c);
      if (key === undefined) return problem(c, 401, "No user found for Key ID and Secret");
      const refused = simulation.faults.take("refuse", texts);
      if (refused) return Response.json({ detail: refused.detail }, { status: refused.status });
      if (simulation.faults.take("busy", texts)) {
        return c.json({ detail: "Too many requests" }, 429, { "retry-after": "1" });
      }
      const submission = readSubmission(pathname, webhook, body);
      if ("invalid" in submission) return problem(c, 400, submission.invalid);
      if (rules.apps && !rules.apps.includes(submission.app)) return problem(c, 404, "Application not found");
      const [id, answer] = await simulation.accept(
        submission,
        texts,
        (task) => [task.id, queuedAnswer(simulation.url, task) as object] as const,
        key,
      );
      return about(id, c.json(answer));
    });
  };
  app.post("/:owner/:app", submit);
  app.post("/:owner/:app/*", submit);

  /** An endpoint about one request: it is found at its app's address alone. */
  const endpoint = (name: string, answer: (task: FalTask, c: Context) => Response) => async (c: Context) => {
    const { namespace, owner, app: name_of_app, id = "" } = c.req.param() as Record<
      string,
      string | undefined
    >;
    const task = simulation.tasks.get(id);
    const isHere = task?.submission.app === [namespace, owner, name_of_app].filter(Boolean).join("/");
    const names = name === "cancel" ? name : ["poll", name];
    return await simulation.respond(c.req.raw, names, task?.texts ?? [], () => {
      const key = keyOf(c);
      if (key === undefined) return problem(c, 401, "No user found for Key ID and Secret");
      if (task && isHere && task.account === key) return about(task.id, answer(task, c));
      return name === "cancel" ? c.json({ status: "NOT_FOUND" }, 404) : problem(c, 404, "Request not found");
    });
  };
  const status = endpoint("status", (task) => statusAnswer(simulation.url, task, simulation.peek(task)));
  const stream = endpoint("status", (task) => statusStream(simulation, task));
  const result = endpoint("result", (task) => resultAnswer(task, simulation.read(task)));
  const cancel = endpoint("cancel", (task, c) => {
    // A running app decides for itself whether it stops: this one does not, unless it is slow to.
    switch (simulation.cancel(task, task.startedAt === undefined)) {
      case "over":
        return c.json({ status: "ALREADY_COMPLETED" }, 400);
      case "asked":
        return c.json({ status: "CANCELLATION_REQUESTED" }, 202);
      case "stopped":
        return c.json({ status: "OK" });
    }
  });
  for (const model of ["/:owner/:app", `/:namespace{${NAMESPACES.join("|")}}/:owner/:app`]) {
    const request = `${model}/requests/:id`;
    app.get(`${request}/status`, status);
    app.get(`${request}/status/stream`, stream);
    app.get(request, result);
    app.put(`${request}/cancel`, cancel);
  }
}

/** Every answer about a request names it in its headers (fal.md#queue). */
function about(id: string, response: Response): Response {
  response.headers.set("x-fal-request-id", id);
  return response;
}
