import { expect, test } from "vitest";
import { moved, plus, rangeOf, readDay, todayIn, weeksOf, writeDay } from "./dates.ts";

test("a month has the weeks that it has days in, from Sunday to Saturday", () => {
  expect(rangeOf("month", "2026-11-27")).toEqual({ from: "2026-11-01", to: "2026-12-06" });
  expect(rangeOf("month", "2026-02-10")).toEqual({ from: "2026-02-01", to: "2026-03-01" });
  expect(rangeOf("month", "2026-08-15")).toEqual({ from: "2026-07-26", to: "2026-09-06" });
});

test("a week begins on Sunday, also in another year", () => {
  expect(rangeOf("week", "2027-01-01")).toEqual({ from: "2026-12-27", to: "2027-01-03" });
  expect(rangeOf("week", "2026-11-29")).toEqual({ from: "2026-11-29", to: "2026-12-06" });
});

test("the span before and after, however long months are", () => {
  expect(moved("month", "2027-01-31", 1)).toBe("2027-02-01");
  expect(moved("month", "2027-03-31", -1)).toBe("2027-02-01");
  expect(moved("month", "2026-12-01", 1)).toBe("2027-01-01");
  expect(moved("week", "2026-12-30", 1)).toBe("2027-01-06");
  for (let day = "2026-01-01"; day < "2029-01-01"; day = plus(day, 1)) {
    expect(moved("month", moved("month", day, 1), -1).slice(0, 7)).toBe(day.slice(0, 7));
    const { from, to } = rangeOf("month", day);
    expect(from <= day && day < to, day).toBe(true);
    expect((Date.parse(to) - Date.parse(from)) % (7 * 86_400_000)).toBe(0);
    expect(Date.parse(to) - Date.parse(from)).toBeLessThanOrEqual(42 * 86_400_000);
  }
});

test("what day it is, is a question of where", () => {
  const now = new Date("2026-11-27T02:30:00Z");
  expect(todayIn("America/Sao_Paulo", now)).toBe("2026-11-26");
  expect(todayIn("Asia/Tokyo", now)).toBe("2026-11-27");
});

test("an address that has no day has none", () => {
  expect(readDay("2026-11-27")).toBe("2026-11-27");
  for (const text of [undefined, "", "2026-02-30", "2026-13-01", "27/11/2026", "tomorrow"]) {
    expect(readDay(text)).toBe(null);
  }
});

test("a day is written as it is, wherever its reader sits", () => {
  expect(writeDay("en", "2026-11-01", { dateStyle: "long" })).toBe("November 1, 2026");
  expect(writeDay("pt-BR", "2026-11-01", { day: "numeric", month: "long" })).toBe("1 de novembro");
});

test("days come week by week", () => {
  expect(weeksOf([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([[1, 2, 3, 4, 5, 6, 7], [8]]);
});
