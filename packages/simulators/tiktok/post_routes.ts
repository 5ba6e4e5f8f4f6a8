/** Beginning posts, and asking how they stand. */
import type { Context } from "hono";
import { z } from "zod";
import { photoInit, videoInit, wrongWithParts, wrongWithPost } from "./bodies.ts";
import { answered, invalidParam, NO_SUCH_POST, NOT_YOUR_POST, tiktokError } from "./errors.ts";
import { fetchPhoto } from "./fetch_photo.ts";
import { type Publish, textsOf } from "./publishes.ts";
import type { Commit } from "../social/books.ts";
import { asAccount, asPoster, countPost, keptFromPosting, type TikTok } from "./world.ts";

const FETCH_MS = 60_000;
const DIRECT = "video.publish";
const DRAFT = "video.upload";

const about = z.object({ publish_id: z.string() });

/** Adds the endpoints below `/v2/post/publish`. */
export function addPostRoutes(tiktok: TikTok): void {
  const { app, world, creators } = tiktok;
  app.post("/v2/post/publish/creator_info/query/", async (c) => {
    await c.req.text();
    const need = { path: "creator", scopes: [DIRECT], counts: "creator" } as const;
    return await asAccount(tiktok, c.req.raw, need, (who) => {
      const against = keptFromPosting(tiktok, who, false);
      return against ? tiktokError(against) : answered(creators.infoOf(who.family.person, world.url));
    });
  });
  app.post("/v2/post/publish/video/init/", (c) => begin(tiktok, c, false));
  app.post("/v2/post/publish/inbox/video/init/", (c) => begin(tiktok, c, true));
  app.post("/v2/post/publish/content/init/", (c) => beginPhotos(tiktok, c));
  app.post("/v2/post/publish/status/fetch/", async (c) => {
    const body = about.safeParse(await c.req.json().catch(() => undefined)).data;
    const publish = tiktok.publishes.get(body?.publish_id ?? "");
    const texts = publish ? textsOf(publish) : [];
    const need = { path: "status", scopes: [DIRECT, DRAFT], counts: "status", texts } as const;
    return await asAccount(tiktok, c.req.raw, need, ({ family }) => {
      if (!body) return tiktokError(invalidParam("publish_id is required"));
      if (!publish) return tiktokError(NO_SUCH_POST);
      if (publish.person !== family.person) return tiktokError(NOT_YOUR_POST);
      const { data, ids } = tiktok.publishes.statusOf(publish);
      const odd = world.faults.take("unknown_status", [...texts, family.person.username]);
      return answered(odd ? { ...data, status: odd.word } : data, ids);
    });
  });
}

/** A video: nothing is posted before all of it is there. */
async function begin(tiktok: TikTok, c: Context, isDraft: boolean): Promise<Response> {
  const read = videoInit.safeParse(await c.req.json().catch(() => undefined));
  const info = read.data?.post_info ?? {};
  const text = isDraft ? "" : info.title ?? "";
  const need = { path: "init", scopes: [isDraft ? DRAFT : DIRECT], counts: "init", texts: [text] } as const;
  return await asAccount(tiktok, c.req.raw, need, (who) => {
    if (!read.success) return tiktokError(invalidParam(issueOf(read.error)));
    const { person, app: { clientId } } = who.family;
    const { source_info: source } = read.data;
    const wrong = wrongWithParts(source) ??
      (isDraft ? undefined : wrongWithPost(tiktok, person.username, info, 2200)) ??
      keptFromPosting(tiktok, who, isDraft);
    if (wrong) return tiktokError(wrong);
    const publish = tiktok.publishes.begin(
      {
        person,
        clientId,
        kind: "video",
        isDraft,
        text,
        privacy: isDraft ? null : info.privacy_level ?? null,
      },
      { total: source.video_size, chunk: source.chunk_size, count: source.total_chunk_count },
    );
    return answered({ publish_id: publish.id, upload_url: uploadUrl(tiktok, publish) });
  });
}

function uploadUrl({ world }: TikTok, { upload }: Publish): string {
  const query = new URLSearchParams({ upload_id: "1", upload_token: upload?.token ?? "" });
  return `${world.url}/video/?${query}`;
}

async function beginPhotos(tiktok: TikTok, c: Context): Promise<Response> {
  const read = photoInit.safeParse(await c.req.json().catch(() => undefined));
  const info = read.data?.post_info ?? {};
  const isDraft = read.data?.post_mode === "MEDIA_UPLOAD";
  const texts = [info.description ?? "", ...read.data?.source_info.photo_images ?? []];
  const need = { path: "commit", scopes: isDraft ? [DRAFT] : [DIRECT], counts: "init", texts } as const;
  return await asPoster(tiktok, c.req.raw, need, (who, commit) => {
    if (!read.success) return tiktokError(invalidParam(issueOf(read.error)));
    const { photo_images: images, photo_cover_index: cover } = read.data.source_info;
    if (cover >= images.length) return tiktokError(invalidParam("photo_cover_index is out of range"));
    const { person, app: { clientId } } = who.family;
    const wrong = (isDraft ? undefined : wrongWithPost(tiktok, person.username, info, 90)) ??
      keptFromPosting(tiktok, who, isDraft);
    if (wrong) return tiktokError(wrong);
    const privacy = isDraft ? null : info.privacy_level ?? null;
    const publish = tiktok.publishes.begin({
      person,
      clientId,
      kind: "photo",
      isDraft,
      text: texts[0] ?? "",
      privacy,
    });
    void fetchPhotos(tiktok, publish, { commit, images });
    return answered({ publish_id: publish.id });
  });
}

/** They are fetched after the answer, and a post comes of it when all of them are there. */
async function fetchPhotos(
  tiktok: TikTok,
  publish: Publish,
  { commit, images }: { commit: Commit; images: readonly string[] },
): Promise<void> {
  const { publishes, world } = tiktok;
  const texts = [...textsOf(publish), ...images];
  const media = await Promise.all(images.map((image) => fetchPhoto(image, FETCH_MS, world.closing)));
  if (world.closing.aborted) return;
  const photos = media.filter((photo) => typeof photo !== "string");
  const failed = media.find((photo) => typeof photo === "string");
  publishes.take(publish, texts, failed ?? countPost(tiktok, publish));
  publishes.enter(publish, commit, photos);
}

function issueOf({ issues }: z.ZodError): string {
  return `${issues[0]?.path.join(".") ?? ""}: ${issues[0]?.message ?? "not valid"}`;
}
