/** Asking for a speech. */
import type { WorkItem } from "../../engine/work_item.ts";
import { callTo } from "../kit/account_call.ts";
import { mapInput } from "../kit/map_input.ts";
import { prepareOpenCall } from "../kit/open_call.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import type { Ended, PreparedSubmit, SubmitContext } from "../provider.ts";
import { failureOf } from "./failures.ts";
import { toolSettings } from "./settings.ts";

const API = { baseUrl: "https://api.openai.com", scheme: "Bearer" } as const;

// Sound, or bytes that are not said to be anything.
const MAYBE_SOUND = /^(audio\/|video\/|application\/(octet-stream|ogg)\b|binary\/)/i;

/** The request whose answer is the speech. */
export function prepare(work: WorkItem, context: SubmitContext): PreparedSubmit {
  const { model, fields } = settingsOf(toolSettings, work);
  const json = { model, ...mapInput(work, context, fields) };
  const call = prepareOpenCall(work, callTo(work, API, "/v1/audio/speech", { json, isSubmit: true }));
  return {
    async send(signal) {
      const answer = await call.open(signal);
      if (answer.status >= 400) throw failureOf(await answer.read());
      const contentType = answer.headers.get("content-type");
      const told = {
        model,
        contentType,
        // What OpenAI's people ask for when something went wrong (openai.md#speech).
        requestId: answer.headers.get("x-request-id"),
        processingMs: answer.headers.get("openai-processing-ms"),
      };
      if (contentType !== null && !MAYBE_SOUND.test(contentType)) {
        return noSound(contentType, { ...told, body: (await answer.read()).raw });
      }
      return { state: "succeeded", outputs: [{ body: answer.body, contentType }], raw: told };
    },
  };
}

/** 200, and something else: the request is over, and what it made, if anything, is not there to be had again. */
function noSound(contentType: string, raw: unknown): Ended {
  const message = `OpenAI answered with ${contentType} instead of sound`;
  return { state: "failed", failure: { retryClass: "never", code: "output_wrong_type", message, raw }, raw };
}
