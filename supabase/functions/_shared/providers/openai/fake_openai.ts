/** For tests: an OpenAI that answers as it is told, and jobs for it to do. */
import type { WorkItem } from "../../engine/work_item.ts";
import { type Differences, messageFor } from "../../engine/work_item_fixture.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";

/** The settings of the tool `speech`, as a submit sees them. */
export const SPEECH_SETTINGS = {
  model: "gpt-4o-mini-tts",
  fields: {
    text: "input",
    voice: "voice",
    format: "response_format",
    speed: "speed",
    instructions: "instructions",
  },
};

/** A speech job at the OpenAI at `baseUrl`. */
export function openAiWork(baseUrl: string, differences: Differences = {}): WorkItem {
  const input = { text: "Good morning", voice: "alloy", format: "mp3", speed: 1 };
  return messageFor(baseUrl, {
    provider: "openai",
    toolSettings: SPEECH_SETTINGS,
    ...differences,
    job: { tool: "speech", lane: "openai", input, ...differences.job },
  }).item;
}

/** Sound, as OpenAI answers it. */
export function spoken(
  body: BodyInit = Uint8Array.of(0xff, 0xf3, 0xe4, 0xc4, 1, 2, 3),
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    headers: { "content-type": "audio/mpeg", "x-request-id": "req_1", ...headers },
  });
}

/** An error in OpenAI's own words (openai.md#errors). */
export function problem(
  status: number,
  error: { message?: string; type?: string | null; code?: string | null } = {},
  headers: Record<string, string> = {},
): Response {
  const { message = "Something is wrong.", type = null, code = null } = error;
  return Response.json({ error: { message, type, param: null, code } }, { status, headers });
}

/** Starts an OpenAI that has no voice. */
export function fakeOpenAi(): FakeProvider<"speech"> {
  return fakeProvider<"speech">(
    ({ method, path }) => method === "POST" && path === "/v1/audio/speech" ? "speech" : "other",
    () => problem(404, { type: "invalid_request_error", message: "Invalid URL" }),
  );
}
