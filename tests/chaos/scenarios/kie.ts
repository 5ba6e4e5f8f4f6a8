/** What goes wrong at KIE. */
import type { Fault } from "@esteira/simulators/kie/faults";
import type { Scenario } from "./scenario.ts";
import { ANYWHERE, WHERE_DOUBT_STAYS, WHERE_FILES_ARE_MADE, WHERE_WEBHOOKS_ARE_SIGNED } from "./shared.ts";

const OF_ITS_OWN: readonly Scenario<Fault>[] = [
  {
    name: "moderated",
    rules: [{ fault: { kind: "fail", failCode: "501", failMsg: "The prompt was flagged as NSFW" } }],
    ends: { failed: ["content_moderation"] },
  },
  {
    name: "passing_failure",
    rules: [{
      times: 1,
      fault: { kind: "fail", failCode: "500", failMsg: "Internal error, please try again" },
    }],
    ends: "completed",
  },
  {
    name: "submit_code_passing",
    rules: [{ fault: { kind: "submit_code", code: 429, msg: "Too many requests", times: 1 } }],
    ends: "completed",
  },
  {
    name: "submit_code_permanent",
    rules: [{ fault: { kind: "submit_code", code: 422, msg: "The model is not supported", times: 100 } }],
    ends: { failed: ["422"] },
  },
  {
    name: "poll_code",
    rules: [{ fault: { kind: "poll_code", code: 500, msg: "Server exception", times: 2 } }],
    ends: "completed",
  },
  {
    name: "malformed_result",
    rules: [{ fault: { kind: "malformed_result_json", times: 2 } }],
    ends: "completed",
  },
  { name: "snake_case_id", rules: [{ fault: { kind: "snake_case_id" } }], ends: "completed" },
];

export const KIE: readonly Scenario<Fault>[] = [
  ...ANYWHERE,
  ...WHERE_FILES_ARE_MADE,
  ...WHERE_WEBHOOKS_ARE_SIGNED,
  ...WHERE_DOUBT_STAYS,
  ...OF_ITS_OWN,
];
