/** Handing a training to Astria. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import { type PreparedSubmit, ProviderError, type SubmitContext } from "../provider.ts";
import { prepareCall } from "./call.ts";
import { tuneSettings } from "./settings.ts";
import { submittedAs, titleOf, tune } from "./tune.ts";

// Astria itself gives up after 30 s, with a 504 that says more than a time-out of ours would (astria.md#errors).
const SUBMIT_TIMEOUT_MS = 40_000;

const tuneInput = z.object({
  subject: z.string(),
  characteristics: z.record(z.string(), z.string()).optional(),
});

/** The request that starts a tune. */
export function prepare(work: WorkItem, { callbackUrl, files }: SubmitContext): PreparedSubmit {
  const settings = settingsOf(tuneSettings, work);
  const input = tuneInput.safeParse(work.job.input);
  if (!input.success) {
    const message = "The input names no subject that Astria could train";
    throw new ProviderError({ retryClass: "never", code: "invalid_input", message });
  }
  const { subject, characteristics } = input.data;
  const call = prepareCall(work, "/tunes", {
    json: {
      tune: {
        ...settings,
        title: titleOf(work),
        name: subject,
        ...characteristics ? { characteristics } : {},
        image_urls: Object.values(files).flat(),
        callback: callbackUrl,
      },
    },
    timeoutMs: SUBMIT_TIMEOUT_MS,
    isSubmit: true,
  });
  return {
    send: async (signal) => {
      const { body, raw } = await call.send(signal);
      const made = tune.safeParse(body);
      if (!made.success) throw malformedAnswer("The answer names no tune", raw, true);
      return submittedAs(made.data, raw);
    },
  };
}
