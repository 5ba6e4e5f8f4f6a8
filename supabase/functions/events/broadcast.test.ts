import assert from "node:assert/strict";
import { streamEvent } from "../../../shared/rows/stream.ts";
import { broadcastOf, told } from "./broadcast.ts";

const ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const debug = { triggeredAt: "2026-11-27T00:00:00.123456+00:00", triggerName: "t", broadcastSuccess: true };

function toldOf(message: unknown) {
  const broadcast = broadcastOf(message);
  return broadcast && streamEvent.parse(told(broadcast));
}

Deno.test("a broadcast is handed on as it was sent, with its topic and name", () => {
  const payload = { id: ID, type: "UPDATE", new: { id: ID, version: 3 }, _debug: debug };
  const message = { topic: "jobs:u", event: "UPDATE", payload };
  assert.deepEqual(toldOf(message), { type: "job_changed", ...message });
  assert.deepEqual(toldOf({ ...message, topic: "project:p" })?.type, "project_changed");
  const changed = { id: ID, connection_id: ID, platform: "x", state: "live", at: debug.triggeredAt };
  assert.deepEqual(
    toldOf({ topic: "jobs:u", event: "connection_changed", payload: changed })?.type,
    "connection_changed",
  );
});

// @acceptance 001:69
Deno.test("a model's change has what its readers look for beside it", () => {
  const model = { id: ID, status: "READY", progress: 100, version: 3 };
  const payload = { id: ID, modelId: ID, status: "READY", new: model, old: null, _debug: debug };
  const message = { topic: "jobs:u", event: "model_status_changed", payload };
  assert.deepEqual(toldOf(message), {
    type: "model_status_changed",
    ...message,
    modelId: ID,
    status: "READY",
    data: model,
  });
  const gone = toldOf({ ...message, payload: { ...payload, new: null } });
  assert.equal(gone?.type === "model_status_changed" && gone.data, null);
});

Deno.test("it was written when it says, and no earlier", () => {
  const at = (payload: Record<string, unknown>) =>
    broadcastOf({ topic: "jobs:u", event: "x", payload })?.at ?? 0;
  const written = Date.UTC(2026, 10, 27) * 1000 + 123_456;
  const read = at({ id: ID, _debug: debug });
  assert.ok(read >= written && read < written + 1000);
  assert.equal(at({ id: ID, at: "2026-11-27T00:00:00Z" }), Date.UTC(2026, 10, 27) * 1000 + 999);
});

Deno.test("clocks of lanes are told and not kept", () => {
  const lane = broadcastOf({
    topic: "lane:kie",
    event: "lane_moved",
    payload: { id: ID, at: "2026-11-27T00:00:00Z" },
  });
  assert.deepEqual([lane?.isKept, lane && told(lane).type], [false, "lane_moved"]);
});

Deno.test("what is none of ours is not told", () => {
  const good = { topic: "jobs:u", event: "x", payload: { id: ID, _debug: debug } };
  assert.ok(broadcastOf(good));
  for (
    const other of [
      null,
      "x",
      {},
      { ...good, topic: 1 },
      { ...good, payload: null },
      { ...good, payload: { _debug: debug } },
      { ...good, payload: { id: 7, _debug: debug } },
      { ...good, payload: { id: ID } },
      { ...good, payload: { id: ID, _debug: { triggeredAt: "soon" } } },
    ]
  ) assert.equal(broadcastOf(other), undefined, JSON.stringify(other));
});
