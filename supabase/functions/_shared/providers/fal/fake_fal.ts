/** For tests: a fal that answers as it is told, and jobs for it to do. */
import type { WorkItem } from "../../engine/work_item.ts";
import { type Differences, messageFor, TOKEN } from "../../engine/work_item_fixture.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";

export const REQUEST_ID = "123e4567-e89b-12d3-a456-426614174000";
export const USER_ID = "user_abc";
export const CALLBACK = `https://abc.supabase.co/functions/v1/fal-webhook/job/${TOKEN}`;
/** The settings of the tool `image`, as a submit sees them. */
export const IMAGE_SETTINGS = {
  files: { images: { types: ["image/png"], max_bytes: 10485760, max_count: 5 } },
  model: "fal-ai/nano-banana",
  edit_model: "fal-ai/nano-banana/edit",
  fields: { prompt: "prompt", images: "image_urls", aspect_ratio: "aspect_ratio" },
};

/** An image job on the fal at `baseUrl`. */
export function falWork(baseUrl: string, differences: Differences = {}): WorkItem {
  return messageFor(baseUrl, {
    provider: "fal",
    toolSettings: IMAGE_SETTINGS,
    ...differences,
    job: { tool: "image", lane: "fal", input: { prompt: "a red hat" }, ...differences.job },
  }).item;
}

export type FalEndpoint = "submit" | "status" | "response" | "cancel" | "jwks";

/** Starts a fal that knows no request. */
export function fakeFal(): FakeProvider<FalEndpoint> {
  return fakeProvider<FalEndpoint>(
    ({ method, path }) => {
      if (path.endsWith("/jwks.json")) return "jwks";
      if (!path.includes("/requests/")) return "submit";
      if (path.endsWith("/status")) return "status";
      return method === "PUT" ? "cancel" : "response";
    },
    () => Response.json({ detail: "Request not found" }, { status: 404 }),
  );
}

/** The answer to a submit that went well (fal.md#queue). */
export function taken(baseUrl: string) {
  const request = `${baseUrl}/fal-ai/nano-banana/requests/${REQUEST_ID}`;
  return {
    status: "IN_QUEUE",
    request_id: REQUEST_ID,
    gateway_request_id: REQUEST_ID,
    response_url: request,
    status_url: `${request}/status`,
    cancel_url: `${request}/cancel`,
    queue_position: 0,
  };
}

/** An error of a model's (fal.md#errors). */
export function modelError(type: string, status = 422, headers: Record<string, string> = {}): Response {
  const detail = [{
    loc: ["body", "prompt"],
    msg: `This is ${type}`,
    type,
    url: "https://docs.fal.ai/errors",
  }];
  return Response.json({ detail }, { status, headers });
}
