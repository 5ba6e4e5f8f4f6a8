import { expect, test } from "vitest";
import { type Account, setSecretSql, stateOf } from "./account.ts";

const ready: Account = {
  account_id: 1,
  lane: "fal",
  provider: "fal",
  delivery: "webhook",
  name: "main",
  capacity: 3,
  running: 1,
  retiring: 0,
  key: "present",
  secret_name: "fal_key",
  webhook_secret: "not_needed",
  webhook_secret_name: null,
  is_paused: false,
  paused_until: null,
  pause_reason: null,
  pause_left_ms: null,
  is_lane_paused: false,
  is_circuit_open: false,
  retired_at: null,
};

test("an account is told by what keeps it from starting jobs, the gravest first", () => {
  expect(stateOf(ready)).toBe("ready");
  expect(stateOf({ ...ready, running: 3 })).toBe("full");
  expect(stateOf({ ...ready, capacity: 0, running: 0 })).toBe("no_slots");
  expect(stateOf({ ...ready, is_circuit_open: true, running: 3 })).toBe("lane_down");
  expect(stateOf({ ...ready, is_lane_paused: true, is_circuit_open: true })).toBe("lane_paused");
  expect(stateOf({ ...ready, is_paused: true, is_lane_paused: true })).toBe("paused");
  expect(stateOf({ ...ready, key: "missing", is_paused: true })).toBe("key_missing");
  expect(stateOf({ ...ready, webhook_secret: "missing" })).toBe("key_missing");
  expect(stateOf({ ...ready, retired_at: "2026-01-01T00:00:00Z", key: "missing" })).toBe("retired");
});

test("the SQL that puts a secret in quotes its name", () => {
  expect(setSecretSql("it's")).toBe("select ops.set_secret('it''s', '<secret>');");
});
