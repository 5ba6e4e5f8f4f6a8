/** Copying results: what a crash costs, and how long a message is kept from others. */
import assert from "node:assert/strict";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import type { Message } from "../engine/work_item.ts";
import { messageFor } from "../engine/work_item_fixture.ts";
import { PNG } from "../files/png_fixture.ts";
import {
  type FakeRunningHub,
  fakeRunningHub,
  finished,
  TASK_ID,
} from "../providers/runninghub/fake_runninghub.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { settleMessage } from "./settle.ts";

recordLogs();
const project = fakeSupabase();

type Stored = NonNullable<Message["item"]["attempt"]["checkpoint"]["stored"]>;
const settle = (hub: FakeRunningHub, stored?: Stored) =>
  settleMessage(messageFor(hub.url, {
    attempt: { phase: "submitted", external_id: TASK_ID, checkpoint: stored ? { stored } : {} },
  }));
/** Serves three results; returns their addresses. */
const serveThree = (hub: FakeRunningHub) => {
  const urls = [1, 2, 3].map((n) => hub.serve(`${n}.png`, PNG));
  hub.answer("outputs", finished(...urls.map((fileUrl) => ({ fileUrl }))));
  return urls;
};
const noted = () => project.callsOf("defer").map(({ p_note }) => (p_note as { stored: Stored }).stored);
const fetched = (hub: FakeRunningHub) =>
  hub.requests.map(({ path }) => path).filter((path) => path.startsWith("/results/"));
const keptPaths = () =>
  (project.callsOf("complete")[0]?.p_output as { files: { path: string }[] }).files.map(({ path }) =>
    path.split("/").at(-1)
  );

Deno.test("each result that others follow is noted, the last one completes the job", async () => {
  await using hub = fakeRunningHub();
  const urls = serveThree(hub);
  await settle(hub);
  assert.deepEqual(project.called(), ["produced", "defer", "defer", "complete"]);
  assert.deepEqual(noted().map((stored) => stored.map(({ url }) => url)), [
    urls.slice(0, 1),
    urls.slice(0, 2),
  ]);
  assert.deepEqual(keptPaths(), ["1-0.png", "1-1.png", "1-2.png"]);
});

Deno.test("after a crash, what has been stored is not copied again", async () => {
  await using hub = fakeRunningHub();
  serveThree(hub);
  await settle(hub);
  const [, stored] = noted();
  project.calls.length = 0;
  hub.requests.length = 0;
  await settle(hub, stored);
  assert.deepEqual(fetched(hub), ["/results/3.png"]);
  assert.deepEqual(keptPaths(), ["1-0.png", "1-1.png", "1-2.png"]);
});

Deno.test("results in another order, or at other addresses, are copied again", async () => {
  await using hub = fakeRunningHub();
  const urls = serveThree(hub);
  await settle(hub);
  const [, stored] = noted();
  project.calls.length = 0;
  hub.requests.length = 0;
  hub.answer("outputs", finished(...urls.toReversed().map((fileUrl) => ({ fileUrl }))));
  await settle(hub, stored);
  assert.deepEqual(fetched(hub), ["/results/3.png", "/results/1.png"], "the second is in its place");
  assert.deepEqual(keptPaths(), ["1-0.png", "1-1.png", "1-2.png"]);
});

Deno.test("what was noted of results that there are no more is not kept", async () => {
  await using hub = fakeRunningHub();
  const [first = ""] = serveThree(hub);
  await settle(hub);
  const [, stored] = noted();
  project.calls.length = 0;
  hub.answer("outputs", finished({ fileUrl: first }));
  await settle(hub, stored);
  assert.deepEqual(keptPaths(), ["1-0.png"]);
});

Deno.test("a message is kept from others for as long as copying takes, and the reaper told so", async () => {
  await using hub = fakeRunningHub();
  const answered = Promise.withResolvers<void>();
  const fileUrl = hub.serve("1.png", async () => {
    await answered.promise;
    return new Response(PNG);
  });
  hub.answer("outputs", finished({ fileUrl }));
  const ticks: (() => void)[] = [];
  const cleared: unknown[] = [];
  const { setInterval, clearInterval } = globalThis;
  Object.assign(globalThis, {
    setInterval: (tick: () => void) => ticks.push(tick),
    clearInterval: (id: unknown) => cleared.push(id),
  });
  try {
    const settling = settle(hub);
    while (fetched(hub).length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    for (let seconds = 2; seconds <= 22; seconds += 2) ticks[0]?.();
    answered.resolve();
    await settling;
  } finally {
    Object.assign(globalThis, { setInterval, clearInterval });
  }
  const deferred = project.callsOf("defer");
  assert.deepEqual(
    deferred.map(({ p_delay }) => p_delay),
    ["60 seconds", "60 seconds"],
    "after 2 s, and after 22 s",
  );
  for (const { p_note } of deferred) {
    const { copying_until } = p_note as { copying_until: string };
    const inSeconds = (Date.parse(copying_until) - Date.now()) / 1000;
    assert.ok(inSeconds > 50 && inSeconds <= 60, copying_until);
  }
  assert.deepEqual(cleared, [1], "and no longer");
});
