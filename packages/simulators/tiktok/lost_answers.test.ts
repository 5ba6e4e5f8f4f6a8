import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { mp4, sha256 } from "../social/sign_in_fixture.ts";
import { PART, withPhotos, withTikTok } from "./tiktok_client_fixture.ts";

for (const accepted of [false, true]) {
  const words = accepted ? "after it took effect" : "before it took effect";
  Deno.test(`the answer to a last part is lost ${words}: a proxy's page`, () =>
    withTikTok({}, async (tiktok) => {
      const file = mp4(1000);
      tiktok.under({ kind: "http_error", path: "commit", status: 502, times: 1, accepted });
      const { upload_url } = (await tiktok.begin(file.length)).body.data;
      assert.equal((await tiktok.put(upload_url, file)).status, 502);
      assert.equal(tiktok.simulator.posts().length, Number(accepted));
      const [commit] = tiktok.simulator.commits();
      assert.deepEqual([commit?.outcome, commit?.status], [accepted ? "posted" : "nothing", 502]);
      assert.equal((await tiktok.put(upload_url, file)).status, accepted ? 416 : 201);
      assert.equal(tiktok.simulator.posts().length, 1);
    }));

  Deno.test(`the answer to a last part is lost ${words}: silence`, () =>
    withTikTok({}, async (tiktok) => {
      const file = mp4(1000);
      tiktok.under({ kind: "hang", path: "commit", times: 1, accepted });
      const { upload_url } = (await tiktok.begin(file.length)).body.data;
      await assert.rejects(
        tiktok.put(upload_url, file, 0, file.length, { signal: AbortSignal.timeout(500) }),
      );
      await until(() => tiktok.simulator.counts().alive === 0);
      assert.equal(tiktok.simulator.posts().length, Number(accepted));
    }));

  Deno.test(`the answer to photos is lost ${words}, and with it their name`, () =>
    withTikTok({}, (tiktok) =>
      withPhotos(async (url) => {
        tiktok.under({ kind: "http_error", path: "commit", status: 503, times: 1, accepted });
        assert.equal((await tiktok.photos([`${url}/1`])).status, 503);
        if (accepted) await until(() => tiktok.simulator.posts().length === 1);
        assert.equal(tiktok.simulator.commits()[0]?.outcome, accepted ? "posted" : "nothing");
      })));
}

Deno.test("the answer to a last part breaks off in the middle, and the post is there", () =>
  withTikTok({}, async (tiktok) => {
    tiktok.under({ kind: "cut_answer", path: "commit", times: 1 });
    const { upload_url } = (await tiktok.begin(1000)).body.data;
    await assert.rejects(tiktok.put(upload_url, mp4(1000)));
    assert.equal(tiktok.simulator.posts().length, 1);
  }));

Deno.test("the answer to photos breaks off in the middle, and the post is there", () =>
  withTikTok({}, (tiktok) =>
    withPhotos(async (url) => {
      tiktok.under({ kind: "cut_answer", path: "commit", times: 1 });
      await assert.rejects(tiktok.photos([`${url}/1`]));
      await until(() => tiktok.simulator.posts().length === 1);
    })));

Deno.test("a client that dies in the middle of a part leaves none of it, and may send it again", () =>
  withTikTok({}, async (tiktok) => {
    const file = mp4(2 * PART);
    const { upload_url } = (await tiktok.begin(file.length, { count: 2 })).body.data;
    const dying = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(file.slice(0, 1000));
        setTimeout(() => dying.abort(), 20);
      },
    }, { highWaterMark: 0 });
    await assert.rejects(tiktok.put(upload_url, file, 0, PART, { body, signal: dying.signal }));
    assert.deepEqual(tiktok.simulator.uploads()[0]?.parts, []);
    await tiktok.put(upload_url, file, 0, PART);
    await tiktok.put(upload_url, file, PART);
    assert.equal(tiktok.simulator.posts()[0]?.media[0]?.sha256, sha256(file));
  }));

Deno.test("the answer of a refresh is lost after it took effect: the next one ends the family", () =>
  withTikTok({}, async (tiktok) => {
    const { refresh_token } = await tiktok.signIn();
    tiktok.under({ kind: "http_error", path: "token", status: 503, times: 1, accepted: true });
    assert.equal((await tiktok.refresh(refresh_token)).status, 503);
    assert.equal((await tiktok.refresh(refresh_token)).body.error, "invalid_grant");
    assert.deepEqual(tiktok.simulator.refreshes().map(({ outcome }) => outcome), ["refreshed", "reused"]);
  }));

Deno.test("a refresh without a refresh token in it, or with an empty one, leaves the one there was good", () =>
  withTikTok({}, async (tiktok) => {
    const { refresh_token } = await tiktok.signIn();
    tiktok.simulator.misbehave({ times: 1, fault: { kind: "no_refresh_token", says: "absent" } });
    tiktok.simulator.misbehave({ times: 1, fault: { kind: "no_refresh_token", says: "empty" } });
    assert.ok(!("refresh_token" in (await tiktok.refresh(refresh_token)).body));
    assert.equal((await tiktok.refresh(refresh_token)).body.refresh_token, "");
    assert.ok((await tiktok.refresh(refresh_token)).body.refresh_token);
  }));

Deno.test("while TikTok is away nothing is posted, and what was asked is in the books", () =>
  withTikTok({}, async (tiktok) => {
    const { upload_url } = (await tiktok.begin(1000)).body.data;
    await tiktok.simulator.outage({ how: "error", status: 503, of: "submits", ms: 300 });
    assert.equal((await tiktok.put(upload_url, mp4(1000))).status, 503);
    assert.equal((await tiktok.creator()).status, 200);
    assert.equal(tiktok.simulator.commits()[0]?.outcome, "nothing");
    await until(async () => (await tiktok.put(upload_url, mp4(1000))).status === 201);
  }));
