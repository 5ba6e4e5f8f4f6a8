import assert from "node:assert/strict";
import fc from "fast-check";
import { change, frame, hello, hold, settle, tokenOf, TOPIC, USER } from "./fake_streams_fixture.ts";

const PROJECT = "project:1b4e28ba-2fa1-4c1d-883f-0016d3cca427";

Deno.test("topics that are joined together are one stream, shown who asks", async () => {
  const { join, streams, said, last, transport } = hold();
  await join(TOPIC, PROJECT, "lane:kie");
  assert.equal(streams.length, 1);
  assert.equal(
    last().url.href,
    `http://project.example/functions/v1/events/stream?project=${PROJECT.slice(8)}&lane=kie`,
  );
  assert.deepEqual(
    ["authorization", "apikey", "accept", "last-event-id"].map((name) => last().headers.get(name)),
    [`Bearer ${tokenOf(USER)}`, "key", "text/event-stream", null],
  );
  assert.deepEqual(said, []);
  last().live();
  await settle();
  assert.deepEqual(said, [`up ${TOPIC}`, `up ${PROJECT}`, "up lane:kie"]);
  transport.close();
});

Deno.test("a message is handed on as the socket would", async () => {
  const { join, last, messages, transport } = hold();
  await join(TOPIC);
  last().live().event(change(1), "2");
  last().event(change(2, "project:other"), "3");
  last().event({ type: "heartbeat", timestamp: "" });
  await settle();
  assert.deepEqual(messages, [{ topic: TOPIC, event: "UPDATE", payload: { mark: 1 } }]);
  transport.close();
});

Deno.test("a stream that ends in its time is followed by the next, from the last id, and nothing is down for that", async () => {
  const { join, last, said, messages, clock, transport, streams } = hold();
  await join(TOPIC);
  last().live("one").text("retry: 300\n\n");
  last().event(change(1), "two");
  await clock.pass(30_000);
  transport.renew(tokenOf(USER, "newer"));
  last().end();
  await clock.pass(299);
  assert.equal(streams.length, 1, "not before it is asked to");
  await clock.pass(1);
  assert.equal(streams.length, 2);
  assert.equal(last().headers.get("last-event-id"), "two");
  assert.equal(last().headers.get("authorization"), `Bearer ${tokenOf(USER, "newer")}`);
  last().live("two").event(change(2), "three");
  await settle();
  assert.deepEqual(messages.map(({ payload }) => payload), [{ mark: 1 }, { mark: 2 }]);
  assert.deepEqual(said, [`up ${TOPIC}`]);
  transport.close();
});

Deno.test("one that breaks off is gone on with likewise; one that cannot be opened is down", async () => {
  const { join, last, said, clock, streams, transport } = hold();
  await join(TOPIC);
  last().live("one");
  await clock.pass(30_000);
  last().cut();
  await clock.pass(1_000);
  assert.deepEqual([streams.length, said.length], [2, 1]);
  last().fail();
  await clock.pass(100_000);
  assert.deepEqual(said.slice(1), [`down ${TOPIC}: failed to fetch`]);
  assert.equal(streams.length, 2, "whoever holds the topic decides when to try again");
  await join(TOPIC);
  assert.equal(last().headers.get("last-event-id"), "one");
  transport.close();
});

Deno.test("silence of a minute is down; heartbeats are none", async () => {
  const { join, last, said, clock, transport } = hold();
  await join(TOPIC);
  last().live();
  for (let n = 0; n < 5; n++) {
    await clock.pass(25_000);
    last().event({ type: "heartbeat", timestamp: "" });
  }
  await clock.pass(59_000);
  assert.equal(said.length, 1);
  await clock.pass(1_000);
  assert.deepEqual(said.slice(1), [`down ${TOPIC}: nothing was heard for a minute`]);
  assert.equal(last().isAborted, true);
  transport.close();
});

Deno.test("a stream that catches up is down until it has, and says so to whoever joins meanwhile", async () => {
  const { join, last, said, messages, streams, transport } = hold();
  await join(TOPIC);
  last().live();
  last().event({ type: "state", timestamp: "", state: "catching_up", reason: "the network" });
  await settle();
  assert.deepEqual(said.slice(1), [`down ${TOPIC}: the network`]);
  await join(TOPIC);
  last().event(change(1), "2");
  last().event({ type: "state", timestamp: "", state: "live", reason: "caught up" });
  last().event(change(2), "3");
  await settle();
  assert.deepEqual(said.slice(2), [`up ${TOPIC}`]);
  assert.deepEqual(messages.map(({ payload }) => payload), [{ mark: 2 }], "what was before is read anew");
  assert.equal(streams.length, 1);
  transport.close();
});

Deno.test("a stream that says hello while it catches up is not up yet", async () => {
  const { join, last, said, transport } = hold();
  await join(TOPIC);
  last().accept().event(hello("catching_up"));
  await settle();
  assert.deepEqual(said, [`down ${TOPIC}: the server is catching up`]);
  transport.close();
});

Deno.test("who is to read anew is down for a moment: joining is reading", async () => {
  const { join, last, said, streams, transport } = hold();
  await join(TOPIC);
  last().live().event({ type: "snapshot", timestamp: "", reason: "too_much" }, "2");
  await settle();
  assert.deepEqual(said.slice(1), [`down ${TOPIC}: missed: too_much`]);
  await join(TOPIC);
  assert.deepEqual([said.slice(2), streams.length], [[`up ${TOPIC}`], 1]);
  transport.close();
});

Deno.test("another topic is another stream, and those that are up stay so", async () => {
  const { join, last, said, streams, transport } = hold();
  await join(TOPIC);
  last().live("one");
  await join(PROJECT);
  assert.deepEqual([streams.length, streams[0]?.isAborted], [2, true]);
  assert.equal(last().headers.get("last-event-id"), "one");
  last().live("one");
  await settle();
  assert.deepEqual(said, [`up ${TOPIC}`, `up ${PROJECT}`]);
  transport.leave(PROJECT);
  await settle();
  assert.equal(last().isAborted, false, "one that is left is no reason for another");
  transport.leave(TOPIC);
  assert.equal(last().isAborted, true);
  transport.close();
});

Deno.test("a topic that is left and joined again has a new stream: the old one may be dead", async () => {
  const { join, last, streams, transport } = hold();
  await join(TOPIC);
  last().live();
  transport.leave(TOPIC);
  await join(TOPIC);
  assert.deepEqual([streams.length, streams[0]?.isAborted], [2, true]);
  transport.close();
});

Deno.test("a topic that is refused is down for good, and the others go on without it", async () => {
  const { join, last, said, clock, transport } = hold();
  await join(TOPIC, PROJECT, "jobs:somebody-else", "other:x");
  assert.deepEqual(said.map((text) => text.replace(/:[^:]*\(/, " (")), [
    "down jobs:somebody-else: Unauthorized (for good)",
    "down other:x: Unauthorized (for good)",
  ]);
  last().refuse(404, "not_found", { project: PROJECT.slice(8) });
  await clock.pass(10);
  assert.match(said.at(-1) ?? "", /^down project:.*Unauthorized.*\(for good\)$/);
  assert.equal(last().url.search, "");
  last().live();
  await settle();
  assert.equal(said.at(-1), `up ${TOPIC}`);
  transport.close();
});

Deno.test("a token that is refused is told in words by which it is distrusted, any other refusal with its code", async () => {
  for (
    const [status, code, reason] of [[401, "unauthenticated", /\bJWT\b/], [
      429,
      "too_many_streams",
      /too_many_streams/,
    ]] as const
  ) {
    const { join, last, said, transport } = hold();
    await join(TOPIC);
    last().refuse(status, code);
    await settle();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", reason);
    transport.close();
  }
});

Deno.test("after close there is nothing more", async () => {
  const { join, last, said, clock, transport } = hold();
  await join(TOPIC);
  last().live();
  await settle();
  transport.close();
  await clock.pass(200_000);
  assert.deepEqual([said.length, last().isAborted, clock.timers()], [1, true, 0]);
});

Deno.test("wherever what comes is cut into pieces, it is understood alike", async () => {
  const marks = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 6 });
  await fc.assert(fc.asyncProperty(marks, fc.array(fc.nat(), { maxLength: 30 }), async (marks, cuts) => {
    const { join, last, messages, said, clock, transport } = hold();
    await join(TOPIC);
    const text = "retry: 400\n\n: a comment\n\n" + frame(hello("live"), "0") +
      marks.map((mark, n) => frame(change(mark), String(n + 1))).join("");
    const bytes = new TextEncoder().encode(text);
    const stream = last().accept();
    const at = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].toSorted((a, b) => a - b);
    for (const [n, from] of at.slice(0, -1).entries()) stream.bytes(bytes.subarray(from, at[n + 1]));
    await clock.pass(1000);
    assert.deepEqual(messages.map(({ payload }) => payload), marks.map((mark) => ({ mark })));
    assert.deepEqual(said, [`up ${TOPIC}`]);
    stream.end();
    await clock.pass(400);
    assert.equal(last().headers.get("last-event-id"), String(marks.length));
    transport.close();
  }));
});

Deno.test("what is no event of ours is passed over", async () => {
  const { join, last, said, messages, transport } = hold();
  await join(TOPIC);
  last().live().text(
    'data: no json\n\ndata: null\n\ndata: {"type":"of tomorrow"}\n\ndata: []\n\nevent: odd\ndata: 7\n\n',
  );
  last().event(change(1), "2");
  await settle();
  assert.deepEqual([messages.length, said], [1, [`up ${TOPIC}`]]);
  transport.close();
});
