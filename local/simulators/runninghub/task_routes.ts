/** The endpoints around tasks: run, status, outputs, cancel, account (providers.md §1.4 and §1.6). */
import type { Hono } from "hono";
import { type Answer, refusal, silentSuccess, success } from "./codes.ts";
import type { Hub } from "./hub.ts";
import { httpError } from "./http_error.ts";
import { commonFields, exactBody, isAuthorized } from "./request_body.ts";
import { readSubmission, textsOf } from "./submission.ts";
import type { Task } from "./task.ts";
import { COINS_PER_TASK, outputsAnswer } from "./task_answers.ts";

const FIRST_COINS = 177_814;

/** Adds the endpoints to `app`. */
export function addTaskRoutes(app: Hono, hub: Hub): void {
  app.post("/task/openapi/ai-app/run", async (c) => {
    const body = await exactBody(c.req.raw);
    const texts = textsOf(body);
    const broken = hub.takeFault("http_error", texts, ({ path }) => path === "run");
    if (broken && !broken.accepted) return httpError(broken.status);
    const answer = await run(hub, c.req.raw, body, texts);
    return broken ? httpError(broken.status) : c.json(answer);
  });

  /** An endpoint about one task that the body names. */
  const forTask = (path: "status" | "outputs" | "cancel", answer: (task: Task) => Answer) =>
    app.post(`/task/openapi/${path}`, async (c) => {
      const { apiKey, taskId } = commonFields(await exactBody(c.req.raw));
      const task = hub.tasks.get(taskId ?? "");
      const broken = hub.takeFault("http_error", task ? textsOf(task) : [], (fault) => fault.path === path);
      if (broken) return httpError(broken.status);
      if (!isAuthorized(c.req.raw, apiKey, hub.settings.apiKey)) return c.json(refusal(802));
      return c.json(task ? answer(task) : refusal(807));
    });

  forTask("status", (task) => silentSuccess(task.status));

  forTask("outputs", (task) => {
    const answer = outputsAnswer(task);
    if (answer.code === 0 && task.outputsWithheld > 0) task.outputsWithheld--;
    return answer;
  });

  // Cancelling a task that has ended changes nothing and is no error; what the provider says then is not documented.
  forTask("cancel", (task) => {
    void hub.runner.cancel(task);
    return success(null);
  });

  app.post("/uc/openapi/accountStatus", async (c) => {
    // The field is all lower case here, unlike everywhere else (§1.1).
    const { apikey } = commonFields(await exactBody(c.req.raw));
    if (!isAuthorized(c.req.raw, apikey, hub.settings.apiKey)) return c.json(refusal(802));
    const paid = [...hub.tasks.values()].filter(({ end }) => end?.kind === "success").length;
    return c.json(success({
      remainCoins: String(FIRST_COINS - paid * COINS_PER_TASK),
      currentTaskCounts: String(hub.unfinished),
      remainMoney: null,
      currency: null,
      apiType: "NORMAL",
    }));
  });
}

async function run(hub: Hub, request: Request, body: unknown, texts: readonly string[]): Promise<Answer> {
  if (body === undefined) return refusal(301);
  if (!isAuthorized(request, commonFields(body).apiKey, hub.settings.apiKey)) return refusal(802);
  const refused = hub.takeFault("submit_code", texts);
  if (refused) return { code: refused.code, msg: refused.msg, data: null };
  const submission = readSubmission(body, {
    webappIds: hub.settings.webappIds,
    isUploaded: (fileName) => hub.files.upload(fileName) !== undefined,
  });
  if ("refused" in submission) return refusal(submission.refused);
  if (hub.unfinished >= hub.settings.concurrency) return refusal(421);
  const task = hub.enter(submission, texts);
  const answer = acceptance(hub, task);
  const announced = hub.runner.start(task);
  if (task.faults.webhook_before_answer) await announced;
  return answer;
}

function acceptance(hub: Hub, { taskId, clientId, status }: Task): Answer {
  const outputs = JSON.stringify([hub.settings.previewNodeId, hub.settings.outputNodeId]).replaceAll(
    ",",
    ", ",
  );
  return success({
    netWssUrl: null,
    taskId,
    clientId,
    taskStatus: status,
    // A string with the blanks that Python's json.dumps leaves, as documented.
    promptTips: `{"result": true, "error": null, "outputs_to_execute": ${outputs}, "node_errors": {}}`,
  });
}
