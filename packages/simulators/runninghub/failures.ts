/** Failures as RunningHub describes them (runninghub.md#outcomes). Pure. */
import type { Reading } from "../kit/task.ts";
import type { FailedReason, Failure } from "./task.ts";

/** A failure; the parts that depend on a real graph are left as empty as they can be. */
export function failure(
  code: number,
  cause: { nodeId: string; nodeName: string; exceptionType: string; exceptionMessage: string },
): Failure {
  const failedReason: FailedReason = {
    current_outputs: "{}",
    exception_type: cause.exceptionType,
    node_name: cause.nodeName,
    current_inputs: "{}",
    traceback: JSON.stringify([`${cause.exceptionType}: ${cause.exceptionMessage}`]),
    node_id: cause.nodeId,
    exception_message: cause.exceptionMessage,
  };
  return { code, failedReason };
}

/** The failure that a reading tells of, if it does; a cancelled task failed with code 805, which is not documented. */
export function failureOf(
  reading: Reading<Failure>,
  { outputNodeId }: { outputNodeId: string },
): Failure | undefined {
  if (reading.status === "failed") return reading.failure;
  if (reading.status !== "cancelled") return undefined;
  return failure(805, {
    nodeId: outputNodeId,
    nodeName: "",
    exceptionType: "InterruptProcessingException",
    exceptionMessage: "the task was cancelled",
  });
}

/** A failure that is not the task's own: a slip that a later reading takes back, or a defect of the simulator. */
export function strayFailure(reason: "passing" | "unexpected", nodeId: string): Failure {
  return failure(805, {
    nodeId,
    nodeName: "SaveImage",
    exceptionType: "RuntimeError",
    exceptionMessage: reason === "passing"
      ? "the task is being scheduled again"
      : "the simulator could not do the work",
  });
}
