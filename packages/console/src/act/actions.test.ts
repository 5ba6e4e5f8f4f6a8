import { assert, test } from "vitest";
import { filterWith, firstTyped, kindOf, valueOf } from "./actions.ts";
import { boundBy, type Plan } from "./plan.ts";

const plan = (told: Partial<Plan>): Plan => ({
  action: "redrive",
  matched: 0,
  qualified: 0,
  skipped: {},
  ...told,
});

test("what ends something or gives it away asks for a reason and for the number in words", () => {
  for (const action of ["cancel", "refund", "resolve", "quarantine", "delete"]) {
    const { wantsReason, isDestructive } = kindOf(action, { lane: "fal" });
    assert.deepEqual([action, wantsReason, isDestructive], [action, true, true]);
  }
  for (
    const action of [
      "retry",
      "redrive",
      "set_priority",
      "replay_webhook",
      "release",
      "resume",
      "set_capacity",
    ]
  ) {
    assert.ok(!kindOf(action, { lane: "fal" }).isDestructive, action);
  }
  assert.ok(kindOf("pause", { lane: "fal" }).wantsReason);
});

test("an action of a later version is asked about as the worst would be", () => {
  assert.deepEqual(kindOf("obliterate", { job_id: "a" }), {
    wantsReason: true,
    isDestructive: true,
    fields: [],
  });
});

test("how many at most is asked of whoever does not name the jobs", () => {
  assert.deepEqual(kindOf("retry", { job_id: "a" }).fields, []);
  assert.deepEqual(kindOf("retry", { job_ids: ["a", "b"] }).fields, []);
  assert.deepEqual(kindOf("set_priority", { lane: "fal" }).fields, ["priority", "limit"]);
  assert.deepEqual(kindOf("pause", { lane: "fal" }).fields, ["for"]);
  assert.deepEqual(
    kindOf("pause", { tool: "image" }).fields,
    [],
    "a tool is switched off until it is switched on",
  );
});

test("what is typed becomes a value of the filter, or is told to be none", () => {
  assert.strictEqual(valueOf("limit", ""), undefined);
  assert.strictEqual(valueOf("limit", " 20 "), 20);
  for (const typed of ["0", "20001", "1.5", "1e3", "twenty", "0x10"]) {
    assert.strictEqual(valueOf("limit", typed), null, typed);
  }
  assert.strictEqual(valueOf("priority", "-5"), -5);
  assert.strictEqual(valueOf("priority", ""), null);
  assert.strictEqual(valueOf("for", ""), undefined);
  assert.strictEqual(valueOf("for", "1 hour"), "1 hour");
  assert.strictEqual(valueOf("resolved", ""), null);
});

test("a filter takes what its fields say, and is none while one says nothing that could be", () => {
  const fields = ["priority", "limit"] as const;
  assert.deepEqual(firstTyped({ lane: "fal", priority: 5 }, fields), { priority: "5", limit: "" });
  assert.deepEqual(filterWith({ lane: "fal", priority: 5 }, fields, { priority: "7", limit: "" }), {
    lane: "fal",
    priority: 7,
  });
  assert.strictEqual(filterWith({ lane: "fal" }, fields, { priority: "", limit: "3" }), null);
});

test("an act is on no more jobs than its plan has said", () => {
  assert.deepEqual(boundBy({ lane: "fal" }, plan({ matched: 7, qualified: 5 })), { lane: "fal", limit: 7 });
  assert.deepEqual(boundBy({ lane: "fal", limit: 20 }, plan({ matched: 7 })), { lane: "fal", limit: 7 });
  assert.deepEqual(boundBy({ job_ids: ["a", "b"] }, plan({ matched: 2 })), { job_ids: ["a", "b"] });
  assert.deepEqual(boundBy({ lane: "fal" }, plan({ action: "pause", thing: "lane", matched: 1 })), {
    lane: "fal",
  });
});
