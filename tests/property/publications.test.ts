/**
 * Publications, whatever happens in whatever order: workers die before and after their commit, deadlines pass, owners
 * cancel, retry, look or leave. ESTEIRA_SEED repeats a run; ESTEIRA_PUBLICATIONS says how many plays there are (30 by default).
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { publicationMoves } from "./publication_moves.ts";
import { PublicationPlay } from "./publications_play.ts";
import { enablePublishing, Session } from "./publications_session.ts";
import { seedOfThisRun } from "./property.ts";

const COUNT = Number(Deno.env.get("ESTEIRA_PUBLICATIONS") ?? 30);

Deno.test("a publication is there once, or nobody says that it failed", async () => {
  const seed = seedOfThisRun();
  console.log(`ESTEIRA_SEED=${seed} ESTEIRA_PUBLICATIONS=${COUNT}`);
  const cluster = await startDatabase(await readProject(SUPABASE));
  const session = new Session(cluster);
  try {
    await enablePublishing(session, 2);
    const property = fc.asyncProperty(
      publicationMoves(45),
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
