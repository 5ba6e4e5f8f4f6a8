/** Replicate as the kit needs to know it. */
import { fetchImage, type InputImage, InputImageError } from "../kit/input_images.ts";
import { taskOutputs } from "../kit/output.ts";
import type { Provider } from "../kit/provider.ts";
import type { TaskEnd } from "../kit/task.ts";
import { faultRule, TASK_FAULT_KINDS } from "./faults.ts";
import type { ReplicateFiles } from "./files.ts";
import { lettersAndDigits } from "./ids.ts";
import { signatureHeaders } from "./signature.ts";
import { imagesOf, typeOf } from "./submission.ts";
import { type Failure, UNEXPECTED } from "./failures.ts";
import { predictionOf } from "./task_answers.ts";
import type { Replicate, ReplicateTask } from "./task.ts";

/** What the account signed with before, and what a stranger would. */
const OTHER_SECRET = "whsec_b3RoZXIgc2VjcmV0";

/**
 * Describes Replicate to the kit.
 * @param baseUrl the simulator's own address, for those within a prediction.
 * @param files what was uploaded.
 */
export function replicateProvider(
  webhookSecret: string,
  baseUrl: () => string,
  files: ReplicateFiles,
): Provider<Replicate> {
  const inputs = new WeakMap<ReplicateTask, readonly InputImage[]>();
  return {
    name: "Replicate",
    faultRule,
    taskFaultKinds: TASK_FAULT_KINDS,
    // What ran is charged by the second, also if it was stopped; what never began is not (replicate.md#predictions).
    tariff: {
      unit: "seconds",
      bill: ({ startedAt, endedAt }) =>
        startedAt && endedAt ? (endedAt.getTime() - startedAt.getTime()) / 1000 : 0,
    },
    newTaskId: () => lettersAndDigits(26),
    work: (task) => workOn(task, inputs, (url) => files.placeOf(baseUrl(), url)),
    failure: () => ({ status: "failed", error: UNEXPECTED }),
    webhooks: {
      url: ({ submission }) => submission.webhook,
      // What is deleted after an hour was sent when it ended.
      body: (task, reading) =>
        JSON.stringify(
          predictionOf(baseUrl(), { ...task, faults: { ...task.faults, data_removed: undefined } }, reading),
        ),
      wants({ submission: { events } }, status) {
        if (status === "queued") return false;
        return events?.includes(status === "running" ? "start" : "completed") ?? true;
      },
      newId: () => `msg_${lettersAndDigits(27)}`,
      sign({ task, body, at, key, deliveryId: id }) {
        const secrets = key === "wrong" ? [OTHER_SECRET] : [webhookSecret];
        return signatureHeaders([...task.faults.rotated_secret ? [OTHER_SECRET] : [], ...secrets], {
          id,
          at,
          body,
        });
      },
    },
    linksNeverChange: true,
    view: (task) => ({ model: task.submission.model, inputs: inputs.get(task) ?? [] }),
  };
}

async function workOn(
  task: ReplicateTask,
  inputs: WeakMap<ReplicateTask, readonly InputImage[]>,
  placeOf: (url: string) => string,
): Promise<TaskEnd<Failure>> {
  const { fail, abort, big_output: big } = task.faults;
  if (abort) return { status: "failed", failure: { status: "aborted", error: null } };
  try {
    const urls = imagesOf(task.submission.input);
    inputs.set(task, await Promise.all(urls.map((url) => fetchImage(url, task.stop.signal, placeOf(url)))));
  } catch (error) {
    if (!(error instanceof InputImageError)) throw error;
    return { status: "failed", failure: { status: "failed", error: error.message } };
  }
  if (fail) return { status: "failed", failure: { status: "failed", error: fail.error ?? UNEXPECTED } };
  return {
    status: "succeeded",
    outputs: taskOutputs(task.id, typeOf(task.submission), { bytes: big?.bytes }),
  };
}
