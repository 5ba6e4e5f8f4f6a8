/** RunningHub as the kit needs to know it. */
import type { Provider } from "../kit/provider.ts";
import { Snowflakes } from "../kit/snowflake.ts";
import type { OutputView } from "../kit/task_view.ts";
import type { UploadStore } from "../kit/upload_store.ts";
import { faultRule, TASK_FAULT_KINDS } from "./faults.ts";
import { strayFailure } from "./failures.ts";
import type { RunningHub, Workshop } from "./task.ts";
import { COINS_PER_TASK, fileTypeOf, nodeOf, statusOf, webhookBody } from "./task_answers.ts";
import { filesOf, workOn } from "./task_work.ts";
import type { WebhookDetails } from "./webhook_details.ts";

/** Describes RunningHub to the kit. */
export function runningHubProvider(
  shop: Workshop,
  files: UploadStore,
  details: WebhookDetails,
): Provider<RunningHub> {
  const ids = new Snowflakes();
  const isResult = (output: OutputView) => (output as { nodeId?: unknown }).nodeId === shop.outputNodeId;
  return {
    name: "RunningHub",
    faultRule,
    taskFaultKinds: TASK_FAULT_KINDS,
    tariff: { unit: "coins", bill: ({ end }) => end?.status === "succeeded" ? COINS_PER_TASK : 0 },
    newTaskId: () => ids.next(),
    work: (task) => workOn(task, shop, files),
    filesOf: (task) => filesOf(task, files),
    failure: (_task, reason) => strayFailure(reason, shop.outputNodeId),
    webhooks: {
      url: (task) => task.submission.webhookUrl,
      body(task, reading) {
        details.note(task, reading);
        return webhookBody(task, reading, shop);
      },
      newId: () => ids.next(),
    },
    linkPath: (_task, { name }) => `/files/${crypto.randomUUID().replaceAll("-", "")}/output/${name}`,
    view: (task, { outputs }) => ({
      taskId: task.id,
      status: statusOf(task),
      webappId: task.submission.webappId,
      nodeInfoList: task.submission.nodeInfoList,
      cancelled: task.status === "cancelled",
      result: outputs.find(isResult) ?? null,
      webhook: details.of(task),
    }),
    viewOutput: (_task, link, n) => ({
      nodeId: nodeOf(n, shop),
      fileUrl: link.url,
      fileType: fileTypeOf(link),
    }),
  };
}
