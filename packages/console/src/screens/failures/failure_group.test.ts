import { assert, test } from "vitest";
import { type FailureGroup, filterOf, hrefOf, spanOf } from "./failure_group.ts";

const group = { lane: "fal", error_code: "provider_down", failed_step: "running" } as FailureGroup;

test("what is done to a group is done to what it counts alone", () => {
  const scope = { among: { tool: "image", user_id: "u" }, since: "2026-11-27T10:00:00Z" };
  assert.deepEqual(filterOf(group, scope), {
    lane: "fal",
    error_code: "provider_down",
    failed_step: "running",
    tool: "image",
    user_id: "u",
    ended_from: "2026-11-27T10:00:00Z",
  });
  assert.strictEqual(
    filterOf({ ...group, error_code: null }, scope),
    null,
    "no filter names those without a code",
  );
});

test("its jobs have an address", () => {
  assert.strictEqual(
    hrefOf(group),
    "/jobs?status=failed&lane=fal&error_code=provider_down&failed_step=running",
  );
  assert.strictEqual(
    hrefOf({ ...group, error_code: null }),
    "/jobs?status=failed&lane=fal&failed_step=running",
  );
});

test("a time that the address does not know is a day", () => {
  assert.strictEqual(spanOf("7d"), "7d");
  for (const text of [undefined, "", "2y", "toString"]) assert.strictEqual(spanOf(text), "1d");
});
