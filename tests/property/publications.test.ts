/**
 * Publications, whatever happens in whatever order: workers die before and after their commit, deadlines pass, owners
 * cancel, retry, look or leave. ESTEIRA_SEED repeats a run; ESTEIRA_PUBLICATIONS says how many plays there are (30 by default).
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { PublicationPlay } from "./publications_play.ts";
import { enablePublishing, Session } from "./publications_session.ts";
import { seedOfThisRun } from "./property.ts";

const COUNT = Number(Deno.env.get("ESTEIRA_PUBLICATIONS") ?? 30);

const move = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("publish" as const) },
    { weight: 20, arbitrary: fc.constant("commit" as const) },
    { weight: 9, arbitrary: fc.constantFrom("observe" as const, "look" as const, "give_up" as const) },
    { weight: 8, arbitrary: fc.constantFrom("pass_time" as const, "reap" as const) },
    { weight: 6, arbitrary: fc.constantFrom("cancel" as const, "retry" as const, "resolve" as const) },
    { weight: 4, arbitrary: fc.constantFrom("fail" as const, "hold" as const, "free" as const) },
    { weight: 1, arbitrary: fc.constant("leave" as const) },
  ),
  which: fc.nat(7),
  how: fc.nat(5),
});

Deno.test("a publication is there once, or nobody says that it failed", async () => {
  const seed = seedOfThisRun();
  console.log(`ESTEIRA_SEED=${seed} ESTEIRA_PUBLICATIONS=${COUNT}`);
  const cluster = await startDatabase(await readProject(SUPABASE));
  const session = new Session(cluster);
  try {
    await enablePublishing(session, 2);
    const property = fc.asyncProperty(
      fc.array(move, { minLength: 20, maxLength: 45, size: "max" }),
      async (moves) => {
        const play = await PublicationPlay.begin(session);
        try {
          for (const each of moves) await play.make(each);
          await play.rest();
        } finally {
          await play.undo();
        }
      },
    );
    const run = await fc.check(property, { seed, numRuns: COUNT, endOnFailure: true });
    assert(!run.failed, `${JSON.stringify(run.counterexample)}\n${run.errorInstance}`);
  } finally {
    await session.close();
    await cluster.stop();
  }
});
