import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { errorOf } from "../graph/graph_client_fixture.ts";
import { withThreads } from "./threads_client_fixture.ts";

for (const accepted of [false, true]) {
  const words = accepted ? "after it took effect" : "before it took effect";
  Deno.test(`the answer of a publish is lost ${words}, and the container knows`, () =>
    withThreads({}, async (threads) => {
      const { simulator } = threads;
      simulator.misbehave({
        contains: "lost",
        per: "text",
        fault: { kind: "http_error", path: "commit", status: 500, times: 1, accepted },
      });
      const id = await threads.text("lost");
      assert.equal((await threads.publish(id)).status, 500);
      assert.equal((await threads.status(id)).status, accepted ? "PUBLISHED" : "FINISHED");
      assert.equal(simulator.posts().length, Number(accepted));
      assert.deepEqual(simulator.commits().map(({ outcome }) => outcome), [accepted ? "posted" : "nothing"]);
    }));

  Deno.test(`a publish is never answered, ${words}`, () =>
    withThreads({}, async (threads) => {
      const { simulator } = threads;
      threads.under({ kind: "hang", path: "commit", times: 1, accepted });
      const id = await threads.text("hangs");
      await assert.rejects(threads.publish(id, { signal: AbortSignal.timeout(1000) }));
      await until(() => simulator.commits()[0]?.endedAt instanceof Date);
      assert.deepEqual([simulator.posts().length, simulator.counts().alive], [Number(accepted), 0]);
    }));
}

Deno.test("the answer of a publish breaks off in the middle, and the post is there", () =>
  withThreads({}, async (threads) => {
    const id = await threads.text("cut");
    threads.under({ kind: "cut_answer", path: "commit", times: 1 });
    await assert.rejects(threads.publish(id));
    assert.equal((await threads.status(id)).status, "PUBLISHED");
  }));

Deno.test("an error is told at the publish, and the post is live", () =>
  withThreads({}, async (threads) => {
    const error = { code: 4, subcode: 2207051, message: "Action is blocked", accepted: true } as const;
    threads.under({ kind: "refuse", path: "commit", times: 1, status: 403, ...error });
    const id = await threads.text("blocked, it says");
    assert.deepEqual(errorOf(await threads.publish(id)), [403, 4, 2207051]);
    assert.equal((await threads.status(id)).status, "PUBLISHED");
  }));

Deno.test("a container's answer is lost: it is there, and nobody knows its name", () =>
  withThreads({}, async (threads) => {
    threads.under({ kind: "http_error", path: "container", status: 502, times: 1, accepted: true });
    assert.equal((await threads.ask({ media_type: "TEXT", text: "orphan" })).status, 502);
    const [container] = threads.simulator.containers();
    assert.deepEqual([container?.caption, container?.postId], ["orphan", null]);
  }));

Deno.test("a publish takes effect long after its client has given up", () =>
  withThreads({}, async (threads) => {
    const id = await threads.text("late");
    threads.under({ kind: "late_answer", path: "commit", ms: 1500, times: 1, taken: "late" });
    await assert.rejects(threads.publish(id, { signal: AbortSignal.timeout(500) }));
    assert.equal((await threads.status(id)).status, "FINISHED");
    await until(() => threads.simulator.posts().length === 1);
    assert.equal((await threads.status(id)).status, "PUBLISHED");
  }));
