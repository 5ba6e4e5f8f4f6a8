import assert from "node:assert/strict";
import fc from "fast-check";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { Admission } from "./admission.ts";

const isOverloaded = (error: unknown) => error instanceof EsteiraError && error.code === "overloaded";
const nobodyListens = () => {};

Deno.test("so many are under way at most, who is refused is so at once, and whoever leaves makes room for one", async () => {
  // true: somebody comes; false: who has been there longest leaves.
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), fc.nat(4), async (moves, most) => {
      const admission = new Admission(most, nobodyListens);
      const inside: { leave: () => void; gone: Promise<void> }[] = [];
      for (const comes of moves) {
        if (comes) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const gone = admission.through(() => promise);
          if (inside.length < most) inside.push({ leave: resolve, gone });
          else await assert.rejects(gone, isOverloaded);
        } else {
          const first = inside.shift();
          first?.leave();
          await first?.gone;
        }
        assert.equal(admission.inside, inside.length);
      }
      for (const { leave, gone } of inside) await (leave(), gone);
      assert.equal(admission.inside, 0);
    }),
  );
});

Deno.test("who fails leaves as well", async () => {
  const admission = new Admission(1, nobodyListens);
  for (let time = 0; time < 3; time++) {
    await assert.rejects(admission.through(() => Promise.reject(new RangeError("7"))), RangeError);
  }
  assert.equal(admission.inside, 0);
});

Deno.test("a flood is one line a second, which says how many were refused since the last", async () => {
  let now = 0;
  const lines: number[] = [];
  const admission = new Admission(0, (refused) => lines.push(refused), () => now);
  const come = async (times: number) => {
    for (let time = 0; time < times; time++) {
      await assert.rejects(admission.through(() => Promise.resolve()), isOverloaded);
    }
  };
  await come(300);
  assert.deepEqual(lines, [1]);
  now = 999;
  await come(1);
  now = 1_000;
  await come(1);
  assert.deepEqual(lines, [1, 301]);
});
