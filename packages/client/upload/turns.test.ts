import assert from "node:assert/strict";
import type { Locks } from "../live/surroundings.ts";
import { createTurns } from "./turns.ts";

/** The locks of a browser, shared by its tabs. */
function fakeLocks(): Locks {
  const held = new Set<string>();
  return {
    async request(name, _options, run) {
      if (held.has(name)) return await run(null);
      held.add(name);
      await run({}).finally(() => held.delete(name));
    },
  };
}

/** Runs something at both, the second while the first is under way; returns who was told to be alone. */
async function both(
  first: ReturnType<typeof createTurns>,
  second: ReturnType<typeof createTurns>,
  other = "a",
) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const one = first.with("a", async (isAlone) => (await promise, isAlone));
  const two = await second.with(other, (isAlone) => Promise.resolve(isAlone));
  resolve();
  return [await one, two, await second.with("a", (isAlone) => Promise.resolve(isAlone))];
}

Deno.test("one upload of a file goes on with it at a time, in one program", async () => {
  const turns = createTurns(undefined);
  assert.deepEqual(await both(turns, turns), [true, false, true]);
  assert.deepEqual(await both(turns, turns, "b"), [true, true, true]);
});

Deno.test("one tab of a browser goes on with an upload at a time", async () => {
  const locks = fakeLocks();
  assert.deepEqual(await both(createTurns(locks), createTurns(locks)), [true, false, true]);
});

Deno.test("an upload that fails gives its turn back, and its error goes to whoever asked", async () => {
  for (const turns of [createTurns(undefined), createTurns(fakeLocks())]) {
    await assert.rejects(turns.with("a", () => Promise.reject(new Error("cut"))), /cut/);
    assert.equal(await turns.with("a", (isAlone) => Promise.resolve(isAlone)), true);
  }
});

Deno.test("a page that may use no locks uploads all the same", async () => {
  const turns = createTurns({ request: () => Promise.reject(new DOMException("no", "SecurityError")) });
  assert.equal(await turns.with("a", (isAlone) => Promise.resolve(isAlone)), true);
});
