/** For tests: a Facebook that answers as it is told, and publications for it. */
import assert from "node:assert/strict";
import type { Option } from "../../../../../shared/words/platforms.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { ACCESS_TOKEN, appAt, mediaOf, publicationAt } from "../kit/work_fixture.ts";
import { type PlatformApp, PlatformError, type Prepared, type PublicationWork } from "../platform.ts";
import { prepare } from "./prepare.ts";

export const VERSION = "v27.0";
export const PAGE = "102000000000001";
export const POST = `${PAGE}_122100000000001`;
export const PHOTO = "133000000000001";
export const VIDEO = "900000000000001";

/** An endpoint is what its path has below the version and the page: `feed`, `photos`, `me/accounts`, a video's id. */
export function fakeFacebook(): FakePlatform {
  return fakePlatform(
    ({ method, path }) => {
      const below = path.replace(`/${VERSION}/`, "").replace(`${PAGE}/`, "").replace(/^\//, "");
      return method === "DELETE" ? `DELETE ${below}` : below;
    },
    () => refusal(100, 33),
  );
}

/** An error as the graph answers it. */
export function errorBody(code: number, subcode?: number, more: Record<string, unknown> = {}) {
  return {
    error: {
      message: `Error ${code}`,
      type: "OAuthException",
      code,
      ...subcode === undefined ? {} : { error_subcode: subcode },
      is_transient: false,
      fbtrace_id: "AbCdEf",
      ...more,
    },
  };
}

/** An answer with an error. */
export function refusal(
  code: number,
  subcode?: number,
  { status = 400, headers = {}, ...more }:
    & { status?: number; headers?: HeadersInit }
    & Record<string, unknown> = {},
): Response {
  return Response.json(errorBody(code, subcode, more), { status, headers });
}

/** A video's state, by the words of its phases. */
export function stateOf(
  uploading: string,
  processing = "not_started",
  publishing = "not_started",
  more: Record<string, unknown> = {},
) {
  return {
    id: VIDEO,
    status: {
      video_status: "processing",
      uploading_phase: { status: uploading },
      processing_phase: { status: processing },
      publishing_phase: { status: publishing },
    },
    ...more,
  };
}

/** The app at `url`. */
export function facebookAt(url: string, app: Partial<PlatformApp> = {}): PlatformApp {
  return appAt("facebook_post", url, { apiVersion: VERSION, ...app });
}

export const IMAGE = mediaOf("image/jpeg", 1000, {
  name: "a.jpg",
  url: () => Promise.resolve("https://files.example/a.jpg?token=abc"),
});
export const FILM = mediaOf("video/mp4", 9000, {
  name: "b.mp4",
  url: () => Promise.resolve("https://files.example/b.mp4?token=def"),
});

type Given = Parameters<typeof publicationAt>[2] & object;

/** A publication of a text, unless told otherwise. */
export function facebookWork(
  url: string,
  option: Option = "facebook_post",
  work: Given = {},
): PublicationWork {
  const { media = [], content = {} } = work;
  const mediaFiles = media.map(({ name, contentType, bytes }) => ({
    name,
    size: bytes,
    type: contentType,
    path: name,
  }));
  return publicationAt(option, url, {
    app: facebookAt(url),
    connection: { externalId: PAGE, displayName: "Ana's bakery", settings: {}, scopes: [] },
    accessToken: ACCESS_TOKEN,
    ...work,
    content: { mediaFiles, ...content },
  });
}

/** A reel whose video is there, and the facts say `more` of it. */
export function reelWork(url: string, more: Record<string, unknown> = {}, work: Given = {}): PublicationWork {
  return facebookWork(url, "facebook_reel", {
    media: [FILM],
    facts: { video: VIDEO, upload_url: `${url}/upload`, since: "2026-11-27T03:00:00.000Z", ...more },
    ...work,
  });
}

/** What a worker makes of a publication's facts after a step. */
export function after(work: PublicationWork, step: Prepared): PublicationWork {
  const facts: Record<string, unknown> = { ...work.facts, ...step.facts };
  for (const name of step.state === "more" ? step.forget ?? [] : []) delete facts[name];
  // As the database keeps them.
  return { ...work, facts: JSON.parse(JSON.stringify(facts)) };
}

/** Prepares as a worker does, without its waits: until it is ready, it fails, or so many steps are done. */
export async function prepareAll(work: PublicationWork, most = 60) {
  const steps: Prepared[] = [];
  for (let left = most; left > 0; left--) {
    const step = await prepare(work, new AbortController().signal).catch((error: unknown) => {
      assert.ok(error instanceof PlatformError, String(error));
      return error;
    });
    if (step instanceof PlatformError) return { steps, work, error: step };
    steps.push(step);
    work = after(work, step);
    if (step.state === "ready") return { steps, work, error: null };
  }
  return { steps, work, error: null };
}

/** The names of steps. */
export const namesOf = (steps: readonly Prepared[]) => steps.map(({ name, state }) => name ?? state);
