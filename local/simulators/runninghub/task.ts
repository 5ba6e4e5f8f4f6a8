/** What the simulator knows of a task, and what it shows of it to tests. */
import type { WebhookAttempt } from "../kit/webhook_sender.ts";
import type { TaskFaults } from "./faults.ts";

/** providers.md §1.6; `CREATE` of §1.4 is never seen here. */
export type TaskStatus = "QUEUED" | "RUNNING" | "SUCCESS" | "FAILED";

/** One changed field of a node of the AI app (§1.4). */
export interface NodeInfo {
  readonly nodeId: string;
  readonly fieldName: string;
  readonly fieldValue: string;
}

/** A file that a task left behind. */
export interface OutputFile {
  readonly fileUrl: string;
  readonly fileType: string;
  readonly nodeId: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Why a task failed, in the provider's words (§1.6). */
export interface FailedReason {
  readonly current_outputs: string;
  readonly exception_type: string;
  readonly node_name: string;
  readonly current_inputs: string;
  readonly traceback: string;
  readonly node_id: string;
  readonly exception_message: string;
}

/** How a task ended. */
export type TaskEnd =
  | { readonly kind: "success"; readonly outputs: readonly OutputFile[] }
  | { readonly kind: "failure"; readonly code: number; readonly failedReason: FailedReason };

/** The webhook of a task that ended, as getWebhookDetail knows it (§1.8). */
export interface WebhookRecord {
  readonly id: string;
  url: string;
  /** What is posted. */
  readonly body: string;
  /** The `eventData` that getWebhookDetail shows: always the v1 string. */
  readonly eventData: string;
  /** `PENDING` until the first attempt; then how the latest attempt ended. Only FAILED is documented. */
  callbackStatus: "PENDING" | "SUCCESS" | "FAILED";
  callbackResponse: string;
  retryCount: number;
  readonly createTime: Date;
  updateTime: Date;
  /** Every attempt, of all copies, oldest first. */
  readonly attempts: WebhookAttempt[];
}

/** The file the task works on: the first uploaded file that a node names. */
export interface TaskInput {
  readonly node: NodeInfo;
  readonly path: string;
}

/** A task from its submission on. */
export interface Task {
  readonly taskId: string;
  readonly clientId: string;
  readonly webappId: string;
  readonly nodeInfoList: readonly NodeInfo[];
  readonly webhookUrl: string | undefined;
  readonly input: TaskInput | undefined;
  readonly faults: TaskFaults;
  readonly createdAt: Date;
  /** Aborted when the task is cancelled or the simulator closes. */
  readonly stop: AbortController;
  status: TaskStatus;
  /** Set when the task has ended, once. */
  end?: TaskEnd;
  endedAt?: Date;
  cancelled: boolean;
  /** How many more times the outputs endpoint pretends that there are none. */
  outputsWithheld: number;
  webhook?: WebhookRecord;
}

/** A copy of what a task looks like now, for assertions. */
export interface TaskView {
  readonly taskId: string;
  readonly webappId: string;
  readonly nodeInfoList: readonly NodeInfo[];
  readonly webhookUrl: string | null;
  readonly status: TaskStatus;
  readonly cancelled: boolean;
  /** The main output with its size and digest; null until the task succeeded. */
  readonly result: OutputFile | null;
  /** All outputs in the order of the outputs endpoint: the preview comes first. */
  readonly outputs: readonly OutputFile[];
  /** Code and reason of a failure. */
  readonly failure: { readonly code: number; readonly failedReason: FailedReason } | null;
  readonly webhook: Omit<WebhookRecord, "createTime" | "updateTime"> | null;
  /** Kinds of the faults that this task carries. */
  readonly faults: readonly string[];
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** Shows a task. Later changes of the task do not show in the copy. */
export function viewOf(task: Task, outputNodeId: string): TaskView {
  const outputs = task.end?.kind === "success" ? task.end.outputs : [];
  const { end, webhook } = task;
  return {
    taskId: task.taskId,
    webappId: task.webappId,
    nodeInfoList: task.nodeInfoList,
    webhookUrl: task.webhookUrl ?? null,
    status: task.status,
    cancelled: task.cancelled,
    result: outputs.find(({ nodeId }) => nodeId === outputNodeId) ?? null,
    outputs,
    failure: end?.kind === "failure" ? { code: end.code, failedReason: end.failedReason } : null,
    webhook: webhook
      ? {
        id: webhook.id,
        url: webhook.url,
        body: webhook.body,
        eventData: webhook.eventData,
        callbackStatus: webhook.callbackStatus,
        callbackResponse: webhook.callbackResponse,
        retryCount: webhook.retryCount,
        attempts: [...webhook.attempts],
      }
      : null,
    faults: Object.keys(task.faults),
    createdAt: task.createdAt,
    endedAt: task.endedAt ?? null,
  };
}
