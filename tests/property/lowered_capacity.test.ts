import assert from "node:assert/strict";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { startEngine } from "./databases.ts";
import type { Operation, Sequence } from "./operations.ts";

Deno.test("an account whose capacity was lowered starts nothing until it runs less than that", async () => {
  const create: Operation = {
    kind: "create",
    user: "ana",
    tool: "paid",
    priority: 0,
    runIn: null,
    key: null,
  };
  const sequence: Sequence = {
    a: 2,
    b: 0,
    maxActive: null,
    maxWaiting: null,
    rate: null,
    operations: [
      create,
      create,
      { kind: "setCapacity", account: "a", capacity: 1 },
      { kind: "complete", job: 0, among: "all", attempt: "current", acknowledge: "none" },
      create,
    ],
  };
  const engine = await startEngine(await readProject(SUPABASE));
  try {
    const last = (await engine.play(sequence)).at(-1);
    const busy = last?.slots.filter((slot) => Array.isArray(slot) && slot[1] !== null);
    assert.equal(busy?.length, 1, `of ${JSON.stringify(last?.slots)}, only the second job's is to be busy`);
  } finally {
    await engine.stop();
  }
});
