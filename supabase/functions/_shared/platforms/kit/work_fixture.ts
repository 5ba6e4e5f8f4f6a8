/** For tests: a publication under way, and its files. */
import assert from "node:assert/strict";
import type { PublicationContent } from "../../../../../shared/publishing/content.ts";
import { type Option, platformOf } from "../../../../../shared/words/platforms.ts";
import { type PlatformApp, PlatformError, type PublicationMedia, type PublicationWork } from "../platform.ts";

/** Secrets of the work below: no answer that is kept may hold them. */
export const CLIENT_SECRET = "client-secret-8f2e6b1c";
export const ACCESS_TOKEN = "access-token-4a9d7e30b5";
export const REFRESH_TOKEN = "refresh-token-61c8e2f79a";

/** The app of an option's platform, reached at `url`. */
export function appAt(option: Option, url: string, app: Partial<PlatformApp> = {}): PlatformApp {
  return {
    platform: platformOf(option),
    clientId: "client-id",
    clientSecret: CLIENT_SECRET,
    apiVersion: null,
    settings: { base_url: url },
    ...app,
  };
}

/** What is published: a text without files or settings, unless `content` says otherwise. */
export function contentOf(content: Partial<PublicationContent> = {}): PublicationContent {
  return {
    connectionId: "0195f000-0000-7000-8000-000000000001",
    groupId: "0195f000-0000-7000-8000-000000000002",
    caption: "Hello",
    mediaFiles: [],
    media: [],
    settings: {},
    allowDuplicate: false,
    ...content,
  };
}

/** A publication of `option` at the platform that is reached at `url`, before anything was done. */
export function publicationAt(
  option: Option,
  url: string,
  { content, ...work }: Partial<Omit<PublicationWork, "content">> & {
    content?: Partial<PublicationContent>;
  } = {},
): PublicationWork {
  return {
    jobId: "0195f000-0000-7000-8000-000000000003",
    option,
    content: contentOf(content),
    media: [],
    app: appAt(option, url),
    connection: { externalId: "1001", displayName: "ana", settings: {}, scopes: [] },
    accessToken: ACCESS_TOKEN,
    facts: {},
    committedAt: null,
    createdAt: "2026-11-27T03:00:00Z",
    ...work,
  };
}

/** A file of `bytes` bytes, each the low byte of its place, so that a test can tell which were sent. */
export function mediaOf(
  contentType: string,
  bytes: number,
  media: Partial<PublicationMedia> = {},
): PublicationMedia {
  return {
    name: "file",
    contentType,
    bytes,
    altText: null,
    url: () => Promise.resolve("https://files.example/file"),
    range: (from, to) => Promise.resolve(bytesOf(from, Math.min(to, bytes))),
    ...media,
  };
}

/** The bytes of such a file from one place to another, the latter not included. */
export function bytesOf(from: number, to: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(to - from);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (from + at) & 0xff;
  return bytes;
}

/** The PlatformError that a call ends in. */
export async function errorOf(call: Promise<unknown> | (() => unknown)): Promise<PlatformError> {
  const error = await (async () => typeof call === "function" ? await call() : await call)().then(
    (value) => assert.fail(`no error but ${JSON.stringify(value)}`),
    (error) => error,
  );
  assert.ok(error instanceof PlatformError, error instanceof Error ? error.stack : String(error));
  return error;
}
