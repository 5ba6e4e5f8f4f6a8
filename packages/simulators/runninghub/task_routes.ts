/** The endpoints around tasks: run, status, outputs, cancel, account (runninghub.md#submit and #outcomes). */
import type { Hono } from "hono";
import type { UploadStore } from "../kit/upload_store.ts";
import { type Answer, refusal, silentSuccess, success } from "./codes.ts";
import { commonFields, exactBody, keyOf } from "./request_body.ts";
import { readSubmission, type Submission, textsOf } from "./submission.ts";
import type { RunningHubSimulation, RunningHubTask, TaskInput, TaskSubmission, Workshop } from "./task.ts";
import { COINS_PER_TASK, outputsAnswer, statusOf, withBareId } from "./task_answers.ts";

const FIRST_COINS = 177_814;

/** What the endpoints need besides the simulation. */
export interface TaskRules {
  /** One for each account. */
  readonly apiKeys: readonly string[];
  /** Tasks of an account that may be unfinished at the same time. */
  readonly concurrency: number;
  readonly webappIds: readonly string[] | undefined;
  readonly shop: Workshop;
  readonly uploads: UploadStore;
}

/** Adds the endpoints to `app`. */
export function addTaskRoutes(app: Hono, simulation: RunningHubSimulation, rules: TaskRules): void {
  const { apiKeys, shop } = rules;

  app.post("/task/openapi/ai-app/run", async (c) => {
    const body = await exactBody(c.req.raw);
    const texts = textsOf(body);
    return await simulation.respond(c.req.raw, ["run", "submit"], texts, async () => {
      const answer = await run(simulation, rules, { request: c.req.raw, body, texts });
      return typeof answer === "string" ? json(answer) : c.json(answer);
    });
  });

  /** An endpoint about one task that the body names; `names` are its names in fault rules. */
  const forTask = (
    path: "status" | "outputs" | "cancel",
    names: readonly string[],
    answer: (task: RunningHubTask) => Answer,
  ) =>
    app.post(`/task/openapi/${path}`, async (c) => {
      const fields = commonFields(await exactBody(c.req.raw));
      const task = simulation.tasks.get(fields.taskId ?? "");
      const texts = task?.texts ?? [];
      return await simulation.respond(c.req.raw, names, texts, () => {
        const key = keyOf(c.req.raw, fields.apiKey, apiKeys);
        if (key === undefined) return c.json(refusal(802));
        const fault = names.includes("poll") ? simulation.faults.take("poll_code", texts) : undefined;
        if (fault) return c.json({ code: fault.code, msg: fault.msg, data: null });
        return task?.account === key ? simulation.json(task, answer(task)) : c.json(refusal(807));
      });
    });

  forTask("status", ["status", "poll"], (task) => silentSuccess(statusOf(simulation.read(task, "status"))));

  forTask("outputs", ["outputs", "poll"], (task) => outputsAnswer(task, simulation.read(task), shop));

  // Cancelling a task that has ended changes nothing and is no error; what the provider says then is not documented,
  // nor whether it posts a webhook for a cancelled one. Here it does: receivers must be able to stand that.
  forTask("cancel", ["cancel"], (task) => {
    simulation.cancel(task);
    return success(null);
  });

  app.post("/uc/openapi/accountStatus", async (c) => {
    // The field is all lower case here, unlike everywhere else (runninghub.md#hosts).
    const { apikey } = commonFields(await exactBody(c.req.raw));
    const key = keyOf(c.req.raw, apikey, apiKeys);
    if (key === undefined) return c.json(refusal(802));
    const paid = [...simulation.tasks.values()]
      .filter(({ status, account }) => status === "succeeded" && account === key).length;
    return c.json(success({
      remainCoins: String(FIRST_COINS - paid * COINS_PER_TASK),
      currentTaskCounts: String(simulation.alive(key)),
      remainMoney: null,
      currency: null,
      apiType: "NORMAL",
    }));
  });
}

/** Starts a task, if it may. @returns the answer, as text when it holds a number that JavaScript would round. */
async function run(
  simulation: RunningHubSimulation,
  { apiKeys, concurrency, webappIds, uploads, shop }: TaskRules,
  { request, body, texts }: { request: Request; body: unknown; texts: readonly string[] },
): Promise<Answer | string> {
  if (body === undefined) return refusal(301);
  const key = keyOf(request, commonFields(body).apiKey, apiKeys);
  if (key === undefined) return refusal(802);
  if (simulation.faults.take("busy", texts)) return refusal(421);
  const refused = simulation.faults.take("submit_code", texts);
  if (refused) return { code: refused.code, msg: refused.msg, data: null };
  const isUploaded = (fileName: string) => uploads.get(fileName) !== undefined;
  const submission = readSubmission(body, { webappIds, isUploaded });
  if ("refused" in submission) return refusal(submission.refused);
  if (simulation.alive(key) >= concurrency) return refusal(421);
  return await simulation.accept(entered(submission, uploads), texts, (task) => {
    const answer = acceptance(task, shop);
    return task.faults.bare_number_id ? withBareId(JSON.stringify(answer), task.id) : answer;
  }, key);
}

function entered(submission: Submission, uploads: UploadStore): TaskSubmission {
  const inputs = submission.nodeInfoList.flatMap((node): TaskInput[] => {
    const file = uploads.get(node.fieldValue);
    return file ? [{ node, path: file.path }] : [];
  });
  return { ...submission, clientId: crypto.randomUUID().replaceAll("-", ""), input: inputs[0] };
}

function acceptance(task: RunningHubTask, { previewNodeId, outputNodeId }: Workshop): Answer {
  const outputs = JSON.stringify([previewNodeId, outputNodeId]).replaceAll(",", ", ");
  return success({
    netWssUrl: null,
    taskId: task.id,
    clientId: task.submission.clientId,
    taskStatus: statusOf(task),
    // A string with the blanks that Python's json.dumps leaves, as documented.
    promptTips: `{"result": true, "error": null, "outputs_to_execute": ${outputs}, "node_errors": {}}`,
  });
}

function json(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json" } });
}
