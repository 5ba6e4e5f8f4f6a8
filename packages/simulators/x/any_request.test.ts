import assert from "node:assert/strict";
import fc from "fast-check";
import { withX } from "./x_client_fixture.ts";

const PATHS = [
  "/2/tweets",
  "/2/tweets/1",
  "/2/users/me",
  "/2/users/1/tweets",
  "/2/media/upload",
  "/2/media/upload/initialize",
  "/2/media/upload/1/append",
  "/2/media/upload/1/finalize",
  "/2/media/metadata",
  "/2/oauth2/token",
  "/2/oauth2/revoke",
  "/i/oauth2/authorize",
  "/nowhere",
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
  fc.constantFrom("1", "tweet_image", "\uD800", "p1", "-1", "refresh_token"),
  fc.integer(),
);
const json = fc.dictionary(
  fc.constantFrom(
    "text",
    "media",
    "media_ids",
    "id",
    "media_type",
    "total_bytes",
    "media_category",
    "metadata",
  ),
  fc.oneof(
    value,
    fc.dictionary(fc.constantFrom("media_ids", "alt_text", "text"), fc.oneof(value, fc.array(value))),
  ),
);
const query = fc.dictionary(
  fc.constantFrom(
    "max_results",
    "pagination_token",
    "since_id",
    "start_time",
    "media_id",
    "command",
    "client_id",
  ),
  value,
);

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withX({}, async (x) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PATHS),
        fc.constantFrom("GET", "POST", "DELETE"),
        fc.constantFrom(...TYPES),
        fc.oneof(json.map((body) => JSON.stringify(body)), fc.string()),
        query,
        fc.constantFrom(`Bearer ${x.token}`, "Bearer nothing", "Basic eDp5", "Basic JTo=", "Basic !", ""),
        async (path, method, type, body, query, authorization) => {
          const asked = new URLSearchParams(
            Object.entries(query).map(([name, value]) => [name, String(value)]),
          );
          const { status } = await x.call(`${path}?${asked}`, {
            method,
            headers: { "content-type": type, authorization },
            ...method === "POST" ? { body } : {},
          });
          assert.ok(status < 500, String(status));
        },
      ),
      { numRuns: 300 },
    );
  }));
