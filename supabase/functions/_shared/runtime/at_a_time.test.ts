import assert from "node:assert/strict";
import fc from "fast-check";
import { atATime } from "./at_a_time.ts";

Deno.test("each is done once, in order of outcome, never more than so many at a time, whatever fails", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 5 }), async (items, width) => {
      let now = 0;
      let most = 0;
      const outcomes = await atATime(width, items, async (item) => {
        most = Math.max(most, ++now);
        for (let turn = 0; turn <= item; turn++) await Promise.resolve();
        now--;
        if (item % 3 === 0) throw item;
        return item * 2;
      });
      assert.deepEqual(
        outcomes,
        items.map((item) => item % 3 === 0 ? { ok: false, error: item } : { ok: true, value: item * 2 }),
      );
      assert.ok(most <= width);
      assert.equal(most, Math.min(width, items.length), "and as many as may be");
    }),
  );
});
