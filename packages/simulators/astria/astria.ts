/** Astria as the kit needs to know it. Tunes and prompts are both tasks, told apart by their submission. */
import { taskOutputs } from "../kit/output.ts";
import type { Provider } from "../kit/provider.ts";
import { callbackOf } from "./entities.ts";
import { faultRule, TASK_FAULT_KINDS } from "./faults.ts";
import type { Astria, Deleted } from "./task.ts";

/** The id of the documented sample; the next ones count on. */
const FIRST_ID = 788_416;

/**
 * Describes Astria to the kit.
 * @param taskMs how long tunes and prompts take, for their `eta`.
 */
export function astriaProvider(taskMs: number, deleted: Deleted): Provider<Astria> {
  let nextId = FIRST_ID;
  return {
    name: "Astria",
    faultRule,
    taskFaultKinds: TASK_FAULT_KINDS,
    // That a training is charged when it begins, and a prompt when it is done, is not documented.
    tariff: {
      unit: "jobs",
      bill: ({ submission, startedAt, end }) =>
        submission.kind === "tune" ? Number(startedAt !== undefined) : Number(end?.status === "succeeded"),
    },
    newTaskId: () => String(nextId++),
    waitsFor: ({ submission }, tasks) =>
      submission.kind === "prompt" ? tasks.get(submission.tuneId)?.over.promise : undefined,
    async work(task) {
      await Promise.resolve();
      if (task.faults.fail) return { status: "failed", failure: "it was told to" };
      if (task.submission.kind === "tune") return { status: "succeeded", outputs: [] };
      const { num_images: count } = task.submission;
      const bytes = task.faults.big_output?.bytes;
      return { status: "succeeded", outputs: taskOutputs(task.id, "image/jpeg", { count, bytes }) };
    },
    failure: (_task, reason) => reason,
    webhooks: {
      url: ({ submission }) => submission.callback,
      body: (task, reading) => callbackOf(task, reading, taskMs),
      // Only of the end, and only of a good one (astria.md#callbacks).
      wants: (_task, status) => status === "succeeded",
    },
    view: (task) => ({
      kind: task.submission.kind,
      title: task.submission.kind === "tune" ? task.submission.title : null,
      inputs: task.submission.kind === "tune" ? task.submission.pictures : [],
      isDeleted: deleted.has(task),
    }),
  };
}
