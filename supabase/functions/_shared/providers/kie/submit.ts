/** Handing a task to KIE. */
import type { WorkItem } from "../../engine/work_item.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { mapInput } from "../kit/map_input.ts";
import { modelFor } from "../kit/model_choice.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import type { PreparedSubmit, SubmitContext } from "../provider.ts";
import { prepareCall } from "./call.ts";
import { toolSettings } from "./settings.ts";
import { idOf, record } from "./task_record.ts";

/** The request that starts a task. */
export function prepare(work: WorkItem, context: SubmitContext): PreparedSubmit {
  const settings = settingsOf(toolSettings, work);
  const model = modelFor(settings, context.files);
  const call = prepareCall(work, "/api/v1/jobs/createTask", {
    json: { model, callBackUrl: context.callbackUrl, input: mapInput(work, context, settings.fields) },
    isSubmit: true,
  });
  return {
    send: async (signal) => {
      const { data, raw } = await call.send(signal);
      const externalId = idOf(record.safeParse(data).data);
      if (!externalId) throw malformedAnswer("The answer names no task", raw, true);
      return { externalId, raw, details: { model } };
    },
  };
}
