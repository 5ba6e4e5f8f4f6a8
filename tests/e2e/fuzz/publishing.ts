/** What is published and connected in the world that is fuzzed, for requests that go as far as they can. */
import assert from "node:assert/strict";
import { choicesResponse } from "../../../shared/requests/requests_connections.ts";
import type { EnqueueResponse } from "../../../shared/requests/requests_publications.ts";
import { callFunction } from "../../world/api.ts";
import { agreeAs, APP_PAGE, comeBack, connectAccount, setOut } from "../../world/connect.ts";
import type { Environment, User } from "../../world/environment.ts";
import type { Context } from "./requests.ts";

/** Publications for much later, so that each is what it was when it is met again. */
const LATER = "2027-01-01T12:00:00Z";

/** Values and places for requests to `publications` and `connections`. */
export async function publishingStock(
  environment: Environment,
  user: User,
): Promise<Pick<Context, "known" | "places">> {
  const { sql } = environment;
  const { accessToken: token } = user;
  await sql`update public.tools set is_enabled = true where lane = 'publication'`;
  const kept = await connectAccount(environment, user, "x", "ana");
  const ended = await connectAccount(environment, user, "x", "bruno");
  const { choice } = await comeBack(await agreeAs(await setOut(environment, user, "x"), "carla"));
  const listed = await callFunction(environment, `connections/choices/${choice}`, { method: "GET", token });
  const { accounts } = choicesResponse.parse(listed.body);

  const publish = async (caption: string, scheduledFor?: string) => {
    const body = {
      selectedOptions: ["x_post"],
      captions: { universal: caption },
      connections: { x_post: kept.id },
      ...scheduledFor === undefined ? {} : { scheduledFor },
    };
    const answer = await callFunction(environment, "publications/enqueue", { token, body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return { id: (answer.body as EnqueueResponse).data.jobs[0]?.job_id ?? "" };
  };
  const [waiting, cancelled] = [await publish("waiting", LATER), await publish("cancelled", LATER)];
  await callFunction(environment, `publications/${cancelled.id}`, { method: "DELETE", token });
  return {
    known: {
      selectedOptions: [["x_post"], ["x_post", "instagram_reel"], ["tiktok_video", "x_post"]],
      captions: [{ universal: "Olá" }, { universal: "é", specific: { x_post: "#x @y https://z.example" } }],
      mediaFiles: [[], [{ name: "a", size: 1, type: "image/png", url: "http://127.0.0.1:1/a.png" }]],
      settings: [{}, { x_post: { replySettings: "following" } }],
      connections: [{ x_post: kept.id }],
      scheduledFor: [LATER, "2027-01-01T12:00:00"],
      timeZone: ["America/Sao_Paulo", "UTC"],
      allowDuplicate: [true],
      job_id: [waiting.id],
      user_id: [user.userId],
      redirectTo: [APP_PAGE],
      externalId: accounts.map(({ externalId }) => externalId),
    },
    places: {
      getPublication: [waiting],
      cancelPublication: [waiting],
      retryPublication: [cancelled],
      startConnection: [{ platform: "x" }, { platform: "instagram" }],
      listChoices: [{ id: choice ?? "" }],
      chooseAccount: [{ id: choice ?? "" }],
      showCreator: [{ id: kept.id }, { id: ended.id }],
      refreshConnection: [{ id: kept.id }],
      endConnection: [{ id: ended.id }],
    },
  };
}
