/** Handing a request to fal's queue. */
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { prepareApiCall } from "../kit/account_call.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { givenId, looseText } from "../kit/fields.ts";
import { mapInput } from "../kit/map_input.ts";
import { modelFor } from "../kit/model_choice.ts";
import type { ProviderAnswer } from "../kit/provider_call.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import type { PreparedSubmit, SubmitContext } from "../provider.ts";
import { QUEUE } from "./addresses.ts";
import { refusal } from "./failures.ts";
import { toolSettings } from "./settings.ts";

const submitAnswer = z.object({
  request_id: givenId,
  status: looseText,
  queue_position: z.number().nullish().catch(null),
  status_url: looseText,
  response_url: looseText,
  cancel_url: looseText,
});

/** The request that puts a request into the queue. */
export function prepare(work: WorkItem, context: SubmitContext): PreparedSubmit {
  const settings = settingsOf(toolSettings, work);
  const chosen = modelFor(settings, context.files);
  // As a part of the address: within the model's input it would be ignored without a word (fal.md#surprises).
  const call = prepareApiCall(
    work,
    QUEUE,
    `/${chosen}?fal_webhook=${encodeURIComponent(context.callbackUrl)}`,
    {
      json: mapInput(work, context, settings.fields),
      isSubmit: true,
    },
  );
  return { send: async (signal) => takenAs(await call.send(signal), chosen) };
}

function takenAs(answer: ProviderAnswer, model: string): Submitted {
  if (answer.status >= 400) throw refusal(answer, true);
  const accepted = submitAnswer.safeParse(answer.body).data;
  if (!accepted) throw malformedAnswer("The answer names no request", answer.raw, true);
  const { request_id: externalId, status, queue_position: queuePosition, ...urls } = accepted;
  return {
    externalId,
    raw: answer.raw,
    details: { taskStatus: status, queuePosition, model },
    checkpoint: { fal: urls },
  };
}
