import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withFacebook } from "./facebook_client_fixture.ts";

for (const accepted of [false, true]) {
  const words = accepted ? "after it took effect" : "before it took effect";
  Deno.test(`the answer of a finish is lost ${words}, and the video knows`, () =>
    withFacebook({}, async (facebook) => {
      const { simulator } = facebook;
      simulator.misbehave({
        contains: "lost",
        per: "text",
        fault: { kind: "http_error", path: "commit", status: 500, times: 1, accepted },
      });
      const id = await facebook.reel();
      assert.equal((await facebook.finish(id, "lost")).status, 500);
      assert.equal((await facebook.phases(id))[2], accepted ? "complete" : "not_started");
      assert.deepEqual(simulator.commits().map(({ outcome }) => outcome), [accepted ? "posted" : "nothing"]);
    }));

  Deno.test(`a text is never answered, ${words}`, () =>
    withFacebook({}, async (facebook) => {
      const { simulator } = facebook;
      facebook.under({ kind: "hang", path: "commit", times: 1, accepted });
      await assert.rejects(facebook.text("hangs", { signal: AbortSignal.timeout(300) }));
      await until(() => simulator.commits()[0]?.endedAt instanceof Date);
      assert.deepEqual([simulator.posts().length, simulator.counts().alive], [Number(accepted), 0]);
    }));
}

Deno.test("the answer of a text breaks off in the middle, and the post is there", () =>
  withFacebook({}, async (facebook) => {
    facebook.under({ kind: "cut_answer", path: "commit", times: 1 });
    await assert.rejects(facebook.text("cut"));
    assert.equal(facebook.simulator.posts().length, 1);
  }));

Deno.test("an error is told at a text, and the post is live", () =>
  withFacebook({}, async (facebook) => {
    facebook.under({
      kind: "refuse",
      path: "commit",
      times: 1,
      code: 2,
      message: "Service error",
      accepted: true,
    });
    assert.deepEqual(errorOf(await facebook.text("refused, it says")), [400, 2, undefined]);
    assert.equal(facebook.simulator.posts().length, 1);
  }));

Deno.test("the answers of what prepares are lost as well", () =>
  withFacebook({}, async (facebook) => {
    for (const path of ["start", "photo", "upload", "status", "feed"] as const) {
      facebook.under({ kind: "http_error", path, status: 503, times: 1, accepted: true });
    }
    assert.equal(
      (await facebook.post(`/${facebook.page}/video_reels`, { upload_phase: "start" })).status,
      503,
    );
    const photo = { url: facebook.file("/a.jpg"), published: "false" };
    assert.equal((await facebook.post(`/${facebook.page}/photos`, photo)).status, 503);
    const { video_id, upload_url } = await facebook.start();
    assert.equal((await facebook.handIn(upload_url)).status, 503);
    assert.equal((await facebook.get(`/${video_id}`)).status, 503);
    assert.equal((await facebook.get(`/${facebook.page}/feed`)).status, 503);
    await until(async () => (await facebook.phases(video_id))[0] === "complete");
  }));
