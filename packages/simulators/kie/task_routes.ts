/** The endpoints around tasks: createTask, recordInfo, credit (kie.md#endpoints). */
import type { Context, Hono } from "hono";
import { type Answer, refusal, success } from "./codes.ts";
import type { CreateLimit } from "./create_limit.ts";
import type { Account } from "./kie.ts";
import type { KieSimulation, KieTask } from "./task.ts";
import { readSubmission, textsOf } from "./submission.ts";
import { CREDITS_PER_TASK, MALFORMED, recordOf } from "./task_answers.ts";
import { jsonBody, keyOf } from "./request.ts";

/** What the endpoints need besides the simulation. */
export interface TaskRules {
  readonly apiKeys: readonly string[];
  readonly account: Account;
  readonly models: readonly string[] | undefined;
  readonly limit: CreateLimit;
}

/** Adds the endpoints to `app`. */
export function addTaskRoutes(app: Hono, simulation: KieSimulation, rules: TaskRules): void {
  /** How many more readings of a task have a malformed `resultJson`. */
  const malformed = new WeakMap<KieTask, number>();

  const createTask = async (c: Context) => {
    const body = await jsonBody(c.req.raw);
    const texts = textsOf(body);
    return await simulation.respond(c.req.raw, "submit", texts, async () => {
      const answer = await create(simulation, rules, { request: c.req.raw, body, texts });
      // Over the limit the status is 429 (kie.md#limits); the other codes come with 200 (#submit).
      return c.json(answer, answer.code === 429 ? 429 : 200);
    });
  };
  app.post("/api/v1/jobs/createTask", createTask);
  app.post("/api/v1/playground/createTask", createTask);

  const recordInfo = async (c: Context) => {
    const task = simulation.tasks.get(c.req.query("taskId") ?? "");
    const texts = task?.texts ?? [];
    return await simulation.respond(c.req.raw, "poll", texts, () => {
      const key = keyOf(c.req.raw, rules.apiKeys);
      if (key === undefined) return c.json(refusal(401));
      const fault = simulation.faults.take("poll_code", texts);
      if (fault) return c.json({ code: fault.code, msg: fault.msg, data: null });
      if (task?.account !== key) return c.json(refusal(422, "recordInfo is null"));
      const reading = simulation.read(task);
      const left = malformed.get(task) ?? task.faults.malformed_result_json?.times ?? 0;
      if (reading.status !== "succeeded" || left === 0) {
        return simulation.json(task, success(recordOf(task, reading)));
      }
      malformed.set(task, left - 1);
      return simulation.json(task, success(recordOf(task, reading, MALFORMED)));
    });
  };
  app.get("/api/v1/jobs/recordInfo", recordInfo);
  app.get("/api/v1/playground/recordInfo", recordInfo);

  app.get("/api/v1/chat/credit", (c) =>
    simulation.respond(c.req.raw, "credit", [], () => {
      if (!keyOf(c.req.raw, rules.apiKeys)) return c.json(refusal(401));
      return c.json(success(rules.account.credits));
    }));
}

async function create(
  simulation: KieSimulation,
  { apiKeys, account, models, limit }: TaskRules,
  { request, body, texts }: { request: Request; body: unknown; texts: readonly string[] },
): Promise<Answer> {
  const key = keyOf(request, apiKeys);
  if (key === undefined) return refusal(401);
  if (simulation.faults.take("busy", texts)) return refusal(429);
  const fault = simulation.faults.take("submit_code", texts);
  if (fault) return { code: fault.code, msg: fault.msg, data: null };
  if (!limit.takes()) return refusal(429);
  const submission = readSubmission(body, models);
  if ("invalid" in submission) return refusal(422, submission.invalid);
  if (account.credits < CREDITS_PER_TASK) return refusal(402);
  return await simulation.accept(submission, texts, ({ id }) => success({ taskId: id }), key);
}
