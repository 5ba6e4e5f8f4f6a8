import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4, sha256 } from "../social/sign_in_fixture.ts";
import { PART, withPhotos, withTikTok } from "./tiktok_client_fixture.ts";

Deno.test("a video in parts is posted with its last, byte for byte, and named to the last digit", () =>
  withTikTok({}, async (tiktok) => {
    const file = mp4(2 * PART + 123);
    const { data } = (await tiktok.begin(file.length, { count: 2, title: "In parts" })).body;
    const part = await tiktok.put(data.upload_url, file, 0, PART + 61);
    assert.deepEqual([part.status, part.headers.get("content-range")], [
      206,
      `bytes 0-${PART + 61}/${file.length}`,
    ]);
    assert.deepEqual([await tiktok.status(data.publish_id), tiktok.simulator.posts().length], [{
      status: "PROCESSING_UPLOAD",
      fail_reason: "",
      publicaly_available_post_id: [],
      uploaded_bytes: PART + 61,
      downloaded_bytes: 0,
    }, 0]);
    assert.equal((await tiktok.put(data.upload_url, file, PART + 61)).status, 201);
    const [post] = tiktok.simulator.posts();
    assert.deepEqual([post?.text, post?.kind, post?.media[0]?.sha256], ["In parts", "video", sha256(file)]);
    const { status, publicaly_available_post_id: [id] } = await tiktok.settled(data.publish_id);
    assert.deepEqual([status, id], ["PUBLISH_COMPLETE", post?.id]);
    assert.deepEqual(tiktok.simulator.uploads()[0]?.parts, [{ from: 0, times: 1 }, {
      from: PART + 61,
      times: 1,
    }]);
    assert.deepEqual(tiktok.simulator.commits().map(({ outcome, status }) => [outcome, status]), [[
      "posted",
      201,
    ]]);
  }));

Deno.test("parts come in their order, at their places, with their lengths", () =>
  withTikTok({}, async (tiktok) => {
    const file = mp4(2 * PART);
    const { data } = (await tiktok.begin(file.length, { count: 2 })).body;
    const put = async (from: number, to: number) =>
      (await tiktok.put(data.upload_url, file, from, to)).status;
    assert.equal(await put(PART, 2 * PART), 416);
    assert.equal(await put(0, PART - 1), 400);
    assert.equal(await put(0, PART), 206);
    const again = await tiktok.put(data.upload_url, file, 0, PART);
    assert.deepEqual([again.status, again.headers.get("content-range")], [
      416,
      `bytes 0-${PART}/${2 * PART}`,
    ]);
    const shorter = await tiktok.put(data.upload_url, file, PART, 2 * PART, { body: file.slice(0, 10) });
    assert.equal(shorter.status, 400);
    assert.equal(await put(PART, 2 * PART), 201);
    assert.equal((await tiktok.put(`${tiktok.simulator.url}/video/?upload_token=none`, file)).status, 404);
    assert.equal(tiktok.simulator.posts().length, 1);
  }));

Deno.test("how a file may be cut", () =>
  withTikTok({}, async (tiktok) => {
    const asked = async (size: number, chunk: number, count: number) => {
      const source_info = {
        source: "FILE_UPLOAD",
        video_size: size,
        chunk_size: chunk,
        total_chunk_count: count,
      };
      return (await tiktok.post("inbox/video/init", { source_info })).body.error.message;
    };
    assert.deepEqual([await asked(4_000_000, 4_000_000, 1), await asked(50_000_123, 10_000_000, 5)], [
      "",
      "",
    ]);
    assert.equal(await asked(4_000_000, 2_000_000, 2), "The chunk size is invalid");
    assert.equal(await asked(100_000_000, 100_000_000, 1), "The chunk size is invalid");
    assert.equal(await asked(50_000_123, 10_000_000, 6), "The total chunk count is invalid");
    assert.match(
      (await tiktok.post("video/init", {
        source_info: { source: "PULL_FROM_URL", video_url: "https://a.example" },
      }))
        .body.error.code,
      /invalid_param/,
    );
  }));

Deno.test("photos are fetched after the answer, and posted when all are there", () =>
  withTikTok({}, (tiktok) =>
    withPhotos(async (url) => {
      const { data } = (await tiktok.photos([`${url}/1`, `${url}/2`])).body;
      await until(() => tiktok.simulator.posts().length === 1);
      const [post] = tiktok.simulator.posts();
      assert.deepEqual([post?.text, post?.kind, post?.media.length], ["Photos", "photo", 2]);
      const { status, publicaly_available_post_id: [id] } = await tiktok.settled(data.publish_id);
      assert.deepEqual([status, id], ["PUBLISH_COMPLETE", post?.id]);
    })));

Deno.test("photos that cannot be had, or are something else, come to nothing, and the status says why", () =>
  withTikTok({}, (tiktok) =>
    withPhotos(
      async (url) => {
        const reasonOf = async (...paths: string[]) => {
          const { data } = (await tiktok.photos(paths.map((path) => url + path))).body;
          const { status, fail_reason } = await tiktok.settled(data.publish_id);
          return `${status} ${fail_reason}`;
        };
        assert.equal(await reasonOf("/photo", "/gone"), "FAILED photo_pull_failed");
        assert.equal(await reasonOf("/away"), "FAILED photo_pull_failed");
        assert.equal(await reasonOf("/text"), "FAILED file_format_check_failed");
        assert.equal(tiktok.simulator.posts().length, 0);
      },
      (path) =>
        path === "/photo"
          ? new Response(jpeg())
          : path === "/text"
          ? new Response("a text")
          : path === "/away"
          ? Response.redirect("http://127.0.0.1:9/")
          : new Response(null, { status: 404 }),
    )));

Deno.test("drafts are laid in the inbox, and counted for themselves: five that are not finished", () =>
  withTikTok({}, async (tiktok) => {
    for (let n = 0; n < 5; n++) {
      const { data } = (await tiktok.beginDraft(1000)).body;
      assert.equal((await tiktok.put(data.upload_url, mp4(1000))).status, 201);
      assert.equal((await tiktok.settled(data.publish_id)).status, "SEND_TO_USER_INBOX");
    }
    assert.deepEqual(tiktok.simulator.posts().map(({ kind }) => kind), Array(5).fill("video_draft"));
    assert.equal((await tiktok.beginDraft(1000)).body.error.code, "spam_risk_too_many_pending_share");
    assert.equal((await tiktok.begin(1000)).body.error.code, "ok");
    tiktok.simulator.advance(86_400_000);
    tiktok.token = tiktok.simulator.grant("ana").access_token;
    assert.equal((await tiktok.beginDraft(1000)).body.error.code, "ok");
  }));

Deno.test("an account is offered what it has set, and refused all else", () =>
  withTikTok(
    { creators: { ana: { isPrivate: true, commentDisabled: true, maxSeconds: 60 } } },
    async (tiktok) => {
      const { data } = (await tiktok.creator()).body;
      assert.deepEqual(
        [
          data.privacy_level_options,
          data.comment_disabled,
          data.duet_disabled,
          data.max_video_post_duration_sec,
        ],
        [["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"], true, true, 60],
      );
      assert.equal((await tiktok.begin(1000)).body.error.code, "privacy_level_option_mismatch");
      tiktok.simulator.creator("ana", { isPrivate: false });
      assert.equal((await tiktok.begin(1000)).body.error.code, "ok");
      const branded = await tiktok.begin(1000, { privacy: "SELF_ONLY", brand_content_toggle: true } as never);
      assert.equal(branded.body.error.code, "invalid_param");
      assert.equal((await tiktok.begin(1000, { title: "a".repeat(2201) })).body.error.code, "invalid_param");
      const set = await tiktok.call("/_simulator/creators", {
        method: "POST",
        body: JSON.stringify({ person: "ana", stitchDisabled: true }),
      });
      assert.deepEqual([set.status, (await tiktok.creator()).body.data.stitch_disabled], [201, true]);
      assert.equal((await tiktok.call("/_simulator/creators", { method: "POST", body: "{}" })).status, 400);
    },
  ));

Deno.test("an app that was not audited posts for private accounts and their own eyes, for five of them a day", () =>
  withTikTok({ isUnaudited: true }, async (tiktok) => {
    const unaudited = "unaudited_client_can_only_post_to_private_accounts";
    assert.equal((await tiktok.begin(1000, { privacy: "SELF_ONLY" })).body.error.code, unaudited);
    for (const person of ["p1", "p2", "p3", "p4", "p5", "p6"]) {
      tiktok.simulator.creator(person, { isPrivate: true });
      tiktok.token = tiktok.simulator.grant(person).access_token;
      const { body } = await tiktok.begin(1000, { privacy: "SELF_ONLY" });
      assert.equal(body.error.code, person === "p6" ? "reached_active_user_cap" : "ok");
      if (person !== "p6") await tiktok.put(body.data.upload_url, mp4(1000));
    }
    tiktok.token = tiktok.simulator.grant("p1").access_token;
    assert.equal((await tiktok.begin(1000, { privacy: "SELF_ONLY" })).body.error.code, "ok");
  }));

Deno.test("an account posts fifteen times a day, and TikTok says so before a sixteenth", () =>
  withTikTok({}, async (tiktok) => {
    for (let n = 0; n < 15; n++) await tiktok.video(mp4(1000));
    const late = await tiktok.begin(1000);
    assert.deepEqual([late.status, late.body.error.code], [403, "spam_risk_too_many_posts"]);
    assert.equal((await tiktok.creator()).body.error.code, "spam_risk_too_many_posts");
    const quota = tiktok.simulator.counts().quotas.find(({ scope }) => scope.startsWith("posts:"));
    assert.deepEqual([quota?.most, quota?.limit], [15, 15]);
  }));

Deno.test("an access is asked with so often in a minute", () =>
  withTikTok({ requestLimits: {} }, async (tiktok) => {
    const codes = async (most: number, ask: () => Promise<{ body: { error: { code: string } } }>) => {
      for (let n = 0; n < most; n++) {
        assert.equal((await ask()).body.error.code === "rate_limit_exceeded", false);
      }
      return (await ask()).body.error.code;
    };
    assert.equal(await codes(6, () => tiktok.begin(1000)), "rate_limit_exceeded");
    assert.equal(await codes(20, () => tiktok.creator()), "rate_limit_exceeded");
    assert.equal(
      await codes(30, () => tiktok.post("status/fetch", { publish_id: "x" })),
      "rate_limit_exceeded",
    );
    tiktok.simulator.advance(60_000);
    assert.equal((await tiktok.begin(1000)).body.error.code, "ok");
  }));

Deno.test("a post is asked after by its name, by its account", () =>
  withTikTok({}, async (tiktok) => {
    const id = await tiktok.video(mp4(1000));
    assert.equal(
      (await tiktok.post("status/fetch", { publish_id: "v_pub_none" })).body.error.code,
      "invalid_publish_id",
    );
    tiktok.token = tiktok.simulator.grant("bruno").access_token;
    assert.equal(
      (await tiktok.post("status/fetch", { publish_id: id })).body.error.code,
      "token_not_authorized_for_specified_publish_id",
    );
  }));

Deno.test("what not everybody may see is never named; what they may, when it has been moderated", () =>
  withTikTok({ moderateMs: 60_000 }, async (tiktok) => {
    const [open, own] = [
      await tiktok.video(mp4(1000)),
      await tiktok.video(mp4(1000), { privacy: "SELF_ONLY" }),
    ];
    const ids = async (id: string) => (await tiktok.settled(id)).publicaly_available_post_id.length;
    assert.deepEqual([await ids(open), await ids(own)], [0, 0]);
    tiktok.simulator.advance(60_000);
    assert.deepEqual([await ids(open), await ids(own)], [1, 0]);
  }));
