import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { mp4, sha256 } from "../social/sign_in_fixture.ts";
import { withX } from "./x_client_fixture.ts";

for (const accepted of [false, true]) {
  const words = accepted ? "after it took effect" : "before it took effect";
  Deno.test(`the answer of a commit is lost ${words}: a proxy's page`, () =>
    withX({}, async (x) => {
      x.under({ kind: "http_error", path: "commit", status: 502, times: 1, accepted });
      const { status, body } = await x.tweet("Once");
      assert.equal(status, 502);
      assert.match(body, /<h1>502</);
      assert.equal(x.simulator.posts().length, Number(accepted));
      const [commit] = x.simulator.commits();
      assert.deepEqual([commit?.outcome, commit?.status], [accepted ? "posted" : "nothing", 502]);
      assert.equal((await x.tweet("Once")).status, accepted ? 403 : 201);
    }));

  Deno.test(`the answer of a commit is lost ${words}: silence`, () =>
    withX({}, async (x) => {
      x.under({ kind: "hang", path: "commit", times: 1, accepted });
      await assert.rejects(x.tweet("Once", undefined, { signal: AbortSignal.timeout(1000) }));
      await until(() => x.simulator.commits()[0]?.endedAt instanceof Date);
      const [commit] = x.simulator.commits();
      assert.deepEqual([commit?.outcome, commit?.status], [accepted ? "posted" : "nothing", null]);
      assert.equal(x.simulator.posts().length, Number(accepted));
      assert.equal(x.simulator.counts().alive, 0);
    }));
}

Deno.test("the answer of a commit breaks off in the middle, and the post is there", () =>
  withX({}, async (x) => {
    x.under({ kind: "cut_answer", path: "commit", times: 1 });
    await assert.rejects(x.tweet("Once"));
    assert.equal(x.simulator.posts().length, 1);
  }));

Deno.test("a commit takes effect long after its client has given up", () =>
  withX({}, async (x) => {
    x.under({ kind: "late_answer", path: "commit", ms: 1500, times: 1, taken: "late" });
    await assert.rejects(x.tweet("Late", undefined, { signal: AbortSignal.timeout(500) }));
    await until(() => x.simulator.counts().alive === 0); // nobody waits for it
    assert.equal(x.simulator.posts().length, 0);
    await until(() => x.simulator.posts().length === 1);
    assert.equal(x.simulator.commits()[0]?.outcome, "posted");
  }));

Deno.test("commits that are under way at once are counted, of everybody and of each account", () =>
  withX({ commitMs: 300 }, async (x) => {
    const bruno = x.simulator.grant("bruno").access_token;
    await Promise.all([
      x.tweet("1"),
      x.tweet("2"),
      x.tweet("3", undefined, {
        headers: { authorization: `Bearer ${bruno}`, "content-type": "application/json" },
      }),
    ]);
    await x.tweet("4");
    const { mostAlive, mostAliveOfAccount, alive, posts } = x.simulator.counts();
    assert.deepEqual([mostAlive, mostAliveOfAccount, alive, posts], [3, 2, 0, 4]);
  }));

Deno.test("the answer of a refresh is lost after it took effect: the next one ends the family", () =>
  withX({}, async (x) => {
    const { refresh_token } = await x.signIn();
    x.under({ kind: "http_error", path: "token", status: 503, times: 1, accepted: true });
    assert.equal((await x.refresh(refresh_token)).status, 503);
    assert.equal((await x.refresh(refresh_token)).status, 400);
    assert.deepEqual(x.simulator.refreshes().map(({ outcome }) => outcome), ["refreshed", "reused"]);
  }));

Deno.test("a refresh without a refresh token in it, or with an empty one, leaves the one there was good", () =>
  withX({}, async (x) => {
    const { refresh_token } = await x.signIn();
    x.simulator.misbehave({ times: 1, fault: { kind: "no_refresh_token", says: "absent" } });
    x.simulator.misbehave({ times: 1, fault: { kind: "no_refresh_token", says: "empty" } });
    assert.ok(!("refresh_token" in (await x.refresh(refresh_token)).body));
    assert.equal((await x.refresh(refresh_token)).body.refresh_token, "");
    assert.ok((await x.refresh(refresh_token)).body.refresh_token);
    assert.equal((await x.refresh(refresh_token)).status, 400);
  }));

Deno.test("while X is away nothing is posted, and what was asked is in the books", () =>
  withX({}, async (x) => {
    await x.simulator.outage({ how: "error", status: 503, of: "submits", ms: 1000 });
    assert.equal((await x.tweet("away")).status, 503);
    assert.equal((await x.call("/2/users/me")).status, 200);
    assert.equal(x.simulator.commits()[0]?.outcome, "nothing");
    await until(async () => (await x.tweet("back")).status === 201);
    await x.simulator.outage({ how: "refused", ms: 30 });
    assert.equal((await x.call("/2/users/me")).status, 200);
  }));

Deno.test("a client that dies in the middle of a piece leaves none of it, and may send it again", () =>
  withX({}, async (x) => {
    const video = mp4(3000);
    const { id } = (await x.post("/2/media/upload/initialize", {
      media_type: "video/mp4",
      total_bytes: video.length,
      media_category: "tweet_video",
    })).body.data;
    const dying = new AbortController();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent++ > 2) dying.abort();
        controller.enqueue(new TextEncoder().encode(
          sent === 1
            ? '--b\r\ncontent-disposition: form-data; name="media"; filename="a"\r\n\r\n'
            : "x".repeat(100),
        ));
        await new Promise((resolve) => setTimeout(resolve, 5));
      },
    });
    await assert.rejects(x.call(`/2/media/upload/${id}/append`, {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body,
      signal: dying.signal,
    }));
    assert.equal(x.simulator.media()[0]?.segments, 0);
    await x.append(id, 0, video);
    await x.ready(id);
    assert.equal(x.simulator.media()[0]?.sha256, sha256(video));
  }));
