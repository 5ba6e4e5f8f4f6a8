/** What goes wrong at RunningHub. */
import type { Fault } from "@esteira/simulators/runninghub/faults";
import type { Scenario } from "./scenario.ts";
import {
  ANYWHERE,
  WHERE_DOUBT_STAYS,
  WHERE_FILES_ARE_MADE,
  WHERE_TASKS_CAN_BE_STOPPED,
  WHERE_TASKS_MAY_GO_ON,
} from "./shared.ts";

const OF_ITS_OWN: readonly Scenario<Fault>[] = [
  {
    // The others' links are what they are: dead for good, once they are.
    name: "expired_output",
    rules: [{ fault: { kind: "expired_output", fresh: true } }],
    ends: "completed",
  },
  { name: "pose_changer", tool: "pose_changer", rules: [], ends: "completed" },
  { name: "veste_ai", tool: "veste_ai", rules: [], ends: "completed" },
  { name: "video_upscaler", tool: "video_upscaler", rules: [], ends: "completed" },
  ...(["v1", "flat", "wrapped", "bare"] as const).map((shape) => ({
    name: `webhook_shape_${shape}`,
    rules: [{ fault: { kind: "webhook_shape" as const, shape, bareNumberId: shape === "bare" } }],
    ends: "completed" as const,
  })),
  { name: "bare_number_id", rules: [{ fault: { kind: "bare_number_id" } }], ends: "completed" },
  { name: "malformed_event_data", rules: [{ fault: { kind: "malformed_event_data" } }], ends: "completed" },
  {
    name: "input_at_fault",
    rules: [{ fault: { kind: "fail", exceptionMessage: "no face was found" } }],
    ends: { failed: ["805"] },
  },
  {
    name: "machine_at_fault",
    rules: [{
      times: 1,
      fault: {
        kind: "fail",
        exceptionMessage: "[Errno 116] Stale file handle",
        exceptionType: "OSError",
        nodeName: "LoadImage",
      },
    }],
    ends: "completed",
  },
  {
    name: "submit_code_passing",
    rules: [{ fault: { kind: "submit_code", code: 1005, msg: "SYSTEM_BUSY", times: 1 } }],
    ends: "completed",
  },
  {
    name: "submit_code_permanent",
    rules: [{ fault: { kind: "submit_code", code: 301, msg: "PARAMS_INVALID", times: 100 } }],
    ends: { failed: ["301"] },
  },
  {
    name: "poll_code",
    rules: [{ fault: { kind: "poll_code", code: 1000, msg: "UNKNOWN_ERROR", times: 2 } }],
    ends: "completed",
  },
  {
    name: "upload_code",
    marksItsFile: true,
    rules: [{ times: 1, fault: { kind: "upload_code", code: 1011, msg: "UPLOAD_FAILED" } }],
    ends: "completed",
  },
  {
    name: "upload_502",
    marksItsFile: true,
    rules: [{ fault: { kind: "http_error", path: "upload", status: 502, times: 1 } }],
    ends: "completed",
  },
  {
    name: "upload_hangs",
    marksItsFile: true,
    rules: [{ fault: { kind: "hang", path: "upload", times: 1 } }],
    ends: "completed",
    takesMinutes: true,
  },
];

export const RUNNINGHUB: readonly Scenario<Fault>[] = [
  ...ANYWHERE,
  ...WHERE_FILES_ARE_MADE,
  ...WHERE_DOUBT_STAYS,
  ...WHERE_TASKS_CAN_BE_STOPPED,
  ...WHERE_TASKS_MAY_GO_ON,
  ...OF_ITS_OWN,
];
