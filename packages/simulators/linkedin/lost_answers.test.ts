import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4 } from "../social/sign_in_fixture.ts";
import { withLinkedIn } from "./linkedin_client_fixture.ts";

for (const accepted of [false, true]) {
  const words = accepted ? "after it took effect" : "before it took effect";
  Deno.test(`the answer of a post is lost ${words}`, () =>
    withLinkedIn({}, async (linkedIn) => {
      const { simulator } = linkedIn;
      simulator.misbehave({
        contains: "lost",
        per: "text",
        fault: { kind: "http_error", path: "commit", status: 500, times: 1, accepted },
      });
      assert.equal((await linkedIn.post("lost")).status, 500);
      assert.equal(simulator.posts().length, Number(accepted));
      assert.deepEqual(simulator.commits().map(({ outcome }) => outcome), [accepted ? "posted" : "nothing"]);
      const read = await linkedIn.call(`/rest/posts?q=author&author=${encodeURIComponent(linkedIn.author)}`);
      assert.equal(read.body.elements.length, Number(accepted));
    }));

  Deno.test(`a post is never answered, ${words}`, () =>
    withLinkedIn({}, async (linkedIn) => {
      const { simulator } = linkedIn;
      linkedIn.under({ kind: "hang", path: "commit", times: 1, accepted });
      await assert.rejects(linkedIn.post("hangs", undefined, { signal: AbortSignal.timeout(1000) }));
      await until(() => simulator.commits()[0]?.endedAt instanceof Date);
      assert.deepEqual([simulator.posts().length, simulator.counts().alive], [Number(accepted), 0]);
    }));
}

Deno.test("a part's answer is lost: it is there, and may come again", () =>
  withLinkedIn({}, async (linkedIn) => {
    linkedIn.under({ kind: "http_error", path: "upload", status: 502, times: 1, accepted: true });
    const film = mp4(500);
    const { video, uploadToken, uploadInstructions: [part] } = await linkedIn.begin("video", film.length);
    assert.equal((await linkedIn.put(part.uploadUrl, film)).status, 502);
    const { headers } = await linkedIn.put(part.uploadUrl, film);
    const etag = headers.get("etag")?.replaceAll('"', "") ?? "";
    assert.equal((await linkedIn.finalize(video, uploadToken, [etag])).status, 200);
    assert.deepEqual(linkedIn.simulator.media().map(({ parts, puts }) => [parts, puts]), [[1, 2]]);
  }));

Deno.test("a post takes effect long after its client has given up", () =>
  withLinkedIn({}, async (linkedIn) => {
    linkedIn.under({ kind: "late_answer", path: "commit", ms: 900, times: 1, taken: "late" });
    await assert.rejects(linkedIn.post("late", undefined, { signal: AbortSignal.timeout(300) }));
    assert.equal(linkedIn.simulator.posts().length, 0);
    await until(() => linkedIn.simulator.posts().length === 1);
  }));

Deno.test("posts that are under way at once are counted", () =>
  withLinkedIn({ commitMs: 300 }, async (linkedIn) => {
    await linkedIn.upload("image", jpeg());
    await Promise.all(["1", "2"].map((words) => linkedIn.post(words)));
    assert.equal(linkedIn.simulator.counts().mostAliveOfAccount, 2);
  }));
