import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withInstagram } from "./instagram_client_fixture.ts";

for (const accepted of [false, true]) {
  const words = accepted ? "after it took effect" : "before it took effect";
  Deno.test(`the answer of a publish is lost ${words}, and the container knows`, () =>
    withInstagram({}, async (instagram) => {
      const { simulator } = instagram;
      simulator.misbehave({
        contains: "lost",
        per: "text",
        fault: { kind: "http_error", path: "commit", status: 500, times: 1, accepted },
      });
      const id = await instagram.image("lost");
      assert.equal((await instagram.publish(id)).status, 500);
      assert.equal((await instagram.status(id)).status_code, accepted ? "PUBLISHED" : "FINISHED");
      assert.equal(simulator.posts().length, Number(accepted));
      assert.deepEqual(simulator.commits().map(({ outcome }) => outcome), [accepted ? "posted" : "nothing"]);
    }));

  Deno.test(`a publish is never answered, ${words}`, () =>
    withInstagram({}, async (instagram) => {
      const { simulator } = instagram;
      instagram.under({ kind: "hang", path: "commit", times: 1, accepted });
      const id = await instagram.image("hangs");
      await assert.rejects(instagram.publish(id, { signal: AbortSignal.timeout(1000) }));
      await until(() => simulator.commits()[0]?.endedAt instanceof Date);
      assert.deepEqual([simulator.posts().length, simulator.counts().alive], [Number(accepted), 0]);
    }));
}

Deno.test("the answer of a publish breaks off in the middle, and the post is there", () =>
  withInstagram({}, async (instagram) => {
    const id = await instagram.image("cut");
    instagram.under({ kind: "cut_answer", path: "commit", times: 1 });
    await assert.rejects(instagram.publish(id));
    assert.equal((await instagram.status(id)).status_code, "PUBLISHED");
  }));

Deno.test("an error is told at the publish, and the post is live", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({
      kind: "refuse",
      path: "commit",
      times: 1,
      status: 403,
      code: 4,
      subcode: 2207051,
      message: "Action is blocked",
      accepted: true,
    });
    const id = await instagram.image("blocked, it says");
    assert.deepEqual(errorOf(await instagram.publish(id)), [403, 4, 2207051]);
    assert.equal((await instagram.status(id)).status_code, "PUBLISHED");
    assert.equal(instagram.simulator.posts().length, 1);
  }));

Deno.test("a container's answer is lost: it is there, and nobody knows its name", () =>
  withInstagram({}, async (instagram) => {
    instagram.under({ kind: "http_error", path: "container", status: 502, times: 1, accepted: true });
    const wish = { image_url: instagram.file("/a.jpg"), caption: "orphan" };
    assert.equal((await instagram.post(`/${instagram.account}/media`, wish)).status, 502);
    const [container] = instagram.simulator.containers();
    assert.deepEqual([container?.caption, container?.postId], ["orphan", null]);
  }));

Deno.test("a publish takes effect long after its client has given up", () =>
  withInstagram({}, async (instagram) => {
    const id = await instagram.image("late");
    instagram.under({ kind: "late_answer", path: "commit", ms: 1500, times: 1, taken: "late" });
    await assert.rejects(instagram.publish(id, { signal: AbortSignal.timeout(500) }));
    assert.equal((await instagram.status(id)).status_code, "FINISHED");
    await until(() => instagram.simulator.posts().length === 1);
    assert.equal((await instagram.status(id)).status_code, "PUBLISHED");
  }));

Deno.test("publishes that are under way at once are counted", () =>
  withInstagram({ commitMs: 300 }, async (instagram) => {
    const ids = [await instagram.image("1"), await instagram.image("2")];
    await Promise.all(ids.map((id) => instagram.publish(id)));
    assert.equal(instagram.simulator.counts().mostAliveOfAccount, 2);
  }));
