import { assertAnswersAnything } from "../graph/any_request_fixture.ts";
import { withInstagram } from "./instagram_client_fixture.ts";

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withInstagram({}, async (instagram) => {
    const { account } = instagram;
    const container = await instagram.image("a");
    await assertAnswersAnything({
      url: instagram.simulator.url,
      token: instagram.token,
      versions: ["", "/v27.0", "/v1.0", "/v99.0", "/v"],
      names: ["caption"],
      values: ["REELS"],
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
