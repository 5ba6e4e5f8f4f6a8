import { assertAnswersAnything } from "../graph/any_request_fixture.ts";
import { withInstagram } from "./instagram_client_fixture.ts";

const VALUES = [
  "CAROUSEL",
  "REELS",
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
  "caption",
  "children",
  "is_carousel_item",
  "creation_id",
  "fields",
  "after",
  "limit",
  "grant_type",
  "client_id",
  "code",
  "appsecret_proof",
];

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withInstagram({}, async (instagram) => {
    const { account } = instagram;
    const container = await instagram.image("a");
    await assertAnswersAnything({
      url: instagram.simulator.url,
      token: instagram.token,
      versions: ["", "/v27.0", "/v1.0", "/v99.0", "/v"],
      names: NAMES,
      values: VALUES,
      paths: [
        `/${account}`,
        `/${account}/media`,
        `/${account}/media_publish`,
        `/${account}/content_publishing_limit`,
        `/${container}`,
        "/me",
        "/me/accounts",
        "/me/permissions",
        "/oauth/access_token",
        "/access_token",
        "/refresh_access_token",
        "/dialog/oauth",
        "/oauth/authorize",
        "/1/2/3",
        "",
      ],
      isLeftOut: (method, path) => method === "DELETE" && path === "/me/permissions",
    });
  }));
