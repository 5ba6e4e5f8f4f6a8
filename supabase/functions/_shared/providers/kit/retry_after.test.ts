import fc from "fast-check";
import assert from "node:assert/strict";
import type { RetryClass } from "../../engine/failure.ts";
import { parseHttpDate, retryAfter, waitOf } from "./retry_after.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const read = (value: string, retryClass: RetryClass = "wait") =>
  retryAfter(new Headers({ "retry-after": value }), retryClass, NOW).retryAfterMs;
const classes = fc.constantFrom<RetryClass>("never", "backoff", "wait", "pause");
const longest = (retryClass: RetryClass) => retryClass === "pause" ? 24 * HOUR : HOUR;

/** The three ways to write a time (RFC 9110 §5.6.7). */
const FORMATS: Record<string, (time: Date) => string> = {
  "IMF-fixdate": (time) => time.toUTCString(),
  "RFC 850": (time) => {
    const [, day, month, year, clock] = time.toUTCString().split(" ");
    const name = time.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
    return `${name}, ${day}-${month}-${year?.slice(2)} ${clock} GMT`;
  },
  asctime: (time) => {
    const [name, , month, year, clock] = time.toUTCString().split(" ");
    return `${name?.slice(0, 3)} ${month} ${String(time.getUTCDate()).padStart(2)} ${clock} ${year}`;
  },
};

Deno.test("seconds are waited for, an hour at most, and a day where an account is paused", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: YEAR / 1000 }), classes, (seconds, retryClass) => {
    assert.equal(read(String(seconds), retryClass), Math.min(seconds * 1000, longest(retryClass)));
  }));
  assert.equal(read("120000"), HOUR);
  assert.equal(read("120000", "pause"), 24 * HOUR);
  assert.equal(read("007"), 7000);
});

Deno.test("a time is waited for until it comes, in any of HTTP's formats, within the same limits", () => {
  const seconds = fc.integer({ min: 1, max: 40 * 24 * 3600 });
  fc.assert(
    fc.property(seconds, classes, fc.constantFrom(...Object.keys(FORMATS)), (ahead, retryClass, format) => {
      const value = FORMATS[format]?.(new Date(NOW + ahead * 1000)) ?? "";
      assert.equal(read(value, retryClass), Math.min(ahead * 1000, longest(retryClass)), value);
    }),
  );
});

Deno.test("every second of the years 1970 to 9999 is read as it is meant, where its format tells the century", () => {
  const seconds = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1000 });
  fc.assert(fc.property(seconds, fc.constantFrom("IMF-fixdate", "asctime"), (second, format) => {
    const time = new Date(second * 1000);
    assert.equal(parseHttpDate(FORMATS[format]?.(time) ?? "", NOW), time.getTime());
  }));
});

Deno.test("a year of two digits is not more than fifty years ahead", () => {
  assert.equal(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", NOW), Date.UTC(1994, 10, 6, 8, 49, 37));
  assert.equal(parseHttpDate("Friday, 06-Nov-76 08:49:37 GMT", NOW), Date.UTC(2076, 10, 6, 8, 49, 37));
  assert.equal(parseHttpDate("Sunday, 06-Nov-77 08:49:37 GMT", NOW), Date.UTC(1977, 10, 6, 8, 49, 37));
});

for (
  const value of [
    ...[
      "",
      "0",
      "00",
      "-1",
      "-120",
      "+5",
      "1.5",
      "1e3",
      "0x10",
      "5s",
      "5 seconds",
      "5, 10",
      "Infinity",
      "NaN",
    ],
    // Points in time where seconds belong, and numbers that are no time at all.
    ...["1764158400", "1764158400000", "999999999999999999", "9".repeat(400), String(YEAR / 1000 + 1)],
    // No HTTP-dates, though Date.parse reads most of them.
    ...["2026-11-26T12:30:00Z", "12:30", "Nov 26 2026 12:30:00 GMT", "thu, 26 Nov 2026 12:30:00 gmt"],
    ...["Thu, 26 Nov 2026 12:30:00 +0100", "Thu, 26 Nov 2026 12:30:00", "Thu, 26 Nov 26 12:30:00 GMT"],
    // Days and times that there are not, the past, and the end of the calendar.
    ...["Fri, 31 Nov 2026 12:30:00 GMT", "Thu, 00 Dec 2026 12:30:00 GMT", "Thu, 26 Nov 2026 24:30:00 GMT"],
    ...["Thu, 26 Nov 2026 12:60:00 GMT", "Thu, 26 Nov 2026 11:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ...["Thu, 01 Jan 0026 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"],
  ]
) {
  Deno.test(`Retry-After: ${value.slice(0, 40)} is passed over`, () => {
    for (const retryClass of ["wait", "pause"] as const) assert.equal(read(value, retryClass), undefined);
  });
}

Deno.test("whatever it says, the wait is a whole number of milliseconds within the limit, or none", () => {
  const value = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."0123456789 ,:-+.eEGMTJanDecThu") }),
    fc.bigInt().map(String),
    fc.date({ noInvalidDate: true }).chain((time) =>
      fc.constantFrom(...Object.values(FORMATS).map((f) => f(time)))
    ),
  );
  fc.assert(
    fc.property(value, classes, (text, retryClass) => {
      const ms = read(text, retryClass);
      assert.ok(
        ms === undefined || (Number.isInteger(ms) && ms > 0 && ms <= longest(retryClass)),
        `${text}: ${ms}`,
      );
    }),
    { numRuns: 2000 },
  );
});

Deno.test("there is no wait without the header", () =>
  assert.deepEqual(retryAfter(new Headers(), "wait"), {}));

Deno.test("a wait that is told in other words is held to the same limits", () => {
  assert.deepEqual(waitOf(12_500.2, "wait"), { retryAfterMs: 12_501 });
  assert.deepEqual(waitOf(2 * HOUR, "backoff"), { retryAfterMs: HOUR });
  for (const ms of [0, -1, NaN, Infinity, YEAR + 1]) assert.deepEqual(waitOf(ms, "pause"), {});
});
