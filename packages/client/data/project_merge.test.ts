import assert from "node:assert/strict";
import { afterProjectEvent, unseenResults } from "./project_merge.ts";

const known = {
  id: "p",
  name: "Sea",
  version: 4,
  updatedAt: "2026-11-26T12:00:00Z",
  content: {
    nodes: [
      { id: "a", data: { prompt: "a boat", loading: true, error: "old" } },
      { id: "b", data: { prompt: "a ship" } },
    ],
    edges: [1],
  },
};
const told = (version: number, nodes: unknown[], nodeUpdated?: string) => ({
  new: { id: "p", name: "Sea", version, updatedAt: "2026-11-26T12:01:00Z", content: { nodes } },
  _debug: nodeUpdated ? { nodeUpdated } : {},
});
const shows = {
  id: "a",
  type: "image",
  data: { loading: false, generated: { url: "u", type: "image/png" } },
};

Deno.test("what jobs show next is merged into their nodes; all else stays the same object", () => {
  const result = afterProjectEvent(known, "UPDATE", told(5, [shows], "a"));
  assert.ok(result.type === "merged");
  assert.deepEqual([result.project.version, result.project.updatedAt], [5, "2026-11-26T12:01:00Z"]);
  const { content } = result.project;
  assert.deepEqual(content.nodes[0], { id: "a", data: { prompt: "a boat", ...shows.data } });
  assert.equal(content.nodes[1], known.content.nodes[1]);
  assert.deepEqual((content as typeof known.content).edges, [1]);
});

Deno.test("what a person has saved, what skips a version, and what was too large to tell is read", () => {
  for (const payload of [told(5, [shows]), told(6, [shows], "a"), told(5, [], "a")]) {
    assert.deepEqual(afterProjectEvent(known, "UPDATE", payload), {
      type: "read",
      version: payload.new.version,
    });
  }
  assert.deepEqual(afterProjectEvent(null, "UPDATE", told(5, [shows], "a")), { type: "read", version: 5 });
});

Deno.test("what is known already is old; a project that was deleted is gone; all else is junk", () => {
  assert.deepEqual(afterProjectEvent(known, "UPDATE", told(4, [shows], "a")), { type: "old" });
  assert.deepEqual(afterProjectEvent(known, "DELETE", { new: null, old: {} }), { type: "gone" });
  for (const payload of [null, 7, {}, { new: null }, { new: { version: "5" } }]) {
    assert.deepEqual(afterProjectEvent(known, "UPDATE", payload), { type: "junk" });
  }
});

Deno.test("a save takes over the results that landed after what it shows, and no others", () => {
  const at = (minute: number) => `2026-11-26T12:0${minute}:00Z`;
  const node = (id: string, data: Record<string, unknown>) => ({ id, data });
  const latest = {
    nodes: [
      node("a", { generated: { url: "new" }, updatedAt: at(5) }),
      node("b", { generated: { url: "cleared" }, updatedAt: at(1) }),
      node("c", { prompt: "deleted in mine", updatedAt: at(9) }),
    ],
  };
  const mine = {
    nodes: [
      node("a", { prompt: "a boat", generated: { url: "old" }, updatedAt: at(1) }),
      node("b", { prompt: "a ship", updatedAt: at(1) }),
      node("d", { prompt: "new" }),
    ],
  };
  assert.deepEqual(unseenResults(mine, latest).nodes, [
    node("a", { prompt: "a boat", generated: { url: "new" }, updatedAt: at(5) }),
    mine.nodes[1],
    mine.nodes[2],
  ]);
  assert.equal(unseenResults(mine, { nodes: [] }), mine);
});
