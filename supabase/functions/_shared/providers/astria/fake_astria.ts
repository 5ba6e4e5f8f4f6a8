/** For tests: an Astria that answers as it is told, and a training for it to do. */
import type { WorkItem } from "../../engine/work_item.ts";
import { type Differences, messageFor } from "../../engine/work_item_fixture.ts";
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";

export const TUNE_ID = "788416";
/** The title of the tune that the attempt of `trainingFor` makes. */
export const TITLE = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f-1";
/** Signed addresses of the pictures. */
export const PICTURES = [1, 2, 3, 4].map((n) =>
  `https://abc.supabase.co/storage/v1/object/sign/inputs/u/${n}.png`
);
/** As in astria.md#endpoints. */
export const ASTRIA_KEY = "sd_0123456789abcdef0123456789abcdef";

/** submit: POST /tunes · list: GET /tunes · get: GET /tunes/:id · delete: DELETE /tunes/:id. */
export type Endpoint = "submit" | "list" | "get" | "delete";

/** Starts an Astria without tunes. */
export function fakeAstria(): FakeProvider<Endpoint> {
  return fakeProvider<Endpoint>(endpointOf, () => new Response("<html>not found</html>", { status: 404 }));
}

function endpointOf({ method, path }: Recorded): string {
  if (path === "/tunes") return method === "POST" ? "submit" : "list";
  if (!/^\/tunes\/\d+$/.test(path)) return "none";
  return method === "DELETE" ? "delete" : "get";
}

/** The work of a training at the Astria at `baseUrl`. */
export function trainingFor(baseUrl: string, differences: Differences = {}): WorkItem {
  return messageFor(baseUrl, {
    provider: "astria",
    toolSettings: {
      files: { images: { types: ["image/png"], max_bytes: 10485760, max_count: 20 } },
      base_tune_id: 1504944,
      branch: "flux1",
      model_type: "lora",
      preset: "flux-lora-portrait",
      token: "ohwx",
    },
    ...differences,
    job: {
      tool: "model_training",
      lane: "astria",
      input: { name: "Ana", subject: "woman" },
      ...differences.job,
    },
    account: { api_key: ASTRIA_KEY, ...differences.account },
  }).item;
}

/** A tune as Astria shows it (astria.md#tunes), here one that waits. */
export function tuneWith(differences: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: Number(TUNE_ID),
    title: TITLE,
    name: "woman",
    token: "ohwx",
    base_tune_id: 1504944,
    args: null,
    steps: null,
    face_crop: null,
    training_face_correct: false,
    ckpt_url: null,
    ckpt_urls: [],
    eta: null,
    trained_at: null,
    started_training_at: null,
    expires_at: null,
    created_at: new Date().toISOString(),
    branch: "flux1",
    model_type: "lora",
    updated_at: new Date().toISOString(),
    url: `https://www.astria.ai/tunes/${TUNE_ID}.json`,
    orig_images: PICTURES,
    ...differences,
  };
}

/** The time so many minutes from now, as Astria writes it. */
export function minutesFromNow(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
