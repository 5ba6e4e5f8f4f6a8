/**
 * Whatever is done in whatever order, one can say why a job stands where it stands: after each move every open job has exactly
 * one first verdict, and none that has ended waits. ESTEIRA_SEED repeats a run; ESTEIRA_VERDICTS says how many plays there are
 * (8 by default), as many with publications.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { verdictProblems } from "../world/verdict_rule.ts";
import { type RunningEngine, startEngine } from "./databases.ts";
import type { Engine } from "./play.ts";
import { findCounterexample, seedOfThisRun } from "./property.ts";
import { publicationMoves } from "./publication_moves.ts";
import { PublicationPlay } from "./publications_play.ts";
import { enablePublishing, Session } from "./publications_session.ts";

const COUNT = Number(Deno.env.get("ESTEIRA_VERDICTS") ?? 8);
const RULE = verdictProblems("select id from public.jobs");

/** The engine, asked after each move why every job stands where it stands. */
const asked = (engine: RunningEngine): Engine => ({
  begin: (setting) => engine.begin(setting),
  undo: () => engine.undo(),
  async act(call) {
    const seen = await engine.act(call);
    const problems = await engine.query(RULE) as { problem: string }[];
    return { ...seen, broken: [...seen.broken, ...problems.map(({ problem }) => problem)] };
  },
});

Deno.test("whatever is done to jobs, an open one has one first verdict, and none that has ended waits", async () => {
  const seed = seedOfThisRun();
  console.log(`ESTEIRA_SEED=${seed} ESTEIRA_VERDICTS=${COUNT}`);
  const engine = await startEngine(await readProject(SUPABASE));
  try {
    const report = await findCounterexample(asked(engine), { seed, count: COUNT, shrink: false });
    assert.equal(report, undefined, report);
    // And it would be noticed: one link that says nothing of jobs that wait.
    await engine.query(`create or replace function private.findings_of_waiting(
      p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz
    ) returns setof private.finding language plpgsql as 'begin end'`);
    const broken = await findCounterexample(asked(engine), { seed, count: COUNT, shrink: false });
    assert.match(broken ?? "", /0 first verdicts/);
  } finally {
    await engine.stop();
  }
});

Deno.test("nor is a publication without one, whatever becomes of it", async () => {
  const seed = seedOfThisRun();
  console.log(`ESTEIRA_SEED=${seed} ESTEIRA_VERDICTS=${COUNT}`);
  const cluster = await startDatabase(await readProject(SUPABASE));
  const session = new Session(cluster);
  try {
    await enablePublishing(session, 2);
    const property = fc.asyncProperty(publicationMoves(40), async (moves) => {
      const play = await PublicationPlay.begin(session, { "each is explained": RULE });
      try {
        for (const each of moves) await play.make(each);
      } finally {
        await play.undo();
      }
    });
    const run = await fc.check(property, { seed, numRuns: COUNT, endOnFailure: true });
    assert(!run.failed, `${JSON.stringify(run.counterexample)}\n${run.errorInstance}`);
  } finally {
    await session.close();
    await cluster.stop();
  }
});
