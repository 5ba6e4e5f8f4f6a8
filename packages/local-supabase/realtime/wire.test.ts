import assert from "node:assert/strict";
import fc from "fast-check";
import { type Broadcast, decodeFrame, encodeBroadcast, encodeMessage, WireError } from "./wire.ts";

const utf8 = new TextEncoder();
// At most 63 code points: at most 252 bytes.
const shortText = fc.string({ unit: "grapheme-composite", maxLength: 15 }).filter((s) =>
  utf8.encode(s).length < 256
);
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));

/** What a client of version 2.0.0 sends for a broadcast. */
function clientFrame(header: string[], encoding: number, payload: Uint8Array): ArrayBuffer {
  const parts = header.map((field) => utf8.encode(field));
  return Uint8Array.of(
    3,
    ...parts.map((part) => part.length),
    encoding,
    ...parts.flatMap((part) => [...part]),
    ...payload,
  )
    .buffer as ArrayBuffer;
}

/** How a client of version 2.0.0 reads a broadcast. */
function readServerFrame(
  frame: Uint8Array,
): { topic: string; event: string; meta: string; json: boolean; payload: Uint8Array } {
  const [kind, topic = 0, event = 0, meta = 0, encoding] = frame;
  assert.equal(kind, 4);
  let offset = 5;
  const take = (length: number) => new TextDecoder().decode(frame.subarray(offset, offset += length));
  return {
    topic: take(topic),
    event: take(event),
    meta: take(meta),
    json: encoding === 1,
    payload: frame.subarray(offset),
  };
}

Deno.test("a text frame of either version is decoded to the same message", () => {
  const ref = fc.option(shortText, { nil: null });
  fc.assert(fc.property(ref, ref, shortText, shortText, json, (joinRef, ref, topic, event, payload) => {
    fc.pre(event !== "broadcast");
    const expected = { kind: "event", joinRef, ref, topic, event, payload };
    const array = JSON.stringify([joinRef, ref, topic, event, payload]);
    const object = JSON.stringify({ topic, event, payload, ref, join_ref: joinRef });
    assert.deepEqual(decodeFrame("2.0.0", array), expected);
    assert.deepEqual(decodeFrame("1.0.0", object), expected);
  }));
});

Deno.test("a binary broadcast is decoded with its references, its topic and its payload, JSON or bytes", () => {
  fc.assert(
    fc.property(shortText, shortText, shortText, shortText, json, (joinRef, ref, topic, event, value) => {
      const text = JSON.stringify(value);
      const common = { kind: "broadcast", joinRef: joinRef || null, ref: ref || null, topic, event };
      const header = [joinRef, ref, topic, event, '{"persist":true}'];
      assert.deepEqual(decodeFrame("2.0.0", clientFrame(header, 1, utf8.encode(text))), {
        ...common,
        body: { json: text },
      });
      const bytes = utf8.encode(text);
      assert.deepEqual(decodeFrame("2.0.0", clientFrame(header, 0, bytes)), { ...common, body: { bytes } });
    }),
  );
});

Deno.test("a broadcast sent as text is decoded like a binary one", () => {
  const payload = { type: "broadcast", event: "shout", payload: { a: 1 } };
  const expected = {
    kind: "broadcast",
    joinRef: "1",
    ref: "2",
    topic: "realtime:t",
    event: "shout",
    body: { json: '{"a":1}' },
  };
  assert.deepEqual(
    decodeFrame("2.0.0", JSON.stringify(["1", "2", "realtime:t", "broadcast", payload])),
    expected,
  );
  assert.deepEqual(
    decodeFrame(
      "1.0.0",
      JSON.stringify({ topic: "realtime:t", event: "broadcast", payload, ref: "2", join_ref: "1" }),
    ),
    expected,
  );
});

Deno.test("whatever bytes or text arrive, they are a message or a WireError", () => {
  const attempt = (frame: string | ArrayBuffer) => {
    for (const version of ["1.0.0", "2.0.0"] as const) {
      try {
        assert.equal(typeof decodeFrame(version, frame).topic, "string");
      } catch (error) {
        assert(error instanceof WireError, String(error));
      }
    }
  };
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), attempt));
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => attempt(Uint8Array.of(3, ...bytes).buffer as ArrayBuffer)),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => attempt(bytes.buffer as ArrayBuffer)));
});

Deno.test("a broadcast cut short anywhere in its header is refused", () => {
  const whole = clientFrame(["1", "2", "realtime:t", "event", ""], 0, new Uint8Array());
  for (let length = 0; length < whole.byteLength; length++) {
    assert.throws(() => decodeFrame("2.0.0", whole.slice(0, length)), WireError);
  }
  decodeFrame("2.0.0", whole);
});

Deno.test("a broadcast is encoded so that a client of its version reads what was sent", () => {
  const meta = fc.option(fc.uuid().map((id) => ({ id })), { nil: undefined });
  fc.assert(fc.property(shortText, shortText, json, meta, (topic, event, value, meta) => {
    const text = JSON.stringify(value);
    const broadcast: Broadcast = { event, body: { json: text }, ...meta && { meta } };
    const binary = encodeBroadcast("2.0.0", topic, broadcast);
    assert(binary instanceof Uint8Array);
    const read = readServerFrame(binary);
    assert.deepEqual([read.topic, read.event, read.json], [topic, event, true]);
    assert.equal(new TextDecoder().decode(read.payload), text);
    assert.equal(read.meta, meta ? JSON.stringify(meta) : "");
    const object = encodeBroadcast("1.0.0", topic, broadcast);
    assert.deepEqual(JSON.parse(object as string), {
      topic,
      event: "broadcast",
      payload: { type: "broadcast", event, payload: value, ...meta && { meta } },
      ref: null,
      join_ref: null,
    });
  }));
});

Deno.test("numbers too great for JavaScript pass through a broadcast unchanged", () => {
  const body = { json: '{"n":12345678901234567890}' };
  const frame = encodeBroadcast("1.0.0", "realtime:t", { event: "e", body });
  assert.match(frame as string, /"payload":\{"n":12345678901234567890\}/);
});

Deno.test("bytes go to version 2.0.0 only, and a name too long for a binary frame goes as text", () => {
  const bytes = { bytes: Uint8Array.of(1, 2, 3) };
  assert.equal(encodeBroadcast("1.0.0", "realtime:t", { event: "e", body: bytes }), undefined);
  const binary = encodeBroadcast("2.0.0", "realtime:t", { event: "e", body: bytes }) as Uint8Array;
  const read = readServerFrame(binary);
  assert.deepEqual([read.json, read.payload], [false, Uint8Array.of(1, 2, 3)]);
  const long = "é".repeat(128);
  const text = encodeBroadcast("2.0.0", "realtime:t", { event: long, body: { json: "1" } });
  assert.deepEqual(JSON.parse(text as string), [
    null,
    null,
    "realtime:t",
    "broadcast",
    { type: "broadcast", event: long, payload: 1 },
  ]);
  assert.equal(encodeBroadcast("2.0.0", "realtime:t", { event: long, body: bytes }), undefined);
});

Deno.test("a message of the server is an object in 1.0.0 and an array in 2.0.0", () => {
  const message = {
    joinRef: "1",
    ref: "2",
    topic: "realtime:t",
    event: "phx_reply",
    payload: { status: "ok" },
  };
  assert.equal(encodeMessage("2.0.0", message), '["1","2","realtime:t","phx_reply",{"status":"ok"}]');
  assert.deepEqual(JSON.parse(encodeMessage("1.0.0", message)), {
    topic: "realtime:t",
    event: "phx_reply",
    payload: { status: "ok" },
    ref: "2",
    join_ref: "1",
  });
});
