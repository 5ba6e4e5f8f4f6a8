import assert from "node:assert/strict";
import fc from "fast-check";
import { withTikTok } from "./tiktok_client_fixture.ts";

const PATHS = [
  "/v2/auth/authorize/",
  "/v2/oauth/token/",
  "/v2/oauth/revoke/",
  "/v2/user/info/",
  "/v2/post/publish/creator_info/query/",
  "/v2/post/publish/video/init/",
  "/v2/post/publish/inbox/video/init/",
  "/v2/post/publish/content/init/",
  "/v2/post/publish/status/fetch/",
  "/video/",
  "/nowhere",
];
const TYPES = ["application/json", "application/x-www-form-urlencoded", "video/mp4", "text/plain"];
const value = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "FILE_UPLOAD",
    "PULL_FROM_URL",
    "PHOTO",
    "\uD800",
    "SELF_ONLY",
    "refresh_token",
    "http://127.0.0.1:9/",
  ),
  fc.integer(),
  fc.boolean(),
);
const names = fc.constantFrom(
  "post_info",
  "source_info",
  "source",
  "video_size",
  "chunk_size",
  "total_chunk_count",
  "photo_images",
  "media_type",
  "post_mode",
  "publish_id",
  "privacy_level",
  "title",
);
const json = fc.dictionary(names, fc.oneof(value, fc.dictionary(names, fc.oneof(value, fc.array(value)))));
const query = fc.dictionary(fc.constantFrom("upload_token", "fields", "client_key", "person"), value);

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withTikTok({}, async (tiktok) => {
    const { upload_url } = (await tiktok.begin(10)).body.data;
    const token = new URL(upload_url).searchParams.get("upload_token") ?? "";
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PATHS),
        fc.constantFrom("GET", "POST", "PUT", "DELETE"),
        fc.constantFrom(...TYPES),
        fc.constantFrom("bytes 0-3/10", "bytes 0-9/10", "bytes 9-3/10", "bytes", ""),
        fc.oneof(json.map((body) => JSON.stringify(body)), fc.string()),
        query,
        fc.constantFrom(`Bearer ${tiktok.token}`, "Bearer nothing", ""),
        async (path, method, type, range, body, query, authorization) => {
          const asked = new URLSearchParams(
            Object.entries({ upload_token: token, ...query }).map(([name, value]) => [name, String(value)]),
          );
          const { status } = await tiktok.call(`${path}?${asked}`, {
            method,
            redirect: "manual",
            headers: { "content-type": type, "content-range": range, authorization },
            ...method === "POST" || method === "PUT" ? { body } : {},
          });
          assert.ok(status < 500, String(status));
        },
      ),
      { numRuns: 300 },
    );
  }));
