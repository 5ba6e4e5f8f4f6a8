import assert from "node:assert/strict";
import fc from "fast-check";
import { withLinkedIn } from "./linkedin_client_fixture.ts";

const PATHS = [
  "/rest/posts",
  "/rest/posts/urn%3Ali%3Ashare%3A1",
  "/rest/images",
  "/rest/documents",
  "/rest/videos",
  "/rest/videos/1",
  "/rest/organizationAcls",
  "/rest/organizationsLookup",
  "/rest/organizations/1",
  "/v2/userinfo",
  "/v2/me",
  "/dms-uploads/1/0",
  "/oauth/v2/accessToken",
  "/oauth/v2/revoke",
  "/oauth/v2/authorization",
  "/nowhere",
];
const TYPES = ["application/json", "application/x-www-form-urlencoded", "text/plain"];
const value = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "1",
    "author",
    "roleAssignee",
    "\uD800",
    "List(1,2)",
    "-1",
    "initializeUpload",
    "finalizeUpload",
  ),
  fc.integer(),
);
const names = fc.constantFrom(
  ...[
    "author",
    "commentary",
    "content",
    "media",
    "initializeUploadRequest",
    "finalizeUploadRequest",
    "owner",
    "video",
  ],
);
const json = fc.dictionary(names, fc.oneof(value, fc.dictionary(names, fc.oneof(value, fc.array(value)))));
const query = fc.dictionary(
  fc.constantFrom(
    "q",
    "action",
    "author",
    "start",
    "count",
    "ids",
    "client_id",
    "redirect_uri",
    "scope",
    "role",
  ),
  value,
);

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withLinkedIn({}, async (linkedIn) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PATHS),
        fc.constantFrom("GET", "POST", "PUT", "DELETE"),
        fc.constantFrom(...TYPES),
        fc.oneof(json.map((body) => JSON.stringify(body)), fc.string()),
        query,
        fc.constantFrom(`Bearer ${linkedIn.token}`, "Bearer nothing", ""),
        async (path, method, type, body, query, authorization) => {
          const asked = new URLSearchParams(
            Object.entries(query).map(([name, value]) => [name, String(value)]),
          );
          const { status } = await linkedIn.call(`${path}?${asked}`, {
            method,
            headers: { "content-type": type, authorization },
            ...["POST", "PUT"].includes(method) ? { body } : {},
          });
          assert.ok(status < 500, String(status));
        },
      ),
      { numRuns: 300 },
    );
  }));
