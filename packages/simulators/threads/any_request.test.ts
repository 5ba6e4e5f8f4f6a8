import { assertAnswersAnything } from "../graph/any_request_fixture.ts";
import { withThreads } from "./threads_client_fixture.ts";

Deno.test("whatever is sent is answered, and nothing of it breaks", () =>
  withThreads({}, async (threads) => {
    const { account } = threads;
    const container = await threads.text("a");
    await assertAnswersAnything({
      url: threads.simulator.url,
      token: threads.token,
      versions: ["", "/v1.0", "/v99.0", "/v"],
      names: [
        "text",
        "reply_control",
        "topic_tag",
        "link_attachment",
        "text_attachment",
        "input_token",
      ],
      values: ["TEXT"],
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
