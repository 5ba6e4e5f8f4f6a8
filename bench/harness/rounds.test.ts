import assert from "node:assert/strict";
import type { Measure, Side } from "../contenders/contender.ts";
import type { Options } from "./options.ts";
import { runMeasure } from "./rounds.ts";
import type { Server } from "../server/server.ts";

const SERVER = { analyze: () => Promise.resolve() } as Server; // these sides use no more of it
const OPTIONS: Options = {
  rounds: 3,
  seconds: 2,
  limitSeconds: 6,
  growthRows: 1,
  minutes: 1,
  only: [],
  profile: false,
};

function recorder() {
  const events: string[] = [];
  const side = (name: string, failsIn = Infinity): Side => ({
    name,
    open: () => {
      let rounds = 0;
      return Promise.resolve({
        round: (seconds: number) => {
          events.push(`${name} ${seconds}`);
          if (++rounds === failsIn) return Promise.reject(new Error("lost\nits connection"));
          return Promise.resolve({ "jobs/s": rounds });
        },
        close: () => Promise.resolve(void events.push(`${name} closed`)),
      });
    },
  });
  return { events, side };
}

Deno.test("the sides take turns, and nobody always runs first", async () => {
  const { events, side } = recorder();
  const result = await runMeasure({ name: "m", title: "M", sides: [side("a"), side("b")] }, SERVER, OPTIONS);
  assert.deepEqual(events, ["a 2", "b 2", "b 2", "a 2", "a 2", "b 2", "a closed", "b closed"]);
  assert.deepEqual(result.rounds.map(({ figures }) => figures["a"]?.["jobs/s"]), [1, 2, 3]);
  assert.ok(result.rounds.every(({ loadBefore, loadAfter }) => loadBefore >= 0 && loadAfter >= 0));
});

Deno.test("a measure may have its own time", async () => {
  const { events, side } = recorder();
  const measure: Measure = {
    name: "m",
    title: "M",
    sides: [side("a")],
    seconds: ({ limitSeconds, rounds }) => limitSeconds / rounds,
  };
  await runMeasure(measure, SERVER, { ...OPTIONS, limitSeconds: 12 });
  assert.equal(events[0], "a 4");
});

Deno.test("a side that cannot be opened or fails is left out with its reason, and the others go on", async () => {
  const { events, side } = recorder();
  const broken: Side = { name: "b", open: () => Promise.reject(new Error("not installed")) };
  const sides = [side("a", 2), broken, side("c")];
  const result = await runMeasure({ name: "m", title: "M", sides }, SERVER, OPTIONS);
  assert.deepEqual(result.absent, { a: "lost", b: "not installed" });
  assert.deepEqual(result.rounds.map(({ figures }) => Object.keys(figures).sort().join("")), [
    "ac",
    "c",
    "c",
  ]);
  assert.deepEqual(events.filter((event) => event.endsWith("closed")), ["a closed", "c closed"]);
});
