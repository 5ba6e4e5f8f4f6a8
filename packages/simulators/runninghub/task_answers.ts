/** The bodies that tell of a task: the outputs answer and the webhook in all its shapes. Pure. */
import { asPythonWrites } from "../kit/python_json.ts";
import type { Link, Reading } from "../kit/task.ts";
import { type Answer, codeName, refusal, success } from "./codes.ts";
import type { FaultOf } from "./faults.ts";
import type { Failure, RunningHubStatus, RunningHubTask, Workshop } from "./task.ts";
import { failureOf } from "./failures.ts";

/** What every successful task costs, as in the documented samples. */
export const COINS_PER_TASK = 17;

type Nodes = Pick<Workshop, "previewNodeId" | "outputNodeId">;

const STATUSES: Readonly<Record<Reading<Failure>["status"], RunningHubStatus>> = {
  queued: "QUEUED",
  running: "RUNNING",
  succeeded: "SUCCESS",
  failed: "FAILED",
  // What the provider answers for a cancelled task is not documented.
  cancelled: "FAILED",
};

/** The provider's word for a status. */
export function statusOf({ status }: { status: Reading<Failure>["status"] }): RunningHubStatus {
  return STATUSES[status];
}

/** The node that an output is of: the preview comes first, the result last. */
export function nodeOf(n: number, { previewNodeId, outputNodeId }: Nodes): string {
  return n === 0 ? previewNodeId : outputNodeId;
}

/** `png` or `mp4`. */
export function fileTypeOf({ output }: Link): string {
  return output.name.split(".").at(-1) ?? "";
}

/** The answer of `/task/openapi/outputs` (runninghub.md#outcomes). */
export function outputsAnswer(task: RunningHubTask, reading: Reading<Failure>, nodes: Nodes): Answer {
  if (reading.status === "queued") return refusal(813);
  if (reading.status === "running") return refusal(804, { netWssUrl: null });
  const failure = failureOf(reading, nodes);
  if (failure) return refusal(failure.code, { failedReason: failure.failedReason });
  if (reading.status !== "succeeded" || reading.links.length === 0) return success(null);
  return success(reading.links.map((link, n) => ({
    fileUrl: link.url,
    fileType: fileTypeOf(link),
    taskCostTime: String(secondsOf(task)),
    nodeId: nodeOf(n, nodes),
    thirdPartyConsumeMoney: null,
    consumeMoney: null,
    consumeCoins: String(COINS_PER_TASK),
  })));
}

/**
 * The `eventData` of a v1 webhook: a JSON string with fewer fields than the outputs, and a number for the time
 * (runninghub.md#webhooks).
 */
export function eventDataString(task: RunningHubTask, reading: Reading<Failure>, nodes: Nodes): string {
  const answer = outputsAnswer(task, reading, nodes);
  const written = (value: unknown) =>
    task.faults.python_json ? asPythonWrites(JSON.stringify(value)) : JSON.stringify(value);
  if (reading.status !== "succeeded" || answer.data === null) return written(answer);
  const brief = reading.links.map((link, n) => ({
    fileUrl: link.url,
    fileType: fileTypeOf(link),
    taskCostTime: secondsOf(task),
    nodeId: nodeOf(n, nodes),
  }));
  return written(success(brief));
}

/** The whole webhook body, in the shape that the task's faults ask for (default v1). */
export function webhookBody(task: RunningHubTask, reading: Reading<Failure>, nodes: Nodes): string {
  const { webhook_shape: form, bare_number_id: bare } = task.faults;
  const body = JSON.stringify(shaped(task, reading, nodes, form?.shape ?? "v1"));
  return form?.bareNumberId || bare ? withBareId(body, task.id) : body;
}

/** JSON text in which the task id is a number without quotes. */
export function withBareId(json: string, taskId: string): string {
  return json.replaceAll(`"taskId":"${taskId}"`, `"taskId":${taskId}`);
}

function shaped(
  task: RunningHubTask,
  reading: Reading<Failure>,
  nodes: Nodes,
  shape: FaultOf<"webhook_shape">["shape"],
): unknown {
  const envelope = (eventData: unknown) => ({ event: "TASK_END", taskId: task.id, eventData });
  const malformed = task.faults.malformed_event_data;
  if (malformed) {
    const right = eventDataString(task, reading, nodes);
    return envelope(
      malformed.eventData === undefined ? right.slice(0, right.length / 2) : malformed.eventData,
    );
  }
  switch (shape) {
    case "v1":
      return envelope(eventDataString(task, reading, nodes));
    case "flat":
      return envelope(v2Task(task, reading, nodes));
    case "wrapped": {
      const code = failureOf(reading, nodes)?.code ?? 0;
      return envelope({ code, msg: codeName(code), data: v2Task(task, reading, nodes) });
    }
    case "bare":
      return v2Task(task, reading, nodes);
  }
}

/** A task as the v2 endpoints and webhooks describe it (runninghub.md#v2, #webhooks). */
function v2Task(task: RunningHubTask, reading: Reading<Failure>, nodes: Nodes): unknown {
  const links = reading.status === "succeeded" ? reading.links : [];
  const failure = failureOf(reading, nodes);
  const results = links.map((link, n) => ({
    url: link.url,
    outputType: fileTypeOf(link),
    nodeId: nodeOf(n, nodes),
    text: null,
  }));
  const usage = {
    consumeCoins: reading.status === "succeeded" ? String(COINS_PER_TASK) : null,
    consumeMoney: null,
    taskCostTime: String(secondsOf(task)),
    thirdPartyConsumeMoney: null,
  };
  return {
    taskId: task.id,
    status: statusOf(reading),
    errorCode: failure ? String(failure.code) : "",
    errorMessage: failure?.failedReason.exception_message ?? "",
    failedReason: failure?.failedReason ?? {},
    results: results.length > 0 ? results : null,
    usage,
    taskUsageList: [{ usage }],
  };
}

/** Whole seconds from submission to end. */
function secondsOf({ createdAt, endedAt }: RunningHubTask): number {
  return Math.round(((endedAt ?? createdAt).getTime() - createdAt.getTime()) / 1000);
}
