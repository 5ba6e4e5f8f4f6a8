import assert from "node:assert/strict";
import type { Admission } from "./admission.ts";
import { Channel } from "./channel.ts";
import { Rooms } from "./rooms.ts";
import type { WireVersion } from "./wire.ts";

type Frame = string | Uint8Array;

/** A channel that keeps the frames it is sent. */
function channel(
  version: WireVersion,
  changes: Partial<Admission> = {},
): { member: Channel; frames: Frame[] } {
  const frames: Frame[] = [];
  const broadcast = { ack: false, self: false, replication_ready: false };
  const admission: Admission = {
    config: { private: true, broadcast, postgres_changes: [] },
    token: "",
    claims: { role: "authenticated" },
    read: { broadcast: true, presence: true },
    replay: [],
    ...changes,
  };
  const address = { version, topic: "realtime:t", joinRef: "1" };
  return { member: new Channel(address, admission, (frame) => frames.push(frame)), frames };
}

const message = { event: "e", body: { json: "{}" }, meta: { id: "1" } };

Deno.test("everybody in a room gets the same frame, by version, but the excepted and who left", () => {
  const rooms = new Rooms();
  const [first, second, old, excepted, gone] = (["2.0.0", "2.0.0", "1.0.0", "2.0.0", "2.0.0"] as const).map((
    v,
  ) => channel(v));
  for (const { member } of [first, second, old, excepted, gone].map((one) => one!)) {
    rooms.enter(member.room, member);
  }
  rooms.leave(gone!.member.room, gone!.member);
  rooms.publish({ topic: "t", private: true }, message, excepted!.member);
  rooms.publish({ topic: "t", private: false }, message);
  rooms.publish({ topic: "other", private: true }, message);
  assert.deepEqual([first, second, old, excepted, gone].map((one) => one!.frames.length), [1, 1, 1, 0, 0]);
  assert.equal(first!.frames[0], second!.frames[0]);
  assert.equal(typeof old!.frames[0], "string");
});

Deno.test("a channel does not get again what replay gave it", () => {
  const { member } = channel("2.0.0", {
    replay: [{ id: "1", room: { topic: "t", private: true }, broadcast: message }],
  });
  assert.equal(member.wants(message), false);
  assert.equal(member.wants({ ...message, meta: { id: "2" } }), true);
});

Deno.test("a channel that may read presence alone gets no broadcasts", () => {
  assert.equal(channel("2.0.0", { read: { broadcast: false, presence: true } }).member.wants(message), false);
});
