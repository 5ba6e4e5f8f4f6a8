import assert from "node:assert/strict";
import fc from "fast-check";
import { instantsOf, isTimeZone, offsetAt, readSchedule } from "./schedule.ts";

const NOW = new Date("2026-11-27T12:00:00Z");
const DAY = 86_400_000;
const ZONES = [
  "America/Sao_Paulo",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe", // half an hour of summer
  "Asia/Kathmandu", // a quarter past
  "Africa/Casablanca", // goes back for a month
  "Pacific/Kiritimati", // +14
  "Pacific/Niue", // -11
  "UTC",
];

const refused = (scheduledFor: string, timeZone?: string, now = NOW) => {
  const schedule = readSchedule(scheduledFor, timeZone, now);
  assert.ok(!schedule.ok, JSON.stringify(schedule));
  return schedule;
};

Deno.test("a time with an offset is that time, in whatever zone", () => {
  for (const zone of [undefined, "Asia/Tokyo"]) {
    assert.deepEqual(readSchedule("2026-12-01T09:00:00-03:00", zone, NOW), {
      ok: true,
      at: "2026-12-01T12:00:00.000Z",
    });
  }
  assert.deepEqual(readSchedule("2026-12-01T09:00Z", undefined, NOW), {
    ok: true,
    at: "2026-12-01T09:00:00.000Z",
  });
});

Deno.test("a time without an offset is what the clocks of its zone show", () => {
  const at = (local: string, zone: string) => readSchedule(local, zone, NOW);
  assert.deepEqual(at("2026-12-01T09:00:00", "America/Sao_Paulo"), {
    ok: true,
    at: "2026-12-01T12:00:00.000Z",
  });
  assert.deepEqual(at("2027-07-01T09:00:00", "Europe/Berlin"), { ok: true, at: "2027-07-01T07:00:00.000Z" });
  assert.deepEqual(at("2026-12-01T09:00:00.25", "Asia/Kathmandu"), {
    ok: true,
    at: "2026-12-01T03:15:00.250Z",
  });
  assert.equal(refused("2026-12-01T09:00:00").field, "timeZone");
});

Deno.test("what is no zone is refused, an offset and a name too many too", () => {
  for (const zone of ["Mars/Olympus", "", "+03:00", "America/Sao Paulo", "constructor", "x".repeat(64)]) {
    assert.equal(isTimeZone(zone), false, zone);
    assert.equal(refused("2026-12-01T09:00:00-03:00", zone).field, "timeZone", zone);
  }
});

Deno.test("a time that is skipped when clocks go forward is refused", () => {
  for (
    const [local, zone] of [
      ["2027-03-28T02:30:00", "Europe/Berlin"],
      ["2027-03-14T02:00:00", "America/New_York"],
      ["2027-10-03T02:15:00", "Australia/Lord_Howe"],
    ] as const
  ) {
    assert.match(refused(local, zone).message, /never shows/, zone);
  }
  assert.equal(readSchedule("2027-03-28T03:00:00", "Europe/Berlin", NOW).ok, true);
  assert.equal(readSchedule("2027-03-28T01:59:59", "Europe/Berlin", NOW).ok, true);
});

Deno.test("a time that comes twice when clocks go back is refused, and both are named", () => {
  assert.deepEqual(refused("2027-10-31T02:30:00", "Europe/Berlin").details, {
    allowed: ["2027-10-31T00:30:00.000Z", "2027-10-31T01:30:00.000Z"],
  });
  assert.match(refused("2027-11-07T01:00:00", "America/New_York").message, /twice/);
  assert.equal(readSchedule("2027-10-31T03:00:00", "Europe/Berlin", NOW).ok, true);
  assert.equal(readSchedule("2027-10-31T02:30:00+01:00", "Europe/Berlin", NOW).ok, true);
});

Deno.test("what is not later than now, or more than a year later, is refused", () => {
  assert.match(refused("2026-11-27T12:00:00Z").message, /past/);
  assert.match(refused("1999-01-01T00:00:00", "Europe/Berlin").message, /past/);
  assert.match(refused("0001-01-01T00:00:00", "Europe/Berlin").message, /past/);
  assert.match(refused("2027-11-27T12:00:00.001Z").message, /year/);
  assert.match(refused("9999-12-31T23:59:59", "Pacific/Niue").message, /year/);
  assert.equal(readSchedule("2027-11-27T12:00:00Z", undefined, NOW).ok, true);
  const leapDay = new Date("2028-02-29T12:00:00Z");
  assert.equal(readSchedule("2029-02-28T12:00:00Z", undefined, leapDay).ok, true);
});

Deno.test("what a zone's clock shows at a time is read back as that time, alone or as one of two", () => {
  const zones = fc.constantFrom(...ZONES);
  const times = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) });
  fc.assert(
    fc.property(zones, times, (zone, at) => {
      const wall = new Date(at + offsetAt(at, zone)).toISOString().slice(0, -1);
      const instants = instantsOf(wall, zone);
      assert.ok(instants.includes(at), `${zone} ${wall}: ${instants}`);
      assert.ok(instants.length <= 2);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("whatever is read lies between now and a year from now, and means what it says", () => {
  const zones = fc.constantFrom(...ZONES);
  const around = fc.integer({ min: -2 * DAY, max: 368 * DAY });
  fc.assert(
    fc.property(zones, around, (zone, ms) => {
      const local = new Date(NOW.getTime() + ms).toISOString().slice(0, 16);
      const schedule = readSchedule(local, zone, NOW);
      if (!schedule.ok) return;
      const at = Date.parse(schedule.at);
      assert.ok(at > NOW.getTime() && at <= Date.parse("2027-11-27T12:00:00Z"));
      assert.equal(new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16), local);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("no text makes it throw", () => {
  fc.assert(fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (text, zone) => {
    readSchedule(text, zone, NOW);
  }));
});
