/** ESTEIRA_SEED repeats a run; ESTEIRA_SEQUENCES says how many plays there are (200 by default). */
import { createClient as createNewest } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import fc from "fast-check";
import { createClient as createOldest } from "supabase-js-oldest";
import { type Move, moves } from "./testing/fake_moves.ts";
import { play, type PlayOptions } from "./testing/fake_play.ts";

/** `isOldest`: with the first supabase-js of the peer range, whose Realtime is another one; the two are typed apart. */
type Options = Omit<PlayOptions, "createClient"> & { readonly isOldest?: boolean };

function playWith(moves: readonly Move[], { isOldest = false, ...options }: Options): Promise<void> {
  return play(moves, { ...options, createClient: isOldest ? createOldest as never : createNewest });
}

const options: fc.Arbitrary<Options> = fc.record({
  seed: fc.nat(),
  shareTabs: fc.boolean(),
  givesTokens: fc.boolean(),
  leavesBehind: fc.boolean(),
  refusesReplay: fc.boolean(),
  isOldest: fc.boolean(),
});

Deno.test("whatever happens in whatever order, every screen shows the rows within one poll", async () => {
  const seed = Number(Deno.env.get("ESTEIRA_SEED") ?? Math.floor(Math.random() * 2 ** 31));
  const numRuns = Number(Deno.env.get("ESTEIRA_SEQUENCES") ?? 200);
  console.log(`ESTEIRA_SEED=${seed} ESTEIRA_SEQUENCES=${numRuns}`);
  const run = await fc.check(fc.asyncProperty(moves, options, playWith), { seed, numRuns });
  const { counterexample, errorInstance, numShrinks } = run;
  const reason = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance);
  assert.ok(!run.failed, `shortened ${numShrinks} times:\n${JSON.stringify(counterexample)}\n${reason}`);
});

/** The shortest plays that have once gone wrong. */
const FOUND: Readonly<Record<string, { readonly moves: readonly Move[]; readonly options: Options }>> = {
  "a new leader passes on what another tab has been joined to since before": {
    moves: [
      { move: "open", tab: 2 },
      { move: "sign-in", tab: 0, user: "bob", lifetime: 100 },
      { move: "commit", user: "anna", row: "a", delivery: [0] },
    ],
    options: { shareTabs: true },
  },
  "who signs out while a dead socket is being closed leaves none behind": {
    moves: [{ move: "offline" }, { move: "pass", ms: 24_720 }, { move: "sign-out", tab: 0 }],
    options: { shareTabs: false },
  },
  "what is doubted twice at once is read once, and then again": {
    moves: [{ move: "retry", tab: 0 }, { move: "retry", tab: 0 }],
    options: { shareTabs: false },
  },
  "a project that was away while a token expired is read as soon as the token is renewed": {
    moves: [
      { move: "project-down" },
      { move: "sleep", ms: 86_400_000 },
      { move: "commit", user: "anna", row: "a", delivery: [0] },
      { move: "pass", ms: 13_000 },
    ],
    options: { shareTabs: true },
  },
};

for (const [name, { moves, options }] of Object.entries(FOUND)) {
  Deno.test(name, () => playWith(moves, options));
}
