import { assertAnswersAnything } from "../graph/any_request_fixture.ts";
import { withThreads } from "./threads_client_fixture.ts";

const VALUES = [
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
];
const NAMES = [
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
];

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withThreads({}, async (threads) => {
    const { account } = threads;
    const container = await threads.text("a");
    await assertAnswersAnything({
      url: threads.simulator.url,
      token: threads.token,
      versions: ["", "/v1.0", "/v1.0", "/v99.0", "/v"],
      names: NAMES,
      values: VALUES,
      paths: [
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
      ],
    });
  }));
