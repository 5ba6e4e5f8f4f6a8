import assert from "node:assert/strict";
import { mp4, sha256 } from "../social/sign_in_fixture.ts";
import { PART, withTikTok } from "./tiktok_client_fixture.ts";

Deno.test("a post fails in an answer that says that all is well", () =>
  withTikTok({}, async (tiktok) => {
    tiktok.under({ kind: "processing_fails", reason: "duration_check_failed" });
    const id = await tiktok.video(mp4(1000));
    const { status, body } = await tiktok.post("status/fetch", { publish_id: id });
    assert.deepEqual([status, body.error.code], [200, "ok"]);
    assert.deepEqual((await tiktok.settled(id)).fail_reason, "duration_check_failed");
    assert.equal(tiktok.simulator.posts().length, 0);
  }));

Deno.test("a post is said to be complete, and has failed when somebody asks again", () =>
  withTikTok({}, async (tiktok) => {
    tiktok.under({ kind: "processing_fails", reason: "spam_risk", said: "PUBLISH_COMPLETE" });
    const id = await tiktok.video(mp4(1000));
    assert.equal((await tiktok.settled(id)).status, "PUBLISH_COMPLETE");
    assert.equal((await tiktok.status(id)).status, "FAILED");
  }));

Deno.test("a video that is none fails, whatever its name", () =>
  withTikTok({}, async (tiktok) => {
    const id = await tiktok.video(new Uint8Array(1000));
    assert.equal((await tiktok.settled(id)).fail_reason, "file_format_check_failed");
  }));

Deno.test("processing and moderation take long, and words come that nobody knows", () =>
  withTikTok({}, async (tiktok) => {
    tiktok.under({ kind: "slow_processing", ms: 60_000 }, { kind: "slow_moderation", ms: 60_000 }, {
      kind: "unknown_status",
      word: "PONDERING",
      times: 1,
    });
    const id = await tiktok.video(mp4(1000));
    assert.equal((await tiktok.status(id)).status, "PONDERING");
    const { status, uploaded_bytes } = await tiktok.status(id);
    assert.deepEqual([status, uploaded_bytes], ["PROCESSING_UPLOAD", 1000]);
    tiktok.simulator.advance(60_000);
    assert.deepEqual((await tiktok.status(id)).publicaly_available_post_id, []);
    tiktok.simulator.advance(60_000);
    assert.equal((await tiktok.status(id)).publicaly_available_post_id.length, 1);
  }));

Deno.test("reads do not show the last part for a while", () =>
  withTikTok({}, async (tiktok) => {
    const file = mp4(2 * PART);
    tiktok.simulator.misbehave({ contains: sha256(file), fault: { kind: "read_lag", ms: 60_000 } });
    const { data } = (await tiktok.begin(file.length, { count: 2 })).body;
    await tiktok.put(data.upload_url, file, 0, PART);
    await tiktok.put(data.upload_url, file, PART);
    assert.equal(tiktok.simulator.posts().length, 1);
    assert.equal((await tiktok.status(data.publish_id)).uploaded_bytes, PART);
    tiktok.simulator.advance(60_000);
    assert.equal((await tiktok.settled(data.publish_id)).status, "PUBLISH_COMPLETE");
  }));

Deno.test("an upload's address ends after an hour, or when somebody wants it to", () =>
  withTikTok({}, async (tiktok) => {
    const file = mp4(2 * PART);
    const begin = async () => (await tiktok.begin(file.length, { count: 2 })).body.data.upload_url;
    const late = await begin();
    tiktok.simulator.advance(3_600_000);
    assert.equal((await tiktok.put(late, file, 0, PART)).status, 403);
    tiktok.under({ kind: "upload_expires", after: PART, status: 404 });
    const url = await begin();
    assert.equal((await tiktok.put(url, file, 0, PART)).status, 206);
    assert.equal((await tiktok.put(url, file, PART)).status, 404);
    assert.equal(tiktok.simulator.posts().length, 0);
  }));

Deno.test("a part is refused, out of step, or refused though it came", () =>
  withTikTok({}, async (tiktok) => {
    const file = mp4(2 * PART);
    const { upload_url: url } = (await tiktok.begin(file.length, { count: 2 })).body.data;
    tiktok.under(
      { kind: "refuse", path: "part", times: 1, status: 503, code: "busy" },
      { kind: "out_of_step", path: "part", times: 1 },
      { kind: "refuse", path: "part", times: 1, status: 502, code: "busy", accepted: true },
    );
    const put = async () => (await tiktok.put(url, file, 0, PART)).status;
    assert.deepEqual([await put(), await put(), await put(), await put()], [503, 416, 502, 416]);
    assert.deepEqual(tiktok.simulator.uploads()[0], {
      publishId: tiktok.simulator.uploads()[0]?.publishId,
      username: "ana",
      total: 2 * PART,
      received: PART,
      parts: [{ from: 0, times: 4 }],
    });
  }));

Deno.test("the access ends between the last of the preparation and the commit, which needs none", () =>
  withTikTok({}, async (tiktok) => {
    const { refresh_token } = await tiktok.signIn();
    tiktok.under({ kind: "access_ends", path: "init", times: 1 });
    const { upload_url, publish_id } = (await tiktok.begin(1000)).body.data;
    assert.equal((await tiktok.put(upload_url, mp4(1000))).status, 201);
    assert.equal((await tiktok.post("status/fetch", { publish_id })).status, 401);
    tiktok.token = (await tiktok.refresh(refresh_token)).body.access_token;
    assert.equal((await tiktok.settled(publish_id)).status, "PUBLISH_COMPLETE");
  }));

Deno.test("an error of one's own choice, before the work is done and after it", () =>
  withTikTok({}, async (tiktok) => {
    tiktok.under(
      { kind: "refuse", path: "init", times: 1, status: 200, code: "internal_error" },
      { kind: "refuse", path: "init", times: 1, status: 403, code: "spam_risk", accepted: true },
    );
    const [first, second] = [await tiktok.begin(1000), await tiktok.begin(1000)];
    assert.deepEqual([first.status, first.body.error.code], [200, "internal_error"]);
    assert.deepEqual([second.status, second.body.error.code], [403, "spam_risk"]);
    assert.equal(tiktok.simulator.uploads().length, 1);
  }));

Deno.test("too many requests, with a header that tells for how long, and without", () =>
  withTikTok({}, async (tiktok) => {
    tiktok.under({ kind: "rate_limited", path: "creator", times: 1, headers: true, seconds: 40 });
    const told = await tiktok.creator();
    assert.deepEqual([told.status, told.headers.get("retry-after")], [429, "40"]);
    tiktok.under({ kind: "rate_limited", path: "creator", times: 1, headers: false });
    assert.equal((await tiktok.creator()).headers.get("retry-after"), null);
  }));

Deno.test("a person who is banned posts nothing, and may be let go again", () =>
  withTikTok({}, async (tiktok) => {
    tiktok.simulator.suspend("ana", true);
    assert.equal((await tiktok.creator()).body.error.code, "spam_risk_user_banned_from_posting");
    assert.equal((await tiktok.begin(1000)).body.error.code, "spam_risk_user_banned_from_posting");
    tiktok.simulator.suspend("ana", false);
    assert.equal((await tiktok.begin(1000)).body.error.code, "ok");
    assert.throws(() => tiktok.simulator.misbehave({ fault: { kind: "no_such" } as never }));
  }));
