import assert from "node:assert/strict";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { FakeDatabase, TOPIC, USER } from "./fake_broadcasts_fixture.ts";
import type { TopicListener } from "./hub.ts";
import { MOST_WAITING } from "./outbox.ts";
import { startStream } from "./stream.ts";

recordLogs();

const NEVER_MS = 2 ** 30;

/** A stream that is live, and what it hears by. */
async function start(lifeMs = NEVER_MS) {
  const database = new FakeDatabase();
  const held = new Map<string, TopicListener>();
  const { body, over } = startStream({
    hub: {
      hold(topic, listener) {
        held.set(topic, listener);
        return () => held.delete(topic);
      },
    },
    ask: (_user, _projects, began) => Promise.resolve(database.since(began)),
    userId: USER,
    projects: [],
    topics: [TOPIC],
    lastId: undefined,
    times: { lifeMs, heartbeatMs: NEVER_MS, retryMs: 1, patienceMs: NEVER_MS },
  });
  const reader = body.getReader();
  held.get(TOPIC)?.joined();
  for (let text = ""; !text.includes("connected");) {
    text += new TextDecoder().decode((await reader.read()).value);
  }
  const tell = () => {
    const { topic, event, payload } = database.begin().broadcast;
    held.get(TOPIC)?.message({ topic, event, payload: { ...payload, text: "x".repeat(1024) } });
  };
  return { reader, over, held, tell };
}

Deno.test("a stream that ends in its time is read to its end, and lets its topics go", async () => {
  const { reader, over, held } = await start(5);
  assert.equal((await reader.read()).done, true);
  await over;
  assert.equal(held.size, 0);
});

Deno.test("when its reader leaves, its topics are let go", async () => {
  const { reader, over, held } = await start();
  await reader.cancel();
  await over;
  assert.equal(held.size, 0);
});

Deno.test("a reader who is too slow is cut off, and the topics are let go", async () => {
  const { reader, over, held, tell } = await start();
  for (let n = 0; n < MOST_WAITING / 1024 + 1; n++) tell();
  await over;
  assert.equal(held.size, 0);
  await assert.rejects(reader.read(), { code: "reader_too_slow" });
});
