/** For tests: a YouTube that answers as it is told, or keeps videos as the real one does, and publications for it. */
import { Buffer } from "node:buffer";
import { YOUTUBE_SCOPES } from "../../../../../shared/publishing/youtube_rules.ts";
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { mediaOf, publicationAt } from "../kit/work_fixture.ts";
import type { Prepared, PublicationWork } from "../platform.ts";
import { prepareVideo } from "./prepare.ts";

/** What tests call YouTube's endpoints; `piece` is a part of a video, `probe` asks how much of it is there. */
export type YouTubeEndpoint =
  | "token"
  | "revoke"
  | "channels"
  | "playlist"
  | "videos"
  | "insert"
  | "piece"
  | "probe"
  | "thumbnail";

const ENDPOINTS: Readonly<Record<string, YouTubeEndpoint>> = {
  "POST /token": "token",
  "POST /revoke": "revoke",
  "GET /youtube/v3/channels": "channels",
  "GET /youtube/v3/playlistItems": "playlist",
  "GET /youtube/v3/videos": "videos",
  "POST /upload/youtube/v3/videos": "insert",
  "POST /upload/youtube/v3/thumbnails/set": "thumbnail",
};
/** The unit of pieces, which tests have as their length. */
export const UNIT = 256 * 1024;
export const VIDEO_ID = "dQw4w9WgXcQ";
export const CHANNEL = "UC0000000000000000000001";
export const SESSION_PATH = "/upload/youtube/v3/videos?uploadType=resumable&upload_id=";
export const FILM = mediaOf("video/mp4", 2 * UNIT + 5, { name: "film.mp4" });
export const PICTURE = mediaOf("image/png", 9, { name: "cover.png" });

/** Starts a YouTube that knows nobody. */
export function fakeYouTube(): FakePlatform<YouTubeEndpoint> {
  return fakePlatform<YouTubeEndpoint>(endpointOf, () => problem(404, { reason: "notFound" }));
}

/** The endpoint of a request; its path where YouTube has none such. */
export function endpointOf({ method, path, headers }: Recorded): string {
  if (method === "PUT") return headers.get("content-range")?.includes("*") ? "probe" : "piece";
  return ENDPOINTS[`${method} ${path}`] ?? `${method} ${path}`;
}

/** A video at the YouTube at `url`, in pieces of 256 KiB. */
export function youtubeWork(
  url: string,
  { media = [FILM], content, app, ...work }: Parameters<typeof publicationAt>[2] = {},
): PublicationWork {
  const given = publicationAt("youtube_video", url, {
    connection: { externalId: CHANNEL, displayName: "Ana", settings: {}, scopes: [...YOUTUBE_SCOPES] },
    media,
    content: {
      caption: "A day by the sea\nand a night",
      mediaFiles: media.map(({ name, bytes, contentType }) => ({
        ...{ name, size: bytes, type: contentType, path: name },
      })),
      ...content,
    },
    ...work,
  });
  const settings = { base_url: url, chunk_bytes: UNIT, ...app?.settings };
  return { ...given, app: { ...given.app, ...app, settings } };
}

/** An error in Google's own words. */
export function problem(
  status: number,
  { reason, message = "Something is wrong.", headers = {}, ...more }: {
    reason?: string;
    message?: string;
    headers?: Record<string, string>;
    [more: string]: unknown;
  } = {},
): Response {
  const errors = reason === undefined ? [] : [{ message, domain: "youtube.video", reason }];
  return Response.json({ error: { code: status, message, errors, ...more } }, { status, headers });
}

/** A session under this name. */
export function begun(server: { url: string }, name: string): Response {
  return new Response(null, { headers: { location: server.url + SESSION_PATH + name } });
}

/** It wants more: so many bytes are there. */
export function resume(bytes: number): Response {
  return new Response(null, { status: 308, headers: bytes > 0 ? { range: `bytes=0-${bytes - 1}` } : {} });
}

/** The video as the answer to its last byte has it, or as it stands. */
export function videoAs(uploadStatus: string, more: Record<string, unknown> = {}, id = VIDEO_ID) {
  return { kind: "youtube#video", id, status: { uploadStatus, privacyStatus: "private", ...more } };
}

export function listed(...items: Record<string, unknown>[]): Record<string, unknown> {
  return { kind: "youtube#videoListResponse", items };
}

/** Sessions of a YouTube that takes videos as documented: what each has, and how many bytes it was sent for that. */
export interface Taken {
  bytes: Buffer;
  sentBytes: number;
}

/** Has a fake take videos. `keeps`: how many bytes of the n-th piece, from 0, it keeps. */
export function takingYouTube(
  server: FakePlatform<YouTubeEndpoint>,
  keeps: (n: number, piece: Uint8Array) => number = (_, piece) => piece.length,
): Map<string, Taken> {
  const sessions = new Map<string, Taken>();
  let pieces = 0;
  server.answer("insert", () => {
    const name = `session-${sessions.size + 1}`;
    sessions.set(name, { bytes: Buffer.alloc(0), sentBytes: 0 });
    return begun(server, name);
  });
  const answer = ({ query, bytes, headers }: Recorded): Response => {
    const session = sessions.get(query.get("upload_id") ?? "");
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(headers.get("content-range") ?? "");
    if (!session || !range) return problem(404);
    if (bytes.length > 0) {
      if (Number(range[1]) !== session.bytes.length) return problem(400, { reason: "badRequest" });
      session.sentBytes += bytes.length;
      session.bytes = Buffer.concat([session.bytes, bytes.subarray(0, keeps(pieces++, bytes))]);
    }
    const isWhole = session.bytes.length === Number(range[3]);
    return isWhole ? Response.json(videoAs("uploaded")) : resume(session.bytes.length);
  };
  server.answer("piece", answer);
  server.answer("probe", answer);
  return sessions;
}

/**
 * Prepares as a worker does, each act's facts kept before the next, and returns all that was done, `ready` last. `isKept`:
 * whether the facts of the n-th act, from 0, are kept: else the worker has died with them. At most `most` acts.
 */
export async function prepareAll(
  work: PublicationWork,
  { isKept = () => true, most = 200 }: { isKept?: (n: number) => boolean; most?: number } = {},
): Promise<{ acts: Prepared[]; facts: Record<string, unknown> }> {
  const acts: Prepared[] = [];
  let facts: Record<string, unknown> = { ...work.facts };
  for (let n = 0; n < most; n++) {
    const act = await prepareVideo({ ...work, facts }, new AbortController().signal);
    if (act.state === "ready" || isKept(n)) {
      acts.push(act);
      facts = { ...facts, ...act.facts };
    }
    if (act.state === "ready") break;
  }
  return { acts, facts };
}

/** What was done, by name. */
export function namesOf(acts: readonly Prepared[]): string[] {
  return acts.map((act) => act.state === "ready" ? "ready" : act.name);
}

/** The facts of a video of which all but the last piece is there. */
export function sentFacts(
  server: { url: string },
  { name = "session-1", bytes = FILM.bytes, sent = 2 * UNIT, ...more }: {
    name?: string;
    bytes?: number;
    sent?: number;
    [more: string]: unknown;
  } = {},
): Record<string, unknown> {
  const at = new Date().toISOString();
  const uri = server.url + SESSION_PATH + name;
  return { session: { uri, bytes, sent, first_at: at, begun_at: at, session: 1, stalls: 0, ...more } };
}
