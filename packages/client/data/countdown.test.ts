import fc from "fast-check";
import assert from "node:assert/strict";
import { type Asked, countDown } from "./countdown.ts";

const asked = (given: Partial<Asked> = {}): Asked => ({
  position: 5,
  exact: true,
  highDemand: false,
  ticket: 25,
  clock: 20,
  ...given,
});
const shown = (position: number) => ({ position, exact: true, highDemand: false });

Deno.test("the jobs of one user have a ticket each: they are counted exactly, and nobody is asked", () => {
  for (const [clock, position] of [[20, 5], [21, 4], [23, 2], [24, 1]] as const) {
    assert.deepEqual(countDown(asked(), shown(5), clock), { counted: shown(position), ask: false });
  }
});

Deno.test("where several users share tickets the place falls as the clock nears, and is asked for again", () => {
  const { counted, ask } = countDown(asked({ position: 40, ticket: 30 }), shown(40), 25);
  assert.deepEqual([counted?.position, counted?.exact, ask], [20, false, true]);
});

Deno.test("it is asked for again when the clock is not known, goes back, or has passed the job", () => {
  for (const clock of [undefined, 19, 25, 99]) assert.ok(countDown(asked(), shown(5), clock).ask, `${clock}`);
  assert.ok(countDown(asked({ clock: null }), shown(5), 21).ask);
  assert.ok(countDown(asked({ position: 1001, exact: false, ticket: 3000 }), shown(1001), 21).ask);
});

Deno.test("counting never raises a place, and never comes below 1", () => {
  const any = fc.record({
    position: fc.integer({ min: 1, max: 1001 }),
    ticket: fc.nat(2000),
    clock: fc.option(fc.nat(2000)),
    exact: fc.boolean(),
    highDemand: fc.boolean(),
  });
  fc.assert(fc.property(any, fc.array(fc.option(fc.nat(2000))), (asked, clocks) => {
    let place = shown(asked.position);
    for (const clock of clocks) {
      const { counted } = countDown(asked, place, clock ?? undefined);
      assert.ok(counted && counted.position <= place.position && counted.position >= 1);
      place = counted;
    }
  }));
});
