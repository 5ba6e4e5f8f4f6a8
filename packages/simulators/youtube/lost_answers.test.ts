import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { mp4 } from "../social/sign_in_fixture.ts";
import { withYouTube } from "./youtube_client_fixture.ts";

const video = mp4();

for (const accepted of [false, true]) {
  const words = accepted ? "after it took effect" : "before it took effect";
  Deno.test(`the answer of the last piece is lost ${words}: a proxy's page, and the session tells`, () =>
    withYouTube({}, async (youtube) => {
      const uri = await youtube.session(video.length);
      youtube.under({ kind: "http_error", path: "commit", status: 502, times: 1, accepted });
      assert.match((await youtube.piece(uri, video)).body, /<h1>502</);
      assert.equal(youtube.simulator.posts().length, Number(accepted));
      const [commit] = youtube.simulator.commits();
      assert.deepEqual([commit?.outcome, commit?.status], [accepted ? "posted" : "nothing", 502]);
      assert.equal((await youtube.probe(uri, video.length)).status, accepted ? 200 : 308);
    }));

  Deno.test(`the answer of the last piece is lost ${words}: silence`, () =>
    withYouTube({}, async (youtube) => {
      const uri = await youtube.session(video.length);
      youtube.under({ kind: "hang", path: "commit", times: 1, accepted });
      const signal = AbortSignal.timeout(400);
      await assert.rejects(youtube.piece(uri, video, 0, video.length, { signal }));
      await until(() => youtube.simulator.commits()[0]?.endedAt instanceof Date);
      assert.equal(youtube.simulator.posts().length, Number(accepted));
      assert.equal(youtube.simulator.counts().alive, 0);
    }));
}

Deno.test("the answer of the last piece breaks off in the middle, and the video is there", () =>
  withYouTube({}, async (youtube) => {
    const uri = await youtube.session(video.length);
    youtube.under({ kind: "cut_answer", path: "commit", times: 1 });
    await assert.rejects(youtube.piece(uri, video));
    assert.equal(youtube.simulator.posts().length, 1);
  }));

Deno.test("the last piece takes effect long after its client has given up: nothing of it is left, or all", () =>
  withYouTube({}, async (youtube) => {
    const uri = await youtube.session(video.length);
    youtube.under({ kind: "late_answer", path: "commit", ms: 600, times: 1, taken: "late" });
    const signal = AbortSignal.timeout(200);
    await assert.rejects(youtube.piece(uri, video, 0, video.length, { signal }));
    assert.equal(youtube.simulator.posts().length, 0);
    await until(() => youtube.simulator.commits()[0]?.outcome !== "nothing");
    assert.ok(youtube.simulator.posts().length <= 1);
  }));

Deno.test("the answer of a refresh is lost after it took effect: the token is as good as before", () =>
  withYouTube({}, async (youtube) => {
    const { refresh_token } = await youtube.signIn();
    youtube.under({ kind: "http_error", path: "token", status: 503, times: 1, accepted: true });
    assert.equal((await youtube.refresh(refresh_token)).status, 503);
    assert.equal((await youtube.refresh(refresh_token)).status, 200);
    assert.deepEqual(youtube.simulator.refreshes().map(({ outcome }) => outcome), ["refreshed", "refreshed"]);
  }));

Deno.test("while YouTube is away nothing is uploaded", () =>
  withYouTube({}, async (youtube) => {
    const uri = await youtube.session(video.length);
    await youtube.simulator.outage({ how: "error", status: 503, of: "submits", ms: 300 });
    assert.equal((await youtube.piece(uri, video)).status, 503);
    assert.equal((await youtube.probe(uri, video.length)).status, 308);
    assert.equal(youtube.simulator.commits()[0]?.outcome, "nothing");
    await until(async () => (await youtube.piece(uri, video)).status < 300);
  }));
