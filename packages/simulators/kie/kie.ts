/** KIE as the kit needs to know it. */
import { randomBytes } from "node:crypto";
import { fetchImage, type InputImage, InputImageError } from "../kit/input_images.ts";
import { taskOutputs } from "../kit/output.ts";
import type { Provider } from "../kit/provider.ts";
import type { TaskEnd } from "../kit/task.ts";
import { faultRule, TASK_FAULT_KINDS } from "./faults.ts";
import { signatureHeaders } from "./signature.ts";
import { callbackOf, CREDITS_PER_TASK } from "./task_answers.ts";
import { type Failure, INTERNAL_ERROR } from "./failures.ts";
import type { Kie, KieTask } from "./task.ts";

/** The account behind one simulator. */
export interface Account {
  credits: number;
  /** Signs callbacks; undefined: they are not signed. */
  readonly hmacKey: string | undefined;
}

/** Describes KIE to the kit. */
export function kieProvider(account: Account): Provider<Kie> {
  const inputs = new WeakMap<KieTask, readonly InputImage[]>();
  const newTaskId = taskIds();
  return {
    name: "KIE",
    faultRule,
    taskFaultKinds: TASK_FAULT_KINDS,
    tariff: {
      unit: "credits",
      bill: ({ end }) => end?.status === "succeeded" ? CREDITS_PER_TASK : 0,
    },
    newTaskId: ({ model }) => newTaskId(model),
    async work(task) {
      const end = await workOn(task, inputs);
      if (end.status === "succeeded") account.credits -= CREDITS_PER_TASK;
      return end;
    },
    failure: () => INTERNAL_ERROR,
    webhooks: {
      url: ({ submission }) => submission.callBackUrl || undefined,
      body: (task, reading) => callbackOf(task, reading, account.credits),
      sign({ task, at, key }) {
        if (account.hmacKey === undefined) return {};
        return signatureHeaders(key === "right" ? account.hmacKey : `not ${account.hmacKey}`, task.id, at);
      },
    },
    linksNeverChange: true,
    view: (task) => ({ model: task.submission.model, inputs: inputs.get(task) ?? [] }),
  };
}

async function workOn(
  task: KieTask,
  inputs: WeakMap<KieTask, readonly InputImage[]>,
): Promise<TaskEnd<Failure>> {
  const { fail, big_output: big } = task.faults;
  try {
    const images = await Promise.all(
      task.submission.imageUrls.map((url) => fetchImage(url, task.stop.signal)),
    );
    inputs.set(task, images);
  } catch (error) {
    if (!(error instanceof InputImageError)) throw error;
    return { status: "failed", failure: { failCode: "400", failMsg: error.message } };
  }
  if (fail) {
    const { failCode = INTERNAL_ERROR.failCode, failMsg = INTERNAL_ERROR.failMsg } = fail;
    return { status: "failed", failure: { failCode, failMsg } };
  }
  return {
    status: "succeeded",
    outputs: taskOutputs(task.id, task.submission.outputType, { bytes: big?.bytes }),
  };
}

/** Older models have 32 hexadecimal digits, newer ones `task_<model>_<milliseconds>` (kie.md#submit). Never repeats. */
function taskIds(): (model: string) => string {
  let last = 0;
  return (model) => {
    if (model.includes("/")) return randomBytes(16).toString("hex");
    last = Math.max(Date.now(), last + 1);
    return `task_${model}_${last}`;
  };
}
