/**
 * OpenAI's text to speech, and servers that speak like it: one request, and its answer is the sound. Nothing is told
 * before or after it: no webhook, no list, no second look, no cancel. An answer that was lost is lost.
 * Facts: docs/providers/openai.md.
 *
 * Tool settings: `{model, fields}`, `fields` as in map_input.ts. Account settings: `{base_url?}`, without `/v1`.
 */
import { onceAnswered } from "../kit/once_answered.ts";
import type { Provider } from "../provider.ts";
import { prepare } from "./submit.ts";

export const openai: Provider = {
  name: "openai",
  // It knows no idempotency key, and nothing shows what a request has made (openai.md#speech).
  resubmit: "reconcile_only",
  prepare,
  ...onceAnswered("OpenAI"),
};
