import assert from "node:assert/strict";
import { test } from "vitest";
import { actionsFor, actOf } from "./actions_for.ts";

const job = {
  status: "processing",
  refund: "none",
  lastWebhook: false,
  isSetAside: false,
  isUnknown: false,
  isRetried: false,
};

test("what is open is cancelled or set aside, never retried", () => {
  assert.deepEqual(actionsFor(job), ["cancel", "quarantine"]);
  assert.deepEqual(actionsFor({ ...job, status: "pending" }), ["cancel", "set_priority", "quarantine"]);
  assert.deepEqual(actionsFor({ ...job, lastWebhook: true }), ["cancel", "replay_webhook", "quarantine"]);
});

test("what has failed is retried once, and refunded once", () => {
  const failed = { ...job, status: "failed" };
  assert.deepEqual(actionsFor(failed), ["retry", "refund", "delete"]);
  assert.deepEqual(actionsFor({ ...failed, isRetried: true, refund: "paid" }), ["delete"]);
});

test("what is done is only deleted", () => {
  assert.deepEqual(actionsFor({ ...job, status: "completed" }), ["delete"]);
});

test("what is set aside is let go first", () => {
  assert.deepEqual(actionsFor({ ...job, isSetAside: true }), ["release", "cancel", "refund"]);
});

test("of a post that nobody knows of one says whether it is there", () => {
  const actions = actionsFor({ ...job, status: "failed", isUnknown: true });
  assert.deepEqual(actions.slice(0, 2), ["there", "not_there"]);
  assert.deepEqual(actOf("not_there"), { action: "resolve", resolved: "not_there" });
});
