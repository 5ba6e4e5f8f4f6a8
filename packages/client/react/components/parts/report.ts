/** A job's details as text, to be sent to whoever looks for the fault. */
import type { Diagnosis, Why } from "../../../../../shared/rows/why.ts";
import type { ClientJob } from "../../../api/job.ts";
import type { Attempt } from "../../hooks/read_evidence.ts";
import { layOutJson } from "./json_text.ts";

/** Words of the code, in English, whatever the screen speaks: it goes into tickets. */
export function reportOf(
  job: ClientJob,
  attempts: readonly Attempt[],
  reasons: readonly (Why | Diagnosis)[] = [],
): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ["job", job.id],
    ["tool", job.tool],
    ["lane", job.lane],
    ["status", job.status],
    ["current_step", job.current_step],
    ["failed_at_step", job.failed_at_step],
    ["error_code", job.error_code],
    ["error_message", job.error_message],
    ["refund", job.refund],
    ["request_id", job.request_id],
    ["created_at", job.created_at],
    ["completed_at", job.completed_at],
  ];
  return [
    ...facts.flatMap(([name, value]) => value === null ? [] : [`${name}: ${value}`]),
    ...reasons.map(whyLine),
    "",
    ...job.step_history.map(({ step, timestamp, ...details }) =>
      `${timestamp} ${step}${Object.keys(details).length > 0 ? ` ${JSON.stringify(details)}` : ""}`
    ),
    ...attempts.flatMap(({ attempt, outcome, phase, raw_api_response, raw_webhook_payload }) => [
      "",
      `attempt ${attempt}: ${outcome ?? phase}`,
      ...raw_api_response === null ? [] : ["raw_api_response:", layOutJson(raw_api_response)],
      ...raw_webhook_payload === null ? [] : ["raw_webhook_payload:", layOutJson(raw_webhook_payload)],
    ]),
  ].join("\n");
}

/** An operator's has more to say than its owner's. */
function whyLine(reason: Why | Diagnosis): string {
  const { code, level, clears, since } = reason;
  const about = `${code} (${level}, clears ${clears}${since === null ? "" : `, since ${since}`})`;
  if ("words" in reason) return `why: ${about} ${reason.words.en}`;
  const { ruled_out, detail, evidence } = reason;
  return [`${ruled_out ? "ruled out" : "why"}: ${about}`, detail ?? "", JSON.stringify(evidence ?? {})].join(
    " ",
  );
}
