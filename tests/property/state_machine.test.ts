/** ESTEIRA_SEED repeats a run; ESTEIRA_SEQUENCES says how many plays there are (400 by default). */
import assert from "node:assert/strict";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { startEngine } from "./databases.ts";
import { findCounterexample, seedOfThisRun } from "./property.ts";

const LANES = 2; // plays at once; each in a server of its own, so that none waits for another

Deno.test("whatever is done in whatever order, the engine does what the model says", async () => {
  const seed = seedOfThisRun();
  const count = Number(Deno.env.get("ESTEIRA_SEQUENCES") ?? 400);
  console.log(`ESTEIRA_SEED=${seed} ESTEIRA_SEQUENCES=${count}`);
  const project = await readProject(SUPABASE);
  const first = await startEngine(project); // alone: it may have to build the template that the others copy
  const engines = [
    first,
    ...await Promise.all(Array.from({ length: LANES - 1 }, () => startEngine(project))),
  ];
  try {
    const reports = await Promise.all(
      engines.map((engine, i) =>
        findCounterexample(engine, { seed: seed + i, count: Math.ceil(count / LANES), shrink: true })
      ),
    );
    const found = reports.filter((report) => report !== undefined);
    assert.equal(found.length, 0, found.join("\n\n"));
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
});
