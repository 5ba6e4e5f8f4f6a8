/** For tests: a RunningHub that answers as it is told. */
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";

export const TASK_ID = "1904163390028185602";
/** The settings of a tool that takes no files. */
export const WITHOUT_FILES = { webapp_id: "1", nodes: { scale: { node_id: "41", field_name: "scale" } } };
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
  hub.answer("status", { code: 0, msg: "", data: "FAILED" });
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
export function finished(
  ...files: { fileUrl: string; fileType?: string; nodeId?: string; consumeCoins?: unknown }[]
) {
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
