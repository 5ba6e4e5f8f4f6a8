import assert from "node:assert/strict";
import { judge } from "./checks/every_check.ts";
import { evidenceWith } from "./evidence_fixture.ts";
import { aliveOf, slowestOf, storiesOf, tableOf, verdictOf } from "./report.ts";

Deno.test("the table has a line for each fault and provider, with the slowest job", () => {
  const [head, line, ...rest] = tableOf(evidenceWith());
  assert.match(head ?? "", /^fault +provider +expected +jobs +completed/);
  assert.match(line ?? "", /^calm +kie +completed +1 +1 +0 +0 +5\.0 s +5\.0 s$/);
  assert.deepEqual(rest, []);
});

Deno.test("it says which ends were excused, and why", () => {
  const cancelled = evidenceWith({ scenario: { name: "cancelled", ends: "cancelled" } });
  assert.match(tableOf(cancelled)[1] ?? "", /1 \(done before the cancel\)/);
});

Deno.test("each fault has its slowest job of any provider", () => {
  assert.deepEqual(slowestOf(evidenceWith()), ["calm  kie  5.0 s"]);
});

Deno.test("it says how many tasks were alive at the same time, of how many", () => {
  assert.deepEqual(aliveOf(evidenceWith()), ["kie 1 of 1"]);
});

Deno.test("what is known of a job is told when something speaks against it, and of no other", () => {
  const evidence = evidenceWith({ all: { stolen: [{ jobId: "job", path: "user/job/1-0.png" }] } });
  const [name, job, attempt, task, end, ...more] = storiesOf(evidence, judge(evidence));
  assert.deepEqual([name, end, more], ["kie-calm-0 {}", "", []]);
  assert.deepEqual([job, attempt, task].map((line) => Object.keys(JSON.parse(line ?? "{}"))[0]), [
    "id",
    "job_id",
    "provider",
  ]);
  assert.deepEqual(storiesOf(evidenceWith(), []), []);
});

Deno.test("the verdict names each claim, and what speaks against one", () => {
  const text = verdictOf(judge(evidenceWith({ all: { busySlots: 2 } }))).join("\n");
  assert.match(text, /FAILS {2}slots are free and queues are empty\n +2 slots are held/);
  const claims = judge(evidenceWith()).length;
  assert.equal(text.match(/ {2}holds {2}/g)?.length, claims - 1);
});
