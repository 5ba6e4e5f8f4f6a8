import { expect, test } from "vitest";
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
  expect(actionsFor(job)).toEqual(["cancel", "quarantine"]);
  expect(actionsFor({ ...job, status: "pending" })).toEqual(["cancel", "set_priority", "quarantine"]);
  expect(actionsFor({ ...job, lastWebhook: true })).toEqual(["cancel", "replay_webhook", "quarantine"]);
});

test("what has failed is retried once, and refunded once", () => {
  const failed = { ...job, status: "failed" };
  expect(actionsFor(failed)).toEqual(["retry", "refund", "delete"]);
  expect(actionsFor({ ...failed, isRetried: true, refund: "paid" })).toEqual(["delete"]);
});

test("what is done is only deleted", () => {
  expect(actionsFor({ ...job, status: "completed" })).toEqual(["delete"]);
});

test("what is set aside is let go first", () => {
  expect(actionsFor({ ...job, isSetAside: true })).toEqual(["release", "cancel", "refund"]);
});

test("of a post that nobody knows of one says whether it is there", () => {
  const actions = actionsFor({ ...job, status: "failed", isUnknown: true });
  expect(actions.slice(0, 2)).toEqual(["there", "not_there"]);
  expect(actOf("not_there")).toEqual({ action: "resolve", resolved: "not_there" });
});
