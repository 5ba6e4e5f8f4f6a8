import { assert, test } from "vitest";
import { type Channel, liveShare } from "./answers.ts";
import { checkKind } from "./check_kind.ts";

const channel = (name: string | null, percent: number | null): Channel => ({
  channel: name,
  users: 1,
  changes: 1,
  percent,
  terminal: 0,
  terminal_percent: null,
  missed: 0,
  missed_percent: 0,
  late_p50_ms: null,
  late_p95_ms: null,
  late_p99_ms: null,
  late_max_ms: null,
  by_hour: { changes: [1], missed: [0], late_p50_ms: [null], late_p95_ms: [null] },
});

test("what was told by socket or stream was learned live", () => {
  const channels = [
    channel(null, 100),
    channel("realtime", 70),
    channel("poll", 20),
    channel("sse", 5),
    channel("snapshot", 5),
  ];
  assert.strictEqual(liveShare(channels), 0.75);
  assert.strictEqual(liveShare([channel(null, 100), channel("poll", 100)]), 0);
  assert.strictEqual(liveShare([]), null);
});

test("a check of the doctor is known by its name", () => {
  const kinds = {
    jobs_broadcast_trigger: "trigger",
    "users listen to their own jobs": "policy",
    "read public.jobs": "read",
    "private topics": "private topics",
    deliveries: "deliveries",
  };
  for (const [check_name, kind] of Object.entries(kinds)) assert.strictEqual(checkKind({ check_name }), kind);
});
