import assert from "node:assert/strict";
import fc from "fast-check";
import { jobsCursor } from "../../../../shared/requests/lists.ts";
import { jobsCursorOf, placeOfCursor } from "./cursor.ts";

const ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";

Deno.test("a cursor names its place to the microsecond, and is one of the contract's", () => {
  const places = fc.record({
    second: fc.date({
      min: new Date("1970-01-01T00:00:00Z"),
      max: new Date("2999-12-31T23:59:59Z"),
      noInvalidDate: true,
    }),
    micros: fc.integer({ min: 0, max: 999_999 }),
    id: fc.uuid(),
  });
  fc.assert(fc.property(places, ({ second, micros, id }) => {
    const createdAt = `${second.toISOString().slice(0, 19)}.${String(micros).padStart(6, "0")}Z`;
    const cursor = jobsCursorOf({ createdAt, id });
    assert.equal(jobsCursor.parse(cursor), cursor);
    assert.deepEqual(placeOfCursor(cursor), { createdAt, id });
  }));
});

Deno.test("times are read as the Data API writes them: without the zeros at their end, in any zone", () => {
  const at = (createdAt: string) => placeOfCursor(jobsCursorOf({ createdAt, id: ID })).createdAt;
  assert.equal(at("2026-11-01T12:00:00+00:00"), "2026-11-01T12:00:00.000000Z");
  assert.equal(at("2026-11-01T12:00:00.5+00:00"), "2026-11-01T12:00:00.500000Z");
  assert.equal(at("2026-11-01T12:00:00.123456-03:00"), "2026-11-01T15:00:00.123456Z");
});

Deno.test("whatever the contract takes for a cursor names a time that PostgreSQL takes", () => {
  fc.assert(fc.property(fc.stringMatching(/^\d{1,17}$/), (digits) => {
    const cursor = jobsCursor.parse(`${digits}_${ID}`);
    assert.match(placeOfCursor(cursor).createdAt, /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  }));
});

Deno.test("what is no cursor is refused", () => {
  for (
    const cursor of [
      "",
      ID,
      "1_2",
      `_${ID}`,
      `-1_${ID}`,
      `1.5_${ID}`,
      `${"9".repeat(18)}_${ID}`,
      `1_${ID}0`,
      `1_${ID}\0`,
    ]
  ) {
    assert.equal(jobsCursor.safeParse(cursor).success, false, cursor);
  }
});
