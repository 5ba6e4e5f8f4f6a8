import assert from "node:assert/strict";
import { Snowflakes } from "./snowflake.ts";

Deno.test("ids have 19 digits and never survive a JavaScript number", () => {
  const ids = new Snowflakes();
  for (let n = 0; n < 10_000; n++) {
    const id = ids.next();
    assert.match(id, /^\d{19}$/);
    assert.notEqual(BigInt(Number(id)), BigInt(id));
  }
});

Deno.test("ids grow, also within a millisecond and when the clock goes back", () => {
  let ms = Date.UTC(2026, 0, 1);
  const ids = new Snowflakes(() => ms);
  let last = 0n;
  for (let n = 0; n < 10_000; n++) {
    if (n === 3_000) ms += 5;
    if (n === 6_000) ms -= 60_000;
    const id = BigInt(ids.next());
    assert.ok(id > last, `id ${n} is not larger than the one before`);
    last = id;
  }
});
