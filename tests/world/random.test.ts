import assert from "node:assert/strict";
import { randomOf } from "./random.ts";

Deno.test("the same seed gives the same numbers, another one others", () => {
  const draw = (seed: number) => {
    const random = randomOf(seed);
    return Array.from({ length: 5 }, () => random.next());
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

Deno.test("numbers are spread evenly between the two that were asked for", () => {
  const random = randomOf(1);
  const counts = new Array(10).fill(0);
  for (let n = 0; n < 10_000; n++) {
    const drawn = random.between(5, 15);
    assert.ok(drawn >= 5 && drawn < 15);
    counts[Math.floor(drawn) - 5]++;
  }
  assert.ok(Math.min(...counts) > 900 && Math.max(...counts) < 1100, counts.join(" "));
});

Deno.test("shuffling keeps every item", () => {
  const items = Array.from({ length: 50 }, (_, n) => n);
  const shuffled = randomOf(3).shuffled(items);
  assert.notDeepEqual(shuffled, items);
  assert.deepEqual(shuffled.toSorted((a, b) => a - b), items);
});
