import assert from "node:assert/strict";
import fc from "fast-check";
import { withThreads } from "./threads_client_fixture.ts";

const value = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "CAROUSEL",
    "TEXT",
    "true",
    "1,2",
    '["1"]',
    "[",
    "http://127.0.0.1:9/a.jpg",
    "\uD800",
    "{id{",
    "100000",
  ),
);
const parameters = fc.dictionary(
  fc.constantFrom(
    "image_url",
    "video_url",
    "media_type",
    "text",
    "children",
    "is_carousel_item",
    "creation_id",
    "reply_control",
    "topic_tag",
    "link_attachment",
    "text_attachment",
    "input_token",
    "fields",
    "after",
    "limit",
    "grant_type",
    "client_id",
    "code",
    "appsecret_proof",
  ),
  value,
);

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withThreads({}, async (threads) => {
    const { account } = threads;
    const container = await threads.text("a");
    const paths = [
      `/${account}`,
      `/${account}/threads`,
      `/${account}/threads_publish`,
      `/${account}/threads_publishing_limit`,
      `/${container}`,
      "/me",
      "/debug_token",
      "/oauth/access_token",
      "/access_token",
      "/refresh_access_token",
      "/oauth/authorize",
      "/1/2/3",
      "",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom("", "/v1.0", "/v1.0", "/v99.0", "/v"),
        fc.constantFrom("GET", "POST", "DELETE"),
        parameters,
        fc.constantFrom("form", "json", "multipart", "nonsense"),
        async (path, version, method, parameters, how) => {
          const fields = new URLSearchParams({ access_token: threads.token, ...parameters });
          const url = new URL(threads.simulator.url + version + path);
          const form = new FormData();
          for (const [name, value] of fields) form.set(name, value);
          const body =
            { form: fields, json: JSON.stringify(parameters), multipart: form, nonsense: "{" }[how];
          if (method !== "POST") url.search = fields.toString();
          const type = how === "json" || how === "nonsense"
            ? { "content-type": "application/json" }
            : undefined;
          const response = await fetch(url, {
            method,
            redirect: "manual",
            ...method === "POST" ? { body, ...type ? { headers: type } : {} } : {},
          });
          await response.body?.cancel();
          assert.ok(response.status < 500, `${response.status} ${method} ${url}`);
        },
      ),
      { numRuns: 300 },
    );
  }));
