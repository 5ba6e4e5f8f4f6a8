import assert from "node:assert/strict";
import fc from "fast-check";
import { withYouTube } from "./youtube_client_fixture.ts";

const PATHS = [
  "/upload/youtube/v3/videos",
  "/upload/youtube/v3/thumbnails/set",
  "/youtube/v3/channels",
  "/youtube/v3/playlistItems",
  "/youtube/v3/videos",
  "/token",
  "/revoke",
  "/o/oauth2/v2/auth",
  "/nowhere",
];
const TYPES = ["application/json", "application/x-www-form-urlencoded", "image/jpeg", "text/plain"];
const value = fc.oneof(
  fc.string(),
  fc.constantFrom("resumable", "snippet,status", "true", "P1", "-1", "\uD800", "refresh_token"),
  fc.integer(),
);
const json = fc.dictionary(
  fc.constantFrom("snippet", "status", "id"),
  fc.oneof(
    value,
    fc.dictionary(
      fc.constantFrom("title", "description", "tags", "privacyStatus", "categoryId"),
      fc.oneof(value, fc.array(value)),
    ),
  ),
);
const query = fc.dictionary(
  fc.constantFrom(
    ...["uploadType", "part", "upload_id", "videoId", "mine", "id", "pageToken", "maxResults"],
    ...["playlistId", "client_id", "person", "access_type", "token"],
  ),
  value,
);
const ranges = fc.oneof(
  fc.constantFrom("bytes */100", "bytes 0-9/100", "bytes 50-99/100", "bytes 9-0/100", "bytes */*"),
  fc.tuple(fc.nat(120), fc.nat(120)).map(([from, to]) => `bytes ${from}-${to}/100`),
);

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withYouTube({}, async (youtube) => {
    const uri = new URL(await youtube.session(100));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PATHS, uri.pathname + uri.search),
        fc.constantFrom("GET", "POST", "PUT"),
        fc.constantFrom(...TYPES),
        ranges,
        fc.oneof(json.map((body) => JSON.stringify(body)), fc.string()),
        query,
        fc.constantFrom(`Bearer ${youtube.token}`, "Bearer nothing", ""),
        async (path, method, type, range, body, query, authorization) => {
          const asked = Object.entries(query).map(([name, value]) =>
            `${name}=${encodeURIComponent(String(value).toWellFormed())}`
          ).join("&");
          const { status } = await youtube.call(`${path}${path.includes("?") ? "&" : "?"}${asked}`, {
            method,
            headers: {
              "content-type": type,
              "content-range": range,
              "x-upload-content-length": "100",
              authorization,
            },
            ...method === "GET" ? {} : { body },
          });
          assert.ok(status < 500, String(status));
        },
      ),
      { numRuns: 300 },
    );
  }));
