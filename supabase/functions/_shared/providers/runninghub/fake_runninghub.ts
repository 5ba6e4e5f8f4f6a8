/** For tests: a RunningHub that answers as it is told, and jobs for it to do. */
import type { Message } from "../../engine/work_item.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";

// Work -----------------------------------------------------------------------------------------------------------

export const API_KEY = "0123456789abcdef0123456789abcdef";
export const TASK_ID = "1904163390028185602";
/** The token of the attempt in `messageFor`. */
export const TOKEN = "8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
/** Where the photo of the job in `messageFor` lies in Storage. */
export const PHOTO = "inputs/3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/photo.png";
/** The settings of a tool that takes no files. */
export const WITHOUT_FILES = { webapp_id: "1", nodes: { scale: { node_id: "41", field_name: "scale" } } };
/** The smallest thing that passes for a PNG. */
export const PNG = Uint8Array.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (byte) => byte.charCodeAt(0));

/** What a test wants otherwise than the ordinary message has it. */
export interface Differences {
  readCount?: number;
  job?: Partial<Message["item"]["job"]>;
  attempt?: Partial<Message["item"]["attempt"]>;
  toolSettings?: Record<string, unknown>;
  account?: Partial<Message["item"]["account"]>;
  provider?: string;
}

/** A leased message about an upscale on the RunningHub at `baseUrl`. */
export function messageFor(baseUrl: string, differences: Differences = {}): Message {
  return {
    queue: "runninghub_queue",
    msg_id: 7,
    read_count: differences.readCount ?? 1,
    item: {
      kind: "work",
      job: {
        id: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f",
        user_id: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
        tool: "upscaler",
        lane: "runninghub",
        input: { image: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/photo.png", scale: 2 },
        metadata: {},
        created_at: "2026-11-01T12:00:00+00:00",
        deadline_at: new Date(Date.now() + 600_000).toISOString(),
        ...differences.job,
      },
      attempt: {
        attempt: 1,
        token: TOKEN,
        phase: "dispatched",
        external_id: null,
        checkpoint: {},
        started_at: "2026-11-01T12:00:01+00:00",
        ...differences.attempt,
      },
      tool_settings: differences.toolSettings ?? {
        webapp_id: "1877265245566922753",
        files: { image: { types: ["image/png"], max_bytes: 31457280 } },
        nodes: {
          image: { node_id: "39", field_name: "image" },
          scale: { node_id: "41", field_name: "scale" },
        },
        output_node_id: "9",
      },
      provider: differences.provider ?? "runninghub",
      account: { name: "main", settings: { base_url: baseUrl }, api_key: API_KEY, ...differences.account },
    },
  };
}

// RunningHub -----------------------------------------------------------------------------------------------------

/** Endpoints by the last part of their path. */
export type Endpoint = "upload" | "run" | "outputs" | "status" | "cancel";

export type FakeRunningHub = FakeProvider<Endpoint>;

/** Starts a RunningHub. Endpoints without an answer say that there is no such page, as a wrong URL does. */
export function fakeRunningHub(): FakeRunningHub {
  return fakeProvider<Endpoint>(
    ({ path }) => path.split("/").at(-1) ?? "",
    () => Response.json({ code: 412, msg: "TOKEN_INVALID", data: null }),
  );
}

/** Starts a RunningHub that takes every file and every task, and stops what it is told to. */
export function obligingRunningHub(): FakeRunningHub {
  const hub = fakeRunningHub();
  hub.answer("upload", { code: 0, msg: "success", data: { fileName: "api/1f2e.png", fileType: "input" } });
  hub.answer("run", TAKEN);
  hub.answer("cancel", { code: 0, msg: "success", data: null });
  return hub;
}

/** The answer to a submit that went well (runninghub.md#submit). */
export const TAKEN = {
  code: 0,
  msg: "success",
  data: {
    netWssUrl: null,
    taskId: TASK_ID,
    clientId: "14caa1db2110a81629c101b9bb4cb0ce",
    taskStatus: "RUNNING",
    promptTips: '{"result": true, "error": null, "outputs_to_execute": ["9"], "node_errors": {}}',
  },
} as const;

/** The answer to `outputs` of a task that has finished (runninghub.md#outcomes). */
export function finished(...files: { fileUrl: string; fileType?: string; nodeId?: string }[]) {
  return {
    code: 0,
    msg: "success",
    data: files.map((file) => ({ fileType: "png", nodeId: "9", taskCostTime: "83", ...file })),
  };
}

/** The answer to `outputs` of a task that has failed (runninghub.md#outcomes). */
export function failedTask(reason: Record<string, unknown> | null) {
  return { code: 805, msg: "APIKEY_TASK_STATUS_ERROR", data: reason && { failedReason: reason } };
}

/** The answer to `outputs` of a task that is running (runninghub.md#outcomes). */
export const STILL_RUNNING = { code: 804, msg: "APIKEY_TASK_IS_RUNNING", data: null } as const;
