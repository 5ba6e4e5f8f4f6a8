/** For tests: a TikTok that answers as it is told, and publications for it. */
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { mediaOf, publicationAt } from "../kit/work_fixture.ts";
import type { Prepared, PublicationMedia, PublicationWork } from "../platform.ts";
import { preparePublication } from "./prepare.ts";
import type { UploadFact } from "./upload_facts.ts";

/** What tests call TikTok's endpoints. */
export type TikTokEndpoint =
  | "token"
  | "revoke"
  | "user"
  | "creator"
  | "direct"
  | "draft"
  | "photos"
  | "part"
  | "status";

const ENDPOINTS: readonly (readonly [string, TikTokEndpoint])[] = [
  ["POST /v2/oauth/token/", "token"],
  ["POST /v2/oauth/revoke/", "revoke"],
  ["GET /v2/user/info/", "user"],
  ["POST /v2/post/publish/creator_info/query/", "creator"],
  ["POST /v2/post/publish/video/init/", "direct"],
  ["POST /v2/post/publish/inbox/video/init/", "draft"],
  ["POST /v2/post/publish/content/init/", "photos"],
  ["PUT /video/", "part"],
  ["POST /v2/post/publish/status/fetch/", "status"],
];

/** Starts a TikTok that knows nobody. */
export function fakeTikTok(): FakePlatform<TikTokEndpoint> {
  return fakePlatform<TikTokEndpoint>(endpointOf, () => refusal(404, "not_found"));
}

/** The endpoint of a request; its path where TikTok has none such. */
export function endpointOf({ method, path }: Recorded): string {
  const line = `${method} ${path}`;
  return ENDPOINTS.find(([known]) => known === line)?.[1] ?? line;
}

/** Scopes of a connection that may do all that is asked for. */
export const SCOPES = ["user.info.basic", "video.publish", "video.upload"];
export const PUBLIC = { privacy: "PUBLIC_TO_EVERYONE" };
/** More digits than a number has. */
export const POST_ID = "7245567890123456789";
export const PUBLISH_ID = "v_pub_file~v2-1.123456789";

/** A video of Ana's at the TikTok at `url`, of 11 MiB unless `work` says otherwise: two parts. */
export function videoWork(
  url: string,
  { content, ...work }: Parameters<typeof publicationAt>[2] = {},
): PublicationWork {
  const media = work.media ?? [emptyFilm(11 * 1024 * 1024)];
  return tiktokWork("tiktok_video", url, { ...work, media, content: { settings: PUBLIC, ...content } });
}

/** A file of this length in which there is nothing: quickly made. */
export function emptyFilm(bytes: number): PublicationMedia {
  return mediaOf("video/mp4", bytes, {
    range: (from, to) => Promise.resolve(new Uint8Array(Math.min(to, bytes) - from)),
  });
}

/** Two photos of Ana's. */
export function photoWork(
  url: string,
  { content, ...work }: Parameters<typeof publicationAt>[2] = {},
): PublicationWork {
  const media = work.media ??
    ["1", "2"].map((name) =>
      mediaOf("image/jpeg", 10, {
        name,
        url: () => Promise.resolve(`https://files.example/${name}?token=signed-${name}`),
      })
    );
  return tiktokWork("tiktok_photo", url, { ...work, media, content: { settings: PUBLIC, ...content } });
}

function tiktokWork(
  option: "tiktok_video" | "tiktok_photo",
  url: string,
  { content, ...work }: NonNullable<Parameters<typeof publicationAt>[2]>,
): PublicationWork {
  const mediaFiles = (work.media ?? []).map(({ name, bytes, contentType }) => ({
    name,
    size: bytes,
    type: contentType,
    path: name,
  }));
  const connection = { externalId: "open-id-1", displayName: "Ana", settings: {}, scopes: SCOPES };
  return publicationAt(option, url, { connection, ...work, content: { mediaFiles, ...content } });
}

/** An answer that went well. */
export function ok(data: Record<string, unknown>): Record<string, unknown> {
  return { data, error: { code: "ok", message: "", log_id: "202611270300" } };
}

/** An error in TikTok's own words. */
export function refusal(status: number, code: string, message = "Something is wrong."): Response {
  return Response.json({ data: {}, error: { code, message, log_id: "202611270300" } }, { status });
}

/** What an account may choose. */
export function creatorInfo(more: Record<string, unknown> = {}): Record<string, unknown> {
  return ok({
    creator_avatar_url: "https://p.example/ana.jpg",
    creator_username: "ana",
    creator_nickname: "Ana",
    privacy_level_options: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    comment_disabled: false,
    duet_disabled: false,
    stitch_disabled: true,
    max_video_post_duration_sec: 300,
    ...more,
  });
}

/** What a video begins with, its parts sent to the fake at `url`. */
export function begun(url: string, publish_id = PUBLISH_ID): Record<string, unknown> {
  return ok({ publish_id, upload_url: `${url}/video/?upload_id=1&upload_token=upload-token-9d7e30b5` });
}

/** A state as TikTok tells it. */
export function statusOf(word: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return ok({ status: word, fail_reason: "", publicaly_available_post_id: [], uploaded_bytes: 0, ...more });
}

/** An upload that has begun, as it was kept. */
export function uploadFact(url: string, fact: Partial<UploadFact> = {}): UploadFact {
  const bytes = 11 * 1024 * 1024;
  return {
    publish_id: PUBLISH_ID,
    upload_url: `${url}/video/?upload_id=1&upload_token=upload-token-9d7e30b5`,
    ...{ bytes, chunk: bytes / 2, count: 2, sent: 0, upload: 1, is_draft: false, taken: false },
    good_until: new Date(Date.now() + 3_000_000).toISOString(),
    ...fact,
  };
}

/** Takes parts as documented, and keeps what it was sent. */
export function takingParts(
  server: FakePlatform<TikTokEndpoint>,
): { ranges: string[]; bytes: Uint8Array[]; take: (request: Recorded) => Response } {
  const got = { ranges: [] as string[], bytes: [] as Uint8Array[], take };
  server.answer("creator", creatorInfo());
  server.answer("direct", () => Response.json(begun(server.url)));
  server.answer("draft", () => Response.json(begun(server.url, "v_inbox_file~v2-1.5")));
  server.answer("part", take);
  return got;

  function take({ headers, bytes }: Recorded): Response {
    const range = headers.get("content-range") ?? "";
    got.ranges.push(range);
    got.bytes.push(bytes);
    const [, to = 0, total = 0] = (/-(\d+)\/(\d+)$/.exec(range) ?? []).map(Number);
    const status = to === total - 1 ? 201 : 206;
    return Response.json({}, { status, headers: { "content-range": `bytes 0-${to + 1}/${total}` } });
  }
}

/**
 * Prepares as a worker does, each act's facts kept before the next, and returns all that was done, `ready` last. `isNew`: before
 * which act, from 0, another worker takes over, who knows of the facts what the database does.
 */
export async function prepareAll(
  work: PublicationWork,
  { isNew = () => false, most = 50 }: { isNew?: (n: number) => boolean; most?: number } = {},
): Promise<{ acts: Prepared[]; facts: Record<string, unknown> }> {
  const acts: Prepared[] = [];
  let facts: Record<string, unknown> = { ...work.facts };
  for (let n = 0; n < most; n++) {
    if (isNew(n)) facts = JSON.parse(JSON.stringify(facts));
    const act = await preparePublication({ ...work, facts }, new AbortController().signal);
    acts.push(act);
    facts = { ...facts, ...act.facts };
    for (const name of act.state === "more" ? act.forget ?? [] : []) delete facts[name];
    if (act.state === "ready") break;
  }
  return { acts, facts };
}

/** What was done, by name. */
export function namesOf(acts: readonly Prepared[]): string[] {
  return acts.map((act) => act.state === "ready" ? "ready" : act.name);
}
