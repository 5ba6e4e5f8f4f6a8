/** What the simulator knows of a task beyond what every simulator does, and what it shows of it to tests. */
import type { Simulation } from "../kit/simulation.ts";
import type { Task, TypesOf } from "../kit/task.ts";
import type { OutputView, TaskView } from "../kit/task_view.ts";
import type { WebhookAttempt } from "../kit/webhook_sender.ts";
import type { Fault, TaskFault } from "./faults.ts";

/** runninghub.md#outcomes; `CREATE` of #submit is never seen here. */
export type RunningHubStatus = "QUEUED" | "RUNNING" | "SUCCESS" | "FAILED";

/** One changed field of a node of the AI app (runninghub.md#submit). */
export interface NodeInfo {
  readonly nodeId: string;
  readonly fieldName: string;
  readonly fieldValue: string;
}

/** The file the task works on: the first uploaded file that a node names. */
export interface TaskInput {
  readonly node: NodeInfo;
  readonly path: string;
}

/** What a task was started with. */
export interface TaskSubmission {
  readonly webappId: string;
  readonly nodeInfoList: readonly NodeInfo[];
  readonly webhookUrl: string | undefined;
  readonly clientId: string;
  readonly input: TaskInput | undefined;
}

/** Why a task failed, in the provider's words (runninghub.md#outcomes). */
export interface FailedReason {
  readonly current_outputs: string;
  readonly exception_type: string;
  readonly node_name: string;
  readonly current_inputs: string;
  readonly traceback: string;
  readonly node_id: string;
  readonly exception_message: string;
}

/** A failure: what the outputs endpoint answers (runninghub.md#outcomes). */
export interface Failure {
  readonly code: number;
  readonly failedReason: FailedReason;
}

/** The kit's types for RunningHub. */
export type RunningHub = TypesOf<TaskSubmission, Failure, Fault, TaskFault>;
export type RunningHubTask = Task<RunningHub>;
export type RunningHubSimulation = Simulation<RunningHub>;

/** The nodes whose outputs are listed, and what each app makes. */
export interface Workshop {
  readonly previewNodeId: string;
  readonly outputNodeId: string;
  readonly apps: Readonly<Record<string, App>>;
}

/**
 * What an AI app makes. `upscale`: the uploaded PNG with doubled sides; without one, an image that depends on the nodes
 * alone. `image`, `video`: a small new file that depends on the task alone.
 */
export interface App {
  readonly output: "upscale" | "image" | "video";
}

/** An output as it is shown: the kit's fields and the provider's own. */
export interface RunningHubOutputView extends OutputView {
  readonly nodeId: string;
  readonly fileUrl: string;
  readonly fileType: string;
}

/** A webhook as getWebhookDetail knows it (runninghub.md#webhooks). */
export interface WebhookDetail {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  /** Always the v1 string. */
  readonly eventData: string;
  /** `PENDING` until the first attempt; then how the latest attempt ended. Only FAILED is documented. */
  readonly callbackStatus: "PENDING" | "SUCCESS" | "FAILED";
  readonly callbackResponse: string;
  readonly retryCount: number;
  readonly attempts: readonly WebhookAttempt[];
}

/** A task as it is shown: the kit's fields and the provider's own. */
export interface RunningHubTaskView extends TaskView {
  /** The same as `id`. */
  readonly taskId: string;
  readonly status: RunningHubStatus;
  readonly webappId: string;
  readonly nodeInfoList: readonly NodeInfo[];
  readonly cancelled: boolean;
  /** The main output; null until the task succeeded. */
  readonly result: RunningHubOutputView | null;
  /** In the order of the outputs endpoint: the preview comes first. */
  readonly outputs: readonly RunningHubOutputView[];
  readonly failure: Failure | null;
  readonly webhook: WebhookDetail | null;
}
