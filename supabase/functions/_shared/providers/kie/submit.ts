/** Handing a task to KIE. */
import type { Submitted } from "../../engine/attempts.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { mapInput } from "../kit/map_input.ts";
import { modelFor } from "../kit/model_choice.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import type { SubmitContext } from "../provider.ts";
import { call } from "./call.ts";
import { toolSettings } from "./settings.ts";
import { idOf, record } from "./task_record.ts";

/** Starts a task. */
export async function submit(work: WorkItem, context: SubmitContext): Promise<Submitted> {
  const settings = settingsOf(toolSettings, work);
  const model = modelFor(settings, context.files);
  const { data, raw } = await call(work, "/api/v1/jobs/createTask", {
    json: { model, callBackUrl: context.callbackUrl, input: mapInput(work, context, settings.fields) },
    isSubmit: true,
  });
  const externalId = idOf(record.safeParse(data).data);
  if (!externalId) throw malformedAnswer("The answer names no task", raw, true);
  return { externalId, raw, details: { model } };
}
