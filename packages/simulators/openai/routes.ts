/** The one endpoint: text goes in, and the answer is its sound (openai.md#speech). */
import type { Hono } from "hono";
import { outOfQuota, problem, tooManyRequests, unknownModel, wrongKey } from "./failures.ts";
import { answerOf } from "./speech_answer.ts";
import { readSubmission, textsOf } from "./submission.ts";
import type { OpenAiSimulation } from "./task.ts";

/** What the endpoint needs besides the simulation. */
export interface Rules {
  /** One for each account. */
  readonly apiKeys: readonly string[];
  /** The models that exist. */
  readonly models: readonly string[];
  /** What `Retry-After` says behind `busy`, in seconds. */
  readonly retryAfterS: number;
}

/** Nobody waits for longer than this. */
const LONGEST_MS = 600_000;

/** Adds the endpoint to `app`. */
export function addRoutes(app: Hono, simulation: OpenAiSimulation, rules: Rules): void {
  app.post("/v1/audio/speech", async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const texts = textsOf(body);
    return await simulation.respond(c.req.raw, "submit", texts, () => {
      const key = /^Bearer (.*)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
      if (!rules.apiKeys.includes(key)) return problem(wrongKey(key));
      return refused(simulation, rules, texts) ?? speak(simulation, rules, { body, texts, key });
    });
  });
}

/** The error that a fault wants, if one does. */
function refused(
  { faults }: OpenAiSimulation,
  { retryAfterS }: Rules,
  texts: readonly string[],
): Response | undefined {
  if (faults.take("busy", texts)) {
    return problem(tooManyRequests(texts[1] ?? "the model"), { "retry-after": String(retryAfterS) });
  }
  const poor = faults.take("out_of_quota", texts);
  if (poor) return problem(outOfQuota(poor.code ?? "insufficient_quota"));
  const refusal = faults.take("refuse", texts);
  if (refusal) return problem(refusal);
  const python = faults.take("python_error", texts);
  if (!python) return undefined;
  const { status, type, code, message } = python;
  const json = JSON.stringify({ error: { message, type, param: "?", code } }).replace('"?"', "NaN");
  return new Response(json, { status, headers: { "content-type": "application/json" } });
}

async function speak(
  simulation: OpenAiSimulation,
  { models }: Rules,
  { body, texts, key }: { body: unknown; texts: readonly string[]; key: string },
): Promise<Response> {
  const submission = readSubmission(body);
  if ("invalid" in submission) return problem(submission.invalid);
  if (!models.includes(submission.model)) return problem(unknownModel(submission.model));
  // Whether a client that goes away stops its speech is not documented: here it is made to its end, and paid for.
  const task = await simulation.accept(submission, texts, (task) => task, key);
  await simulation.ended(task, LONGEST_MS);
  return answerOf(task);
}
