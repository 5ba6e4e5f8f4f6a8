import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withFacebook } from "./facebook_client_fixture.ts";
import { faultRule } from "./faults.ts";

Deno.test("a download that breaks off goes on where it was, and no byte comes twice", () =>
  withFacebook({}, async (facebook) => {
    facebook.under({ kind: "download_breaks", bytes: 30_000, times: 2 });
    await facebook.finish(await facebook.reel(), "In pieces");
    const [video] = facebook.simulator.videos();
    assert.deepEqual([video?.fetches, video?.bytes], [3, 100_000]);
    assert.equal(facebook.simulator.posts()[0]?.media[0]?.bytes, 100_000);
  }));

Deno.test("a slow download is answered at once, and the video says how it stands", () =>
  withFacebook({}, async (facebook) => {
    facebook.under({ kind: "slow_download", ms: 80 });
    const { video_id, upload_url } = await facebook.start();
    assert.equal((await facebook.handIn(upload_url)).body.success, true);
    assert.equal((await facebook.phases(video_id))[0], "in_progress");
    await until(async () => (await facebook.phases(video_id))[0] === "complete");
  }));

Deno.test("bytes that never come are missed at the finish", () =>
  withFacebook({}, async (facebook) => {
    facebook.under({ kind: "bytes_never_come", times: 1 });
    const { video_id, upload_url } = await facebook.start();
    assert.equal((await facebook.handIn(upload_url)).body.success, true);
    assert.deepEqual(errorOf(await facebook.finish(video_id, "Nothing")), [400, 6000, undefined]);
    await facebook.handIn(upload_url);
    assert.equal((await facebook.finish(video_id, "Something")).status, 200);
  }));

Deno.test("processing fails before it is published, or after all was well, by file, address or text", () =>
  withFacebook({}, async (facebook) => {
    const { simulator } = facebook;
    simulator.misbehave({
      contains: "/v.mp4",
      times: 1,
      fault: { kind: "processing_fails", message: "Too dark" },
    });
    const before = await facebook.reel();
    const { body } = await facebook.get(`/${before}`, { fields: "status" });
    assert.deepEqual(body.status.processing_phase, { status: "error", error: { message: "Too dark" } });
    simulator.misbehave({ contains: "later", times: 1, fault: { kind: "processing_fails" } });
    const after = await facebook.reel();
    assert.equal((await facebook.phases(after))[1], "complete");
    assert.equal((await facebook.finish(after, "fails later")).body.success, true);
    assert.deepEqual(await facebook.phases(after), ["complete", "error", "error", "error"]);
    assert.equal(simulator.posts().length, 0);
  }));

Deno.test("processing is slow, and what it is published as is seen only then", () =>
  withFacebook({}, async (facebook) => {
    facebook.under({ kind: "slow_processing", ms: 3_600_000 });
    const { video_id, upload_url } = await facebook.start();
    await facebook.handIn(upload_url);
    await facebook.finish(video_id, "Slow");
    const list = () => facebook.get(`/${facebook.page}/published_posts`);
    assert.equal((await list()).body.data.length, 0);
    facebook.simulator.advance(3_600_000);
    assert.equal((await list()).body.data.length, 1);
    assert.equal((await facebook.phases(video_id))[2], "complete");
  }));

Deno.test("words that nobody knows, posts that cannot be read, drafts, uploads elsewhere or gone, duplicates that are none", () =>
  withFacebook({}, async (facebook) => {
    facebook.under(
      { kind: "unknown_status", word: "transfer", times: 1 },
      { kind: "permalink_fails", times: 1 },
      { kind: "upload_elsewhere", times: 1 },
      { kind: "calls_duplicate", times: 1 },
    );
    assert.match((await facebook.start()).upload_url, /facebook\.example/);
    assert.deepEqual(errorOf(await facebook.text("Hello")), [400, 506, undefined]);
    const { body: { id } } = await facebook.text("Hello");
    assert.deepEqual(errorOf(await facebook.get(`/${id}`)), [400, 100, 33]);
    assert.equal((await facebook.get(`/${id}`)).status, 200);
    const { video_id, upload_url } = await facebook.start();
    assert.equal((await facebook.phases(video_id))[0], "transfer");
    facebook.under({ kind: "upload_expires", times: 1 });
    assert.equal((await facebook.handIn(upload_url)).body.debug_info.type, "SessionExpiredError");
    facebook.under({ kind: "stays_draft" });
    const draft = await facebook.reel();
    await facebook.finish(draft, "Draft");
    assert.equal(
      (await facebook.get(`/${draft}`, { fields: "status" })).body.status.publishing_phase.publish_status,
      "draft",
    );
  }));

Deno.test("reads may lag behind, and limits and refused tokens come as they do on the graph", () =>
  withFacebook({}, async (facebook) => {
    facebook.under(
      { kind: "rate_limited", path: "commit", times: 1, headers: true, seconds: 90 },
      { kind: "unauthorized", path: "feed", times: 1 },
      { kind: "read_lag", ms: 60_000 },
    );
    const limited = await facebook.text("Hello");
    assert.deepEqual(errorOf(limited), [400, 32, undefined]);
    assert.match(
      limited.headers.get("x-business-use-case-usage") ?? "",
      /"estimated_time_to_regain_access":2/,
    );
    assert.deepEqual(errorOf(await facebook.get(`/${facebook.page}/feed`)), [401, 190, 467]);
    const { body: { id } } = await facebook.text("Hello");
    assert.deepEqual(errorOf(await facebook.get(`/${id}`)), [400, 100, 33]);
    facebook.simulator.advance(60_000);
    assert.equal((await facebook.get(`/${id}`)).status, 200);
  }));

Deno.test("whoever is suspended posts nothing", () =>
  withFacebook({}, async (facebook) => {
    facebook.simulator.suspend("ana", true);
    assert.deepEqual(errorOf(await facebook.text("Hello")), [403, 368, undefined]);
  }));

Deno.test("a rule that is none is refused", () => {
  for (
    const fault of [{ kind: "unknown_fault" }, {
      kind: "refuse",
      path: "nowhere",
      times: 1,
      code: 1,
      message: "",
    }]
  ) {
    assert.equal(faultRule.safeParse({ fault }).success, false);
  }
});
