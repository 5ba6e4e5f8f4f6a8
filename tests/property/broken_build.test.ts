/**
 * What the property is worth: an engine with one guard taken out is found out by chance alone. A run breaks four guards,
 * drawn by chance (ESTEIRA_SEED repeats them); `npm run test:long` breaks them all.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { type Breakage, broken, guardStands } from "./breakages.ts";
import { type RunningEngine, startEngine } from "./databases.ts";
import { findCounterexample, seedOfThisRun } from "./property.ts";

/** Far more than it takes: the search ends with the first that fails, on average after a few dozen at most. */
const PLAYS = 1500;

interface Broken extends Breakage {
  without: string;
}

const breakages: Broken[] = [
  {
    without: "the trigger that keeps terminal states",
    function: "private.guard_job",
    guard:
      "if old.status in ('completed', 'failed', 'cancelled') and new.status is distinct from old.status then",
    instead: "if false then",
  },
  {
    without: "the version of a change",
    function: "private.guard_job",
    guard: "new.version := old.version + 1;",
    instead: "",
  },
  {
    without: "the look for an earlier refund",
    function: "private.refund",
    guard:
      "and not exists (select from public.credit_entries r where r.job_id = p_job_id and r.kind = 'refund')",
    instead: "",
  },
  {
    without: "freeing the slot of what has succeeded",
    function: "private.accept_success",
    guard:
      "if not exists (select from private.cancels where token = p_attempt.token)\n       or not worker.task_over(p_attempt.token, 'succeeded') then\n      perform private.free_slot(p_attempt.slot_id, p_attempt.token);\n    end if;",
    instead: "null;",
  },
  {
    without: "telling a webhook that came twice",
    function: "worker.webhook",
    guard:
      "  on conflict (provider, dedupe_key) do nothing;\n  if not found then return jsonb_build_object('verdict', 'duplicate'); end if;",
    instead: "  on conflict (provider, dedupe_key) do nothing;",
  },
  {
    without: "removing slots that retire",
    function: "private.free_slot",
    guard: "  if v_slot.is_retiring then delete from private.slots where slot_id = v_slot.slot_id;\n  else ",
    instead: "  if true then ",
  },
  {
    without: "the pause of an account",
    function: "private.pair_free_slots",
    guard: "        and coalesce(a.paused_until <= private.now(), true)\n",
    instead: "",
  },
  {
    without: "the refund of what was cancelled in time",
    function: "private.end_for_cancel",
    guard: "if refund = 'paid' then",
    instead: "if false then",
  },
  {
    without: "waiting for the end of a cancelled task",
    function: "private.end_for_cancel",
    guard: "when not v_may_live or v_terms = 'always' then 'paid'",
    instead: "when true then 'paid'",
  },
  {
    without: "telling a failure that was reported before",
    function: "private.note_late_failure",
    guard: "    return 'duplicate';\n",
    instead: "    return 'late';\n",
  },
  {
    without: "the row that a deadline leaves",
    function: "private.end_attempt",
    guard:
      "if v_may_live then perform private.leave_cancel(p_job, p_attempt, p_reason, p_at);\n  else perform",
    instead: "if not v_may_live then perform",
  },
  {
    without: "the end of a lease outside",
    function: "private.end_expired_leases",
    guard: "a.leased_until < (select private.now())",
    instead: "a.leased_until < private.now() - interval '1 year'",
  },
];

const SEED = seedOfThisRun();
const ALL = Deno.env.get("ESTEIRA_SEQUENCES") !== undefined;
const drawn = ALL ? breakages : fc.sample(fc.shuffledSubarray(breakages, { minLength: 4, maxLength: 4 }), {
  seed: SEED,
  numRuns: 1,
}).flat();

let engine: RunningEngine;
Deno.test.beforeAll(async () => {
  engine = await startEngine(await readProject(SUPABASE));
});
Deno.test.afterAll(async () => await engine.stop());

Deno.test("each guard stands where its breakage takes it out, drawn or not", async () => {
  for (const breakage of breakages) await guardStands(engine.query, breakage);
});

for (const breakage of drawn) {
  Deno.test(`an engine without ${breakage.without} is found out`, async () => {
    const found = await broken(
      engine.query,
      [breakage],
      async () => await findCounterexample(engine, { seed: SEED, count: PLAYS, shrink: false }),
    );
    assert.ok(found, `${PLAYS} plays of seed ${SEED} met nothing wrong`);
  });
}
