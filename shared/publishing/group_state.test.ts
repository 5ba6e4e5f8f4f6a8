import assert from "node:assert/strict";
import fc from "fast-check";
import { JOB_STATUSES } from "../words/statuses.ts";
import { groupOf } from "./group_state.ts";

const of = (...statuses: string[]) =>
  groupOf(statuses.map((status) => ({ status: status as typeof JOB_STATUSES[number], resolved: null })))
    .state;

Deno.test("a group is pending, publishing, and then published, partial or failed", () => {
  assert.equal(of("pending", "pending"), "pending");
  assert.equal(of("pending", "processing"), "publishing");
  assert.equal(of("completed", "pending"), "publishing");
  assert.equal(of("failed", "processing"), "publishing");
  assert.equal(of("completed", "completed"), "published");
  assert.equal(of("completed", "failed"), "partial");
  assert.equal(of("completed", "cancelled"), "partial");
  assert.equal(of("failed", "cancelled"), "failed");
});

Deno.test("what somebody has found to be there counts as there, though its job has failed", () => {
  assert.equal(groupOf([{ status: "failed", resolved: "there" }]).state, "published");
  assert.equal(groupOf([{ status: "failed", resolved: "not_there" }]).state, "failed");
});

Deno.test("each member is counted once, and only what has ended is ended", () => {
  const member = fc.record({
    status: fc.constantFrom(...JOB_STATUSES),
    resolved: fc.constant(null),
  });
  fc.assert(fc.property(fc.array(member, { minLength: 1 }), (members) => {
    const { state, total, completed, failed } = groupOf(members);
    const open = members.filter(({ status }) => status === "pending" || status === "processing").length;
    assert.equal(completed + failed + open, total);
    assert.equal(["published", "partial", "failed"].includes(state), open === 0);
  }));
});
