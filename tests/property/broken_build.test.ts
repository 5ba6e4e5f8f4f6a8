/** What the property is worth: an engine with one guard taken out is found out. */
import assert from "node:assert/strict";
import type { Migration } from "@esteira/local-supabase/postgres/migrations";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { startEngine } from "./databases.ts";
import { findCounterexample, seedOfThisRun } from "./property.ts";

/** Far more than it takes: the search ends with the first that fails, on average after a hundred at most. */
const SEQUENCES = 3000;

/** One guard: the function it stands in, and what stands there without it. */
interface Breakage {
  without: string;
  function: string;
  /** Must occur once in the function. */
  guard: string;
  instead: string;
}

const breakages: Breakage[] = [
  {
    without: "the trigger that keeps terminal states",
    function: "private.guard_job",
    guard:
      "if old.status in ('completed', 'failed', 'cancelled') and new.status is distinct from old.status then",
    instead: "if false then",
  },
  {
    without: "the look for an earlier refund",
    function: "private.refund",
    guard:
      "and not exists (select from public.credit_entries r where r.job_id = p_job_id and r.kind = 'refund')",
    instead: "",
  },
  {
    without: "freeing the slot of a completed job",
    function: "worker.complete",
    guard: "    v_is_free := private.free_slot(p_job_id);\n",
    instead: "",
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
    without: "the refund of a cancelled job",
    function: "public.cancel_job",
    guard: "v_balance := private.refund(v_job.user_id, p_job_id);",
    instead: "",
  },
  {
    without: "the version of a change",
    function: "private.guard_job",
    guard: "new.version := old.version + 1;",
    instead: "",
  },
  {
    without: "telling a failure that was reported before",
    function: "worker.attempt_failed",
    guard:
      "when v_attempt.outcome in ('succeeded', 'failed', 'retried', 'waited', 'paused', 'orphaned') then 'duplicate'",
    instead: "when false then 'duplicate'",
  },
];

/** The migrations with one guard taken out. */
function breakOne(migrations: Migration[], { function: name, guard, instead }: Breakage): Migration[] {
  const head = `create function ${name}(`;
  const meant = migrations.find(({ sql }) => sql.includes(head));
  assert.ok(meant, `A migration makes ${name}`);
  const start = meant.sql.indexOf(head);
  const end = meant.sql.indexOf("\n$$;\n", start);
  const body = meant.sql.slice(start, end);
  assert.equal(body.split(guard).length, 2, `${name} has this once: ${guard}`);
  const sql = meant.sql.slice(0, start) + body.replace(guard, () => instead) + meant.sql.slice(end);
  return migrations.map((migration) => migration === meant ? { ...migration, sql } : migration);
}

for (const breakage of breakages) {
  Deno.test(`an engine without ${breakage.without} is found out`, async () => {
    const project = await readProject(SUPABASE);
    const seed = seedOfThisRun();
    const engine = await startEngine({ ...project, migrations: breakOne(project.migrations, breakage) });
    try {
      const found = await findCounterexample(engine, { seed, count: SEQUENCES, shrink: false });
      assert.ok(found, `${SEQUENCES} sequences of seed ${seed} met nothing wrong`);
    } finally {
      await engine.stop();
    }
  });
}
