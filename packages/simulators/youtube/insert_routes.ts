/** Beginning an upload: `POST /upload/youtube/v3/videos?uploadType=resumable`. */
import { z } from "zod";
import type { Access } from "../social/tokens.ts";
import { bad, NO_CHANNEL, QUOTA, refused, SUSPENDED, UPLOAD_LIMIT } from "./errors.ts";
import type { Wish } from "./videos.ts";
import { asCaller, UPLOAD, type YouTube } from "./world.ts";

const MOST_BYTES = 256 * 1024 ** 3;

const resource = z.object({
  snippet: z.object({
    title: z.string().optional(),
    description: z.string().optional(),
    tags: z.array(z.string()).optional(),
    categoryId: z.string().optional(),
    defaultLanguage: z.string().optional(),
  }).optional(),
  status: z.object({
    privacyStatus: z.enum(["public", "unlisted", "private"]).optional(),
    selfDeclaredMadeForKids: z.boolean().optional(),
    containsSyntheticMedia: z.boolean().optional(),
    embeddable: z.boolean().optional(),
    license: z.enum(["youtube", "creativeCommon"]).optional(),
  }).optional(),
});

/** Adds it. */
export function addInsertRoute(youtube: YouTube): void {
  const { app } = youtube;
  app.post("/upload/youtube/v3/videos", async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const read = resource.safeParse(body);
    const { title = "", description = "" } = read.data?.snippet ?? {};
    const need = { path: "insert", scopes: [UPLOAD], texts: [description, title] } as const;
    return await asCaller(youtube, c.req.raw, need, (access) => {
      if (c.req.query("uploadType") !== "resumable") {
        return refused(bad("wrongUrlForUpload", "Only resumable uploads are taken here.", "global"));
      }
      if (!read.success) {
        return refused(bad("badRequest", read.error.issues[0]?.message ?? "Bad Request", "global"));
      }
      const parts = (c.req.query("part") ?? "").split(",");
      const wish = wishOf(read.data, parts, c.req.query("notifySubscribers") !== "false");
      const total = Number(c.req.header("x-upload-content-length") ?? NaN);
      const type = c.req.header("x-upload-content-type") ?? "application/octet-stream";
      const wrong = wrongWith(wish, parts, total, type);
      return wrong ? refused(wrong) : begun(youtube, access, { wish, total, type });
    });
  });
}

/** What is not among the parts is not looked at; what is left out has YouTube's own value. */
function wishOf(
  { snippet, status }: z.infer<typeof resource>,
  parts: string[],
  notifySubscribers: boolean,
): Wish {
  const said = parts.includes("snippet") ? snippet : undefined;
  const how = parts.includes("status") ? status : undefined;
  return {
    title: said?.title ?? "",
    description: said?.description ?? "",
    tags: said?.tags ?? [],
    categoryId: said?.categoryId ?? "22",
    language: said?.defaultLanguage ?? null,
    privacy: how?.privacyStatus ?? "public",
    madeForKids: how?.selfDeclaredMadeForKids ?? false,
    synthetic: how?.containsSyntheticMedia ?? false,
    embeddable: how?.embeddable ?? true,
    license: how?.license ?? "youtube",
    notifySubscribers,
  };
}

function wrongWith(
  { title, description, tags, categoryId }: Wish,
  parts: string[],
  total: number,
  type: string,
) {
  const length = tags.reduce(
    (sum, tag) => sum + tag.length + (/\s/.test(tag) ? 2 : 0),
    Math.max(tags.length - 1, 0),
  );
  if (parts[0] === "") return bad("missingRequiredParameter", "No part was named.", "global");
  if (title.trim() === "" || title.length > 100 || /[<>]/.test(title)) {
    return bad("invalidTitle", "The request metadata specifies an invalid or empty video title.");
  }
  if (new TextEncoder().encode(description).length > 5000 || /[<>]/.test(description)) {
    return bad("invalidDescription", "The request metadata specifies an invalid video description.");
  }
  if (length > 500) return bad("invalidTags", "The request metadata specifies invalid video keywords.");
  if (!/^\d{1,3}$/.test(categoryId)) return bad("invalidCategoryId", "The category is not valid.");
  if (!Number.isInteger(total) || total < 1) return bad("mediaBodyRequired", "There is no video.");
  if (total > MOST_BYTES) return bad("uploadTooLarge", "The video is too large.", "global");
  if (!/^video\/|^application\/octet-stream$/.test(type)) {
    return bad("badContent", `Media type '${type}' is not supported.`, "global");
  }
  return undefined;
}

function begun(
  { world, channels, sessions, insertLimit, channelLimit }: YouTube,
  { family }: Access,
  about: { wish: Wish; total: number; type: string },
): Response {
  const { person, app } = family;
  const channel = channels.of(person);
  if (!channel) return refused(NO_CHANNEL);
  if (person.isSuspended) return refused(SUSPENDED);
  const ofChannel = world.quota("videos", channelLimit);
  if (ofChannel.standing(channel.id).remaining === 0) {
    ofChannel.refuse(channel.id);
    return refused(UPLOAD_LIMIT);
  }
  if (!world.quota("inserts of project", insertLimit).take(app.clientId)) return refused(QUOTA);
  const { id } = sessions.begin({ ...about, person, channel });
  const location =
    `${world.url}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status&upload_id=${id}`;
  return new Response(null, { headers: { location, "x-guploader-uploadid": id } });
}
