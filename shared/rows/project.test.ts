import assert from "node:assert/strict";
import { projectEvent } from "./events.ts";
import { RESULT_KEYS, withResults } from "./node_results.ts";
import { nodeResult } from "./project.ts";

const PROJECT = "0199d2c4-8a6b-4c3d-9e4f-5a6b7c8d9e0f";
const VISIBLE = {
  id: PROJECT,
  userId: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
  name: null,
  version: 4,
  updatedAt: "2026-11-01T12:01:00+00:00",
};
const NODE = {
  id: "n1",
  type: "image",
  data: {
    generated: { url: "https://abc.supabase.co/a.png", type: "image/png" },
    loading: false,
    status: "completed",
    requestId: "1904163390028185602",
    jobId: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f",
    updatedAt: "2026-11-01T12:01:00+00:00",
  },
};
const EVENT = {
  type: "UPDATE",
  table: "projects",
  schema: "public",
  new: { ...VISIBLE, content: { nodes: [NODE] } },
  old: { ...VISIBLE, version: 3 },
  _debug: {
    triggeredAt: "2026-11-01T12:01:00+00:00",
    triggerName: "projects_broadcast_trigger",
    broadcastSuccess: true,
    nodeUpdated: "n1",
  },
};

// @acceptance 002:392-430
Deno.test("an event is read as the trigger sends it, also of a new and of a deleted project", () => {
  assert.deepEqual(projectEvent.parse(EVENT), EVENT);
  const { nodeUpdated: _, ..._debug } = EVENT._debug;
  for (const change of [{ type: "INSERT", old: null }, { type: "DELETE", new: null }]) {
    const event = { ...EVENT, ...change, _debug };
    assert.deepEqual(projectEvent.parse(event), event);
  }
});

Deno.test("an event of another table or kind is none of ours", () => {
  for (const other of [{ table: "jobs" }, { schema: "private" }, { type: "TRUNCATE" }, { new: { id: 1 } }]) {
    assert.equal(projectEvent.safeParse({ ...EVENT, ...other }).success, false, JSON.stringify(other));
  }
});

Deno.test("edges and viewport are there where they have changed, as the app has them", () => {
  const content = { nodes: [], edges: [{ id: "e1", source: "n1" }], viewport: { x: 1, y: 2, zoom: 1 } };
  assert.deepEqual(projectEvent.parse({ ...EVENT, new: { ...VISIBLE, content } }).new?.content, content);
});

Deno.test("a node may have no id, no type, and no result yet", () => {
  const nodes = [{ id: null, type: null, data: {} }];
  const event = { ...EVENT, new: { ...VISIBLE, content: { nodes } } };
  assert.deepEqual(projectEvent.parse(event).new?.content.nodes, nodes);
});

Deno.test("what an app put where results go does not make an event unreadable", () => {
  const data = { generated: "https://example.test/a.png", loading: "yes", status: 7 };
  const event = { ...EVENT, new: { ...VISIBLE, content: { nodes: [{ ...NODE, data }] } } };
  assert.deepEqual(projectEvent.parse(event).new?.content.nodes[0]?.data, {});
});

Deno.test("one odd value keeps none of those beside it from being read", () => {
  const odd = {
    generated: 5,
    loading: "yes",
    status: 7,
    error: {},
    requestId: [],
    jobId: null,
    updatedAt: false,
  };
  const good = { ...NODE.data, error: "It did not work." };
  for (const key of RESULT_KEYS) {
    const nodes = [{ ...NODE, data: { ...good, [key]: odd[key] } }, NODE];
    const { [key]: _, ...rest } = good;
    const read = projectEvent.parse({ ...EVENT, new: { ...VISIBLE, content: { nodes } } });
    assert.deepEqual(read.new?.content.nodes, [{ ...NODE, data: rest }, NODE], key);
  }
});

Deno.test("results that landed meanwhile are taken over, and nothing else is", () => {
  const mine = {
    nodes: [
      { id: "n1", position: { x: 9, y: 9 }, data: { prompt: "mine", loading: true, error: "old" } },
      { id: "added", data: { prompt: "new", status: "completed" } },
      { id: "plain" },
    ],
    edges: ["mine"],
  };
  const theirs = {
    nodes: [
      { id: "n1", position: { x: 0, y: 0 }, data: { prompt: "theirs", ...NODE.data } },
      { id: "removed", data: NODE.data },
      { id: "plain" },
    ],
  };
  const before = structuredClone(mine);
  assert.deepEqual(withResults(mine, theirs), {
    nodes: [
      { id: "n1", position: { x: 9, y: 9 }, data: { prompt: "mine", ...NODE.data } },
      { id: "added", data: { prompt: "new", status: "completed" } },
      { id: "plain" },
    ],
    edges: ["mine"],
  });
  assert.deepEqual(mine, before, "what is given stays as it is");
});

Deno.test("results are these, and no more; what checks them knows the same", () => {
  assert.deepEqual(RESULT_KEYS, Object.keys(nodeResult.shape));
  assert.deepEqual([...RESULT_KEYS].toSorted(), [
    "error",
    "generated",
    "jobId",
    "loading",
    "requestId",
    "status",
    "updatedAt",
  ]);
});
