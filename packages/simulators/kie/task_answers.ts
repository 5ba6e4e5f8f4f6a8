/** The bodies that tell of a task: the answer of recordInfo and the callback (kie.md#outcomes, #callbacks). Pure. */
import { asPythonWrites } from "../kit/python_json.ts";
import type { Reading } from "../kit/task.ts";
import type { KieTask } from "./task.ts";
import type { Failure } from "./failures.ts";

/** What a successful task costs, as in the documented sample. */
export const CREDITS_PER_TASK = 100;

const STATES = {
  queued: "waiting",
  running: "generating",
  succeeded: "success",
  failed: "fail",
  cancelled: "fail",
};
const NO_FAILURE: Failure = { failCode: "", failMsg: "" };

/** `data` of recordInfo. Fields that are not known yet are empty or null; which of the two is not documented. */
export function recordOf(
  task: KieTask,
  reading: Reading<Failure>,
  resultJson = resultJsonOf(task, reading),
): unknown {
  const isOver = reading.status !== "queued" && reading.status !== "running";
  return {
    taskId: task.id,
    model: task.submission.model,
    state: STATES[reading.status],
    param: task.submission.param,
    resultJson,
    ...failureOf(reading),
    // Milliseconds here and seconds in the callback, as in the samples.
    costTime: isOver ? elapsedMs(task) : 0,
    completeTime: isOver ? (task.endedAt ?? new Date()).getTime() : null,
    createTime: task.createdAt.getTime(),
    updateTime: (task.endedAt ?? task.startedAt ?? task.createdAt).getTime(),
  };
}

/**
 * The body of a callback.
 * @param remainedCredits what the account has left.
 */
export function callbackOf(task: KieTask, reading: Reading<Failure>, remainedCredits: number): string {
  const failed = reading.status === "failed" || reading.status === "cancelled";
  const time = (task.endedAt ?? new Date()).getTime();
  const resultJson = task.faults.malformed_result_json ? MALFORMED : resultJsonOf(task, reading);
  return JSON.stringify({
    code: failed ? 501 : 200,
    msg: failed ? "Playground task failed." : "Playground task completed successfully.",
    data: {
      [task.faults.snake_case_id ? "task_id" : "taskId"]: task.id,
      model: task.submission.model,
      state: STATES[reading.status],
      param: task.submission.param,
      ...failed ? failureOf(reading) : { resultJson },
      consumeCredits: failed ? 0 : CREDITS_PER_TASK,
      remainedCredits,
      costTime: failed ? 0 : Math.round(elapsedMs(task) / 1000),
      createTime: task.createdAt.getTime(),
      completeTime: time,
      updateTime: time,
    },
  });
}

/** A `resultJson` that ends in the middle. */
export const MALFORMED = '{"resultUrls":["https:';

function resultJsonOf({ faults }: KieTask, reading: Reading<Failure>): string {
  if (reading.status !== "succeeded") return "";
  const result = JSON.stringify({ resultUrls: reading.links.map(({ url }) => url) });
  return faults.python_json ? asPythonWrites(result) : result;
}

function failureOf(reading: Reading<Failure>): Failure {
  return reading.status === "failed" ? reading.failure : NO_FAILURE;
}

function elapsedMs({ createdAt, endedAt }: KieTask): number {
  return (endedAt ?? new Date()).getTime() - createdAt.getTime();
}
