/** OpenAI as the kit needs to know it. Speeches have no name that could be asked by: their ids are those of their requests. */
import { randomBytes } from "node:crypto";
import { taskOutputs } from "../kit/output.ts";
import type { Provider } from "../kit/provider.ts";
import { SERVER_ERROR } from "./failures.ts";
import { faultRule, TASK_FAULT_KINDS } from "./faults.ts";
import { answeredBytes } from "./speech_answer.ts";
import type { OpenAi } from "./task.ts";

/** Describes OpenAI to the kit. */
export const openAiProvider: Provider<OpenAi> = {
  name: "OpenAI",
  faultRule,
  taskFaultKinds: TASK_FAULT_KINDS,
  // By what it was asked to say; what an error costs is not documented.
  tariff: {
    unit: "characters",
    bill: ({ end, submission }) => end?.status === "succeeded" ? submission.input.length : 0,
  },
  newTaskId: () => `req_${randomBytes(16).toString("hex")}`,
  work({ id, submission, faults }) {
    const { fail, big_output: big } = faults;
    if (fail) return Promise.resolve({ status: "failed", failure: { ...SERVER_ERROR, ...fail } });
    const outputs = taskOutputs(id, submission.type, { bytes: big?.bytes });
    return Promise.resolve({ status: "succeeded", outputs });
  },
  failure: () => SERVER_ERROR,
  webhooks: { url: () => undefined, body: () => "" },
  view: (task) => ({
    model: task.submission.model,
    voice: task.submission.voice,
    format: task.submission.response_format,
    speed: task.submission.speed,
    instructions: task.submission.instructions ?? null,
    /** Bytes of the sound that were taken, null where none were offered. */
    answered: answeredBytes(task),
  }),
};
