/** fal as the kit needs to know it. */
import type { KeyObject } from "node:crypto";
import { fetchImage, type InputImage, InputImageError } from "../kit/input_images.ts";
import { taskOutputs } from "../kit/output.ts";
import type { Provider } from "../kit/provider.ts";
import type { TaskEnd } from "../kit/task.ts";
import { faultRule, TASK_FAULT_KINDS } from "./faults.ts";
import { signatureHeaders } from "./signature.ts";
import { complaintAbout, imagesOf, typeOf } from "./submission.ts";
import { type Failure, modelError, requestError } from "./failures.ts";
import { webhookBody } from "./task_answers.ts";
import type { Fal, FalTask } from "./task.ts";

/** Who signs webhooks, and for whom. */
export interface Signer {
  readonly userId: string;
  readonly key: KeyObject;
  /** A key that is not published. */
  readonly wrongKey: KeyObject;
}

/** Describes fal to the kit. */
export function falProvider({ userId, key: rightKey, wrongKey }: Signer): Provider<Fal> {
  const inputs = new WeakMap<FalTask, readonly InputImage[]>();
  return {
    name: "fal",
    faultRule,
    taskFaultKinds: TASK_FAULT_KINDS,
    // Model errors below 500 "may be billed" (fal.md#errors): here they are.
    tariff: {
      unit: "requests",
      bill: ({ end }) =>
        end?.status === "succeeded" || (end?.status === "failed" && end.failure.status < 500) ? 1 : 0,
    },
    newTaskId: () => crypto.randomUUID(),
    work: (task) => workOn(task, inputs),
    failure: () => modelError({}),
    webhooks: {
      url: ({ submission }) => submission.webhook,
      body: webhookBody,
      // Whether one comes for a request that was cancelled in the queue is not documented.
      wants: (_task, status) => status === "succeeded" || status === "failed",
      sign: ({ task, body, at, key }) =>
        signatureHeaders(key === "right" ? rightKey : wrongKey, {
          requestId: task.id,
          userId: task.faults.signed_for_another_user ? "user_other" : userId,
          at,
          body,
        }),
    },
    linksNeverChange: true,
    view: (task) => ({ model: task.submission.model, inputs: inputs.get(task) ?? [] }),
  };
}

async function workOn(
  task: FalTask,
  inputs: WeakMap<FalTask, readonly InputImage[]>,
): Promise<TaskEnd<Failure>> {
  const { fail, fail_request, big_output: big } = task.faults;
  const complaint = complaintAbout(task.submission);
  if (complaint) return { status: "failed", failure: complaint };
  try {
    const urls = imagesOf(task.submission.input);
    inputs.set(task, await Promise.all(urls.map((url) => fetchImage(url, task.stop.signal))));
  } catch (error) {
    if (!(error instanceof InputImageError)) throw error;
    const failure = modelError({
      type: "file_download_error",
      msg: error.message,
      status: 422,
      retryable: false,
    });
    return { status: "failed", failure };
  }
  if (fail) return { status: "failed", failure: modelError(fail) };
  if (fail_request) return { status: "failed", failure: requestError(fail_request) };
  return {
    status: "succeeded",
    outputs: taskOutputs(task.id, typeOf(task.submission), { bytes: big?.bytes }),
  };
}
