import assert from "node:assert/strict";
import fc from "fast-check";
import { type MinuteSchedule, parseCronSchedule, runsDue, runsInMinute } from "./cron_schedule.ts";

const minuteOf = (text: string) => Date.parse(text) / 60_000;

function minutes(text: string): MinuteSchedule {
  const schedule = parseCronSchedule(text);
  assert.equal(schedule?.kind, "minutes", text);
  return schedule as MinuteSchedule;
}

/** A field and the values it stands for. */
function field(low: number, high: number): fc.Arbitrary<{ text: string; values: number[]; star: boolean }> {
  const value = fc.integer({ min: low, max: high });
  const step = fc.integer({ min: 1, max: 90 });
  const every = (from: number, to: number, by: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((v) => (v - from) % by === 0);
  const item = fc.oneof(
    value.map((v) => ({ text: `${v}`, values: [v] })),
    fc.tuple(value, value, step).map(([a, b, by]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${from}-${to}/${by}`, values: every(from, to, by) };
    }),
    fc.tuple(value, value).map(([a, b]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${from}-${to}`, values: every(from, to, 1) };
    }),
    fc.constant({ text: "*", values: every(low, high, 1) }),
    step.map((by) => ({ text: `*/${by}`, values: every(low, high, by) })),
  );
  return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map((one) => one.text).join(","),
    values: items.flatMap((one) => one.values),
    star: items[0]?.text.startsWith("*") ?? false,
  }));
}

Deno.test("a minute matches exactly when each field lists it", () => {
  const time = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
  fc.assert(fc.property(field(0, 59), field(0, 23), field(1, 12), time, (minute, hour, month, date) => {
    const schedule = minutes(`${minute.text} ${hour.text} * ${month.text} *`);
    const expected = minute.values.includes(date.getUTCMinutes()) &&
      hour.values.includes(date.getUTCHours()) &&
      month.values.includes(date.getUTCMonth() + 1);
    assert.equal(runsInMinute(schedule, date.getTime()), expected);
  }));
});

Deno.test("day and weekday must both match if one of them begins with a star, else either", () => {
  const time = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
  fc.assert(fc.property(field(1, 31), field(0, 7), time, (day, weekday, date) => {
    const schedule = minutes(`* * ${day.text} * ${weekday.text}`);
    const dayMatches = day.values.includes(date.getUTCDate());
    const weekdayMatches = weekday.values.some((value) => value % 7 === date.getUTCDay());
    const expected = day.star || weekday.star ? dayMatches && weekdayMatches : dayMatches || weekdayMatches;
    assert.equal(runsInMinute(schedule, date.getTime()), expected);
  }));
});

Deno.test("names, the last day of the month and shorthands mean what they say", () => {
  assert.deepEqual(minutes("0 0 * jan,MAR-may mon-Fri"), minutes("0 0 * 1,3-5 1-5"));
  assert.deepEqual(minutes("@weekly"), minutes("0 0 * * sun"));
  assert.deepEqual(minutes("0 0 * * 7"), minutes("0 0 * * 0"));
  assert.deepEqual(parseCronSchedule("@reboot"), { kind: "reboot" });
  assert.deepEqual(parseCronSchedule(" 30 Seconds "), { kind: "interval", seconds: 30 });
  const lastDay = minutes("0 12 $ * *");
  assert(runsInMinute(lastDay, Date.parse("2024-02-29T12:00Z")));
  assert(!runsInMinute(lastDay, Date.parse("2024-02-28T12:00Z")));
  assert(runsInMinute(lastDay, Date.parse("2023-02-28T12:00Z")));
});

Deno.test("a job is due once for each minute that passed and matches", () => {
  const from = minuteOf("2030-01-01T10:00Z");
  assert.equal(runsDue(minutes("* * * * *"), from, from), 0);
  assert.equal(runsDue(minutes("* * * * *"), from, from + 3), 3);
  assert.equal(runsDue(minutes("*/2 * * * *"), from, from + 3), 1);
  assert.equal(runsDue(minutes("0 10 * * *"), from, from + 1), 0);
});

Deno.test("after a clock jump a wildcard job runs once, a fixed-time job for what it missed, and after three hours neither", () => {
  const from = minuteOf("2030-01-01T10:00Z");
  assert.equal(runsDue(minutes("* * * * *"), from, from + 60), 1);
  assert.equal(runsDue(minutes("15,30 10 * * *"), from, from + 60), 2);
  assert.equal(runsDue(minutes("15,30 10 * * *"), from, from + 180), 0);
  assert.equal(runsDue(minutes("* * * * *"), from, from + 1000), 1);
  assert.equal(runsDue(minutes("* * * * *"), from, from - 30), 1);
  assert.equal(runsDue(minutes("30 9 * * *"), from, from - 30), 0);
});
