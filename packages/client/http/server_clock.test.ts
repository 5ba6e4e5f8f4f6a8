import assert from "node:assert/strict";
import { createServerClock } from "./server_clock.ts";

const at = (ms: number) => new Date(ms).toISOString();

Deno.test("of several answers the quickest one is believed", () => {
  const clock = createServerClock(() => 10_000);
  clock.tell(at(6000), 4000, 6000); // somewhere from 0 to 2 s ahead
  assert.equal(clock.now(), 11_000);
  clock.tell(at(7005), 7000, 7010); // 0 to 10 ms
  assert.equal(clock.now(), 10_000);
  clock.tell(at(8900), 8000, 9000); // a slow one tells nothing new
  assert.equal(clock.now(), 10_000);
});

Deno.test("a clock that a person has set is noticed", () => {
  const clock = createServerClock(() => 0);
  clock.tell(at(1005), 1000, 1010);
  clock.tell(at(5_000_000), 2000, 2500);
  assert.equal(clock.now(), 5_000_000 - 2250);
});

Deno.test("what is no time changes nothing", () => {
  const clock = createServerClock(() => 7);
  for (const header of [null, "", "soon"]) clock.tell(header, 0, 1);
  assert.deepEqual([clock.now(), clock.guess()], [null, 7]);
});
