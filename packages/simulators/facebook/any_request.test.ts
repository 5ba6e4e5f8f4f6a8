import assert from "node:assert/strict";
import fc from "fast-check";
import { withFacebook } from "./facebook_client_fixture.ts";

const EDGES = [
  "feed",
  "photos",
  "videos",
  "video_reels",
  "video_stories",
  "photo_stories",
  "stories",
  "published_posts",
];
const TYPES = [
  "application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "multipart/form-data",
  "text/plain",
];
const value = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "1",
    "start",
    "finish",
    "false",
    "\uD800",
    "http://127.0.0.1:9/a",
    "-1",
    "{}",
    '{"media_fbid":"1"}',
  ),
  fc.integer().map(String),
);
const fields = fc.dictionary(
  fc.constantFrom(
    "message",
    "link",
    "url",
    "file_url",
    "published",
    "upload_phase",
    "video_id",
    "photo_id",
    "attached_media[0]",
    "fields",
    "limit",
    "after",
    "since",
    "grant_type",
    "client_id",
  ),
  value,
);

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withFacebook({ fetchMs: 50 }, async (facebook) => {
    const paths = [
      ...EDGES.map((edge) => `/v27.0/${facebook.page}/${edge}`),
      ...[
        "/me",
        "/me/accounts",
        "/me/permissions",
        "/oauth/access_token",
        "/dialog/oauth",
        "/1",
        "/nowhere/at/all",
      ],
      "/video-upload/v27.0/1",
      `/v99.0/${facebook.page}`,
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom("GET", "POST"),
        fc.constantFrom(...TYPES),
        fc.oneof(
          fields.map((body) => JSON.stringify(body)),
          fields.map((body) => `${new URLSearchParams(body)}`),
          fc.string(),
        ),
        fields,
        fc.constantFrom(
          `Bearer ${facebook.token}`,
          `OAuth ${facebook.token}`,
          "Bearer nothing",
          "Basic !",
          "",
        ),
        async (path, method, type, body, query, authorization) => {
          const response = await fetch(`${facebook.simulator.url}${path}?${new URLSearchParams(query)}`, {
            method,
            headers: { "content-type": type, authorization },
            redirect: "manual",
            ...method === "POST" ? { body } : {},
          });
          await response.body?.cancel();
          assert.ok(response.status < 500, `${path} ${response.status}`);
        },
      ),
      { numRuns: 300 },
    );
  }));
