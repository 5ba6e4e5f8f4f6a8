import assert from "node:assert/strict";
import { mix, played } from "./mixture.ts";
import { UsageError } from "./options.ts";
import { randomOf } from "../world/random.ts";
import { SCENARIOS } from "./scenarios/every_scenario.ts";
import { markOf, PROVIDERS } from "./scenarios/scenario.ts";

const FULL = { users: 5, isShort: false, isBig: false, only: [] };

Deno.test("the same seed mixes the same jobs, another one others", () => {
  const mixed = (seed: number) => mix(SCENARIOS, randomOf(seed), { ...FULL, jobs: 300 });
  assert.deepEqual(mixed(4), mixed(4));
  assert.notDeepEqual(mixed(4), mixed(5));
});

Deno.test("every scenario has as many jobs as any other, but for those that are bounded", () => {
  const jobs = mix(SCENARIOS, randomOf(1), { ...FULL, jobs: 1_000 });
  assert.equal(jobs.length, 1_000);
  const counts = played(SCENARIOS, FULL).map(({ provider, name, atMost = Infinity }) => ({
    count: jobs.filter(({ scenario }) => scenario.provider === provider && scenario.name === name).length,
    atMost,
  }));
  const unbounded = counts.filter(({ atMost }) => atMost === Infinity).map(({ count }) => count);
  assert.ok(Math.max(...unbounded) - Math.min(...unbounded) <= 1);
  assert.ok(counts.every(({ count, atMost }) => count <= atMost));
});

Deno.test("a short run leaves out what takes minutes, and only a big one has huge results", () => {
  assert.ok(played(SCENARIOS, { ...FULL, isShort: true }).every(({ takesMinutes }) => !takesMinutes));
  assert.ok(played(SCENARIOS, FULL).some(({ takesMinutes }) => takesMinutes));
  assert.ok(!played(SCENARIOS, FULL).some(({ isHuge }) => isHuge));
  assert.ok(played(SCENARIOS, { ...FULL, isBig: true }).some(({ isHuge }) => isHuge));
});

Deno.test("some scenarios alone are played, as often as they may be", () => {
  const only = ["big_output", "huge_output"];
  const jobs = mix(SCENARIOS, randomOf(1), { ...FULL, isBig: true, only, jobs: 100 });
  assert.deepEqual(new Set(jobs.map(({ scenario }) => scenario.name)), new Set(only));
  assert.equal(jobs.length, 4 * (2 + 1));
});

Deno.test("a run that would play nothing, or not what was asked for, is refused", () => {
  assert.throws(() => played(SCENARIOS, { ...FULL, only: ["calm", "lost_webhok"] }), UsageError);
  assert.throws(() => played(SCENARIOS, { ...FULL, only: ["huge_output"] }), UsageError);
});

Deno.test("those who leave have more jobs of their own, whose texts tell whose they are", () => {
  const options = { ...FULL, jobs: 300, leavers: 2 };
  const jobs = mix(SCENARIOS, randomOf(3), options);
  const theirs = jobs.filter(({ user }) => user >= FULL.users);
  assert.equal(jobs.length - theirs.length, 300);
  assert.deepEqual(jobs.slice(0, 300), mix(SCENARIOS, randomOf(3), { ...FULL, jobs: 300 }));
  assert.deepEqual(new Set(theirs.map(({ user }) => user)), new Set([5, 6]));
  assert.ok(theirs.every(({ scenario: { tool } }) => tool === undefined));
});

Deno.test("what is to end cancelled has a moment for it, and nothing else has", () => {
  const jobs = mix(SCENARIOS, randomOf(1), { ...FULL, jobs: 1_000 });
  assert.ok(jobs.every(({ scenario, cancel }) => (scenario.ends === "cancelled") === (cancel !== undefined)));
  const steps = new Set(jobs.flatMap(({ cancel }) => cancel ? [cancel.step] : []));
  assert.deepEqual(steps, new Set([undefined, "starting", "running", "webhook_received"]));
});

Deno.test("no scenario's mark is found in the text of another one's job", () => {
  for (const scenario of SCENARIOS) {
    const text = `${markOf(scenario)}17`;
    const found = SCENARIOS.filter((other) => text.includes(markOf(other)));
    assert.deepEqual(found, [scenario]);
  }
});

Deno.test("every provider is there", () => {
  assert.deepEqual(new Set(SCENARIOS.map(({ provider }) => provider)), new Set(PROVIDERS));
});
