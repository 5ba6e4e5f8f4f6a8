import assert from "node:assert/strict";
import { Outbox, ReaderTooSlow } from "./outbox.ts";

const KIB = "x".repeat(1024);

Deno.test("what is sent is read, and the end is an end", async () => {
  const outbox = new Outbox(() => assert.fail("nobody has gone"));
  outbox.send("one ");
  outbox.send("two");
  outbox.end();
  outbox.send("late");
  assert.equal(await new Response(outbox.body).text(), "one two");
});

Deno.test("a reader for whom too much waits is dropped, and nothing waits for them any longer", async () => {
  const gone: string[] = [];
  const outbox = new Outbox((why) => gone.push(why), 4096);
  const reader = outbox.body.getReader();
  for (let n = 0; n < 4; n++) outbox.send(KIB);
  assert.deepEqual(gone, []);
  outbox.send(KIB);
  assert.deepEqual(gone, ["too slow"]);
  outbox.send(KIB);
  outbox.end();
  await assert.rejects(reader.read(), ReaderTooSlow);
  assert.deepEqual(gone, ["too slow"], "told once");
});

Deno.test("a reader who keeps up is not dropped, however much it is in all", async () => {
  const outbox = new Outbox(() => assert.fail("nobody has gone"), 4096);
  const reading = new Response(outbox.body).text();
  for (let n = 0; n < 1000; n++) {
    await outbox.room();
    outbox.send(KIB);
  }
  outbox.end();
  assert.equal((await reading).length, 1000 * 1024);
});

Deno.test("who has much to send waits for room, and no longer than for the reader to leave", async () => {
  const gone: string[] = [];
  const outbox = new Outbox((why) => gone.push(why), 4096);
  const reader = outbox.body.getReader();
  for (let n = 0; n < 3; n++) outbox.send(KIB);
  let hasRoom = false;
  const waiting = outbox.room().then(() => hasRoom = true);
  await Promise.resolve();
  assert.equal(hasRoom, false);
  await reader.cancel();
  await waiting;
  assert.deepEqual(gone, ["left"]);
});
