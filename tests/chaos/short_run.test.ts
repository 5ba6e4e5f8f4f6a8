import assert from "node:assert/strict";
import { tableOf, verdictOf } from "./report.ts";
import { run } from "./run.ts";

// Of two in three of the faults that do not wait for minutes one job each.
const JOBS = 200;
const SEED = 20261101;

Deno.test({
  name:
    "faults, cancels and deletions at once, kills and a crash: every job comes right, no slot or credit is lost",
  ignore: Deno.env.get("ESTEIRA_STACK") === "supabase", // not ours to break
  // What a killed process was answering is let go with it, which the sanitizers take for a leak.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const options = { jobs: JOBS, seed: SEED, isShort: true, isBig: false, only: [], killEveryMs: 3_000 };
    const { evidence, findings, disturbed } = await run(options);
    const verdict = [...tableOf(evidence), ...verdictOf(findings)].join("\n");
    assert.ok(findings.every(({ problems }) => problems.length === 0), `--seed ${SEED}\n${verdict}`);
    assert.ok(disturbed.kills.length > 0 && disturbed.crashes.length === 1);
  },
});
