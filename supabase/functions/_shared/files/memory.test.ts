import assert from "node:assert/strict";
import fc from "fast-check";
import { Memory } from "./memory.ts";

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("no more is lent than there is, in the order in which it is asked for, and all of it comes back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      async (bytes, wanted, choices) => {
        const memory = new Memory(bytes);
        const begun: number[] = [];
        const held = new Map<number, () => void>();
        const all = wanted.map((size, index) =>
          memory.lend(size, () => {
            begun.push(index);
            return new Promise<void>((resolve) => held.set(index, resolve));
          })
        );
        for (let ended = 0; ended < wanted.length; ended++) {
          await settled();
          const sizes = [...held.keys()].map((index) => Math.min(wanted[index] ?? 0, bytes));
          const lent = sizes.reduce((sum, size) => sum + size, 0);
          assert.ok(lent <= bytes);
          const next = wanted[begun.length];
          assert.ok(
            next === undefined || lent + Math.min(next, bytes) > bytes,
            "none waits before free memory",
          );
          assert.equal(memory.relief() === undefined, begun.length === wanted.length);
          const [{ value: choice = 0 }] = [choices.next()];
          const index = [...held.keys()][choice % held.size] ?? 0;
          held.get(index)?.();
          held.delete(index);
        }
        await Promise.all(all);
        assert.deepEqual(begun, wanted.map((_, index) => index));
        assert.equal(memory.relief(), undefined);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("what fails gives its memory back", async () => {
  const memory = new Memory(1);
  await assert.rejects(memory.lend(1, () => Promise.reject(new TypeError("lost"))), /lost/);
  assert.equal(await memory.lend(1, () => Promise.resolve("next")), "next");
});
