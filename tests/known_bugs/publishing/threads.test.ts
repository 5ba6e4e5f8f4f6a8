/** Accidents 29 to 33 of others who publish to Threads (docs/platforms/accidents.md), and that they are none here. */
import assert from "node:assert/strict";
import { namesOf, refusal } from "../../../supabase/functions/_shared/platforms/graph/fake_graph.ts";
import { errorOf } from "../../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import {
  CONTAINER,
  fakeThreads,
  IMAGE,
  POST,
  prepareAll,
  stateOf,
  threadsWork,
  VIDEO,
} from "../../../supabase/functions/_shared/platforms/threads/fake_threads.ts";
import { threads } from "../../../supabase/functions/_shared/platforms/threads/threads.ts";

const NEVER_ABORTED = new AbortController().signal;
const idOf = (n: number) => `1790000000000010${n}`;
/** Containers with the ids 1, 2, 3 … in the order in which they are made. */
const counting = () => {
  let made = 0;
  return () => Response.json({ id: idOf(++made) });
};

Deno.test("accident 29: a container that is finished and 'not found' is waited for and made anew, three times at the most", async () => {
  await using server = fakeThreads();
  server.answer("threads", counting());
  for (let n = 1; n <= 9; n++) server.answer(idOf(n), stateOf("FINISHED"));
  server.answer("threads_publish", refusal(24, 4279009));
  let work = threadsWork(server.url, { media: [IMAGE] });
  let refusals = 0;
  for (; refusals < 9; refusals++) {
    const ready = await prepareAll(work);
    if (ready.error) {
      assert.equal(ready.error.failure.class, "never", "it does not go on for ever");
      break;
    }
    const lost = await errorOf(threads.commit(ready.work).send(NEVER_ABORTED));
    assert.deepEqual([lost.failure.class, lost.failure.retryAfterMs, lost.isAmbiguous], [
      "wait",
      2_000,
      false,
    ]);
    work = { ...ready.work, facts: { ...ready.work.facts, ...lost.facts } };
  }
  assert.deepEqual([refusals, server.asked("threads").length], [4, 4]);
  assert.equal(
    new Set(server.asked("threads_publish").map(({ bytes }) => new TextDecoder().decode(bytes))).size,
    4,
  );
});

Deno.test("accident 30: every container is waited for, that of the carousel and those of images too", async () => {
  await using server = fakeThreads();
  server.answer("threads", counting());
  for (let n = 1; n <= 4; n++) server.answer(idOf(n), stateOf("IN_PROGRESS"), stateOf("FINISHED"));
  const { steps, error } = await prepareAll(threadsWork(server.url, { media: [IMAGE, VIDEO, IMAGE] }));
  assert.equal(error, null);
  for (let n = 1; n <= 4; n++) assert.equal(server.asked(idOf(n)).length, 2, `container ${n}`);
  assert.equal(namesOf(steps).filter((name) => name === "container_in_progress").length, 4);
});

Deno.test("accident 31: UNKNOWN is no message, and is shown to nobody", async () => {
  await using server = fakeThreads();
  server.answer("threads", counting());
  for (let n = 1; n <= 9; n++) server.answer(idOf(n), stateOf("ERROR", "UNKNOWN"));
  const { error } = await prepareAll(threadsWork(server.url, { media: [VIDEO] }));
  assert.equal(error?.failure.class, "never");
  assert.doesNotMatch(error?.failure.message ?? "UNKNOWN", /UNKNOWN/);
  assert.match(error?.failure.message ?? "", /does not say why/);
});

Deno.test("accident 32: an image that could not be fetched (1/2207052) is asked for again, three times at the most", async () => {
  await using server = fakeThreads();
  server.answer("threads", refusal(1, 2207052), refusal(1, 2207052), counting());
  server.answer(idOf(1), stateOf("FINISHED"));
  const { error } = await prepareAll(threadsWork(server.url, { media: [IMAGE] }));
  assert.deepEqual([error, server.asked("threads").length], [null, 3]);
  server.answer("threads", refusal(1, 2207052));
  const gaveUp = await prepareAll(threadsWork(server.url, { media: [IMAGE] }));
  assert.deepEqual([gaveUp.error?.failure.class, gaveUp.error?.failure.code], ["never", "1/2207052"]);
  assert.equal(server.asked("threads").length, 3 + 4);
});

Deno.test("accident 33: how it stands is asked of the container, never of the post that it became", async () => {
  await using server = fakeThreads();
  // As Threads answers whoever asks a post for its state.
  server.answer(
    POST,
    ({ query }: { query: URLSearchParams }) =>
      query.get("fields")?.includes("status")
        ? refusal(100)
        : Response.json({ id: POST, permalink: "https://www.threads.com/@ana/post/a" }),
  );
  server.answer(CONTAINER, stateOf("PUBLISHED"));
  const committed = threadsWork(server.url, {
    media: [IMAGE],
    facts: { container: CONTAINER },
    committedAt: new Date(Date.now() - 60_000).toISOString(),
  });
  const found = await threads.reconcile?.(committed);
  assert.deepEqual([found?.state, server.requests.at(-1)?.path.endsWith(CONTAINER)], ["there", true]);
  const seen = await threads.observe(committed, POST);
  assert.ok(seen.state === "published");
  assert.deepEqual([seen.permalink, server.requests.at(-1)?.query.get("fields")], [
    "https://www.threads.com/@ana/post/a",
    "permalink",
  ]);
});
