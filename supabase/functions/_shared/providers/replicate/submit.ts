/** Making a prediction. */
import type { WorkItem } from "../../engine/work_item.ts";
import { prepareApiCall } from "../kit/account_call.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { mapInput } from "../kit/map_input.ts";
import { modelFor } from "../kit/model_choice.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import type { PreparedSubmit, SubmitContext } from "../provider.ts";
import { refusal } from "./failures.ts";
import { API, prediction, submittedAs } from "./prediction.ts";
import { toolSettings } from "./settings.ts";

/** The request that starts a prediction. */
export function prepare(work: WorkItem, context: SubmitContext): PreparedSubmit {
  const settings = settingsOf(toolSettings, work);
  const chosen = modelFor(settings, context.files);
  const { version } = settings;
  const path = version ? "/v1/predictions" : `/v1/models/${chosen}/predictions`;
  const call = prepareApiCall(work, API, path, {
    json: {
      ...version ? { version } : {},
      input: mapInput(work, context, settings.fields),
      webhook: context.callbackUrl,
      webhook_events_filter: ["completed"],
    },
    isSubmit: true,
  });
  return {
    send: async (signal) => {
      const answer = await call.send(signal);
      if (answer.status >= 400) throw refusal(answer, true);
      const task = prediction.safeParse(answer.body).data;
      if (!task?.id) throw malformedAnswer("The answer names no prediction", answer.raw, true);
      return submittedAs(task.id, task, answer.raw);
    },
  };
}
