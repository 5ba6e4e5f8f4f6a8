/** The bodies that tell how a task ended: the outputs answer and the webhook in all its shapes. Pure. */
import { type Answer, codeName, refusal, success } from "./codes.ts";
import type { FaultOf } from "./faults.ts";
import type { OutputFile, Task } from "./task.ts";

/** What every successful task costs, as in the documented samples. */
export const COINS_PER_TASK = 17;

/** The answer of `/task/openapi/outputs` (providers.md §1.6). Does not count withheld outputs down. */
export function outputsAnswer(task: Task): Answer {
  const { end } = task;
  if (!end) return task.status === "QUEUED" ? refusal(813) : refusal(804, { netWssUrl: null });
  if (end.kind === "failure") return refusal(end.code, { failedReason: end.failedReason });
  if (task.outputsWithheld > 0) return success(null);
  return success(end.outputs.map(({ fileUrl, fileType, nodeId }) => ({
    fileUrl,
    fileType,
    taskCostTime: String(secondsOf(task)),
    nodeId,
    thirdPartyConsumeMoney: null,
    consumeMoney: null,
    consumeCoins: String(COINS_PER_TASK),
  })));
}

/** The `eventData` of a v1 webhook: a JSON string with fewer fields than the outputs, and a number for the time (§1.8). */
export function eventDataString(task: Task): string {
  const answer = outputsAnswer(task);
  if (answer.code !== 0 || answer.data === null) return JSON.stringify(answer);
  const brief = outputsOf(task).map(({ fileUrl, fileType, nodeId }) => ({
    fileUrl,
    fileType,
    taskCostTime: secondsOf(task),
    nodeId,
  }));
  return JSON.stringify(success(brief));
}

/** The whole webhook body, in the shape that is asked for (default v1). */
export function webhookBody(task: Task, form?: FaultOf<"webhook_shape">): string {
  const body = JSON.stringify(shaped(task, form?.shape ?? "v1"));
  return form?.bareNumberId ? body.replaceAll(`"taskId":"${task.taskId}"`, `"taskId":${task.taskId}`) : body;
}

function shaped(task: Task, shape: FaultOf<"webhook_shape">["shape"]): unknown {
  const { taskId } = task;
  const envelope = (eventData: unknown) => ({ event: "TASK_END", taskId, eventData });
  switch (shape) {
    case "v1":
      return envelope(eventDataString(task));
    case "flat":
      return envelope(v2Task(task));
    case "wrapped": {
      const code = task.end?.kind === "failure" ? task.end.code : 0;
      return envelope({ code, msg: codeName(code), data: v2Task(task) });
    }
    case "bare":
      return v2Task(task);
  }
}

/** A task as the v2 endpoints and webhooks describe it (§1.7, §1.8). */
function v2Task(task: Task): unknown {
  const { taskId, status, end } = task;
  const results = outputsOf(task).map(({ fileUrl, fileType, nodeId }) => ({
    url: fileUrl,
    outputType: fileType,
    nodeId,
    text: null,
  }));
  const usage = {
    consumeCoins: end?.kind === "success" ? String(COINS_PER_TASK) : null,
    consumeMoney: null,
    taskCostTime: String(secondsOf(task)),
    thirdPartyConsumeMoney: null,
  };
  return {
    taskId,
    status,
    errorCode: end?.kind === "failure" ? String(end.code) : "",
    errorMessage: end?.kind === "failure" ? end.failedReason.exception_message : "",
    failedReason: end?.kind === "failure" ? end.failedReason : {},
    results: results.length > 0 ? results : null,
    usage,
    taskUsageList: [{ usage }],
  };
}

function outputsOf(task: Task): readonly OutputFile[] {
  return task.end?.kind === "success" && task.outputsWithheld === 0 ? task.end.outputs : [];
}

/** Whole seconds from submission to end. */
function secondsOf(task: Task): number {
  return Math.round(((task.endedAt ?? task.createdAt).getTime() - task.createdAt.getTime()) / 1000);
}
