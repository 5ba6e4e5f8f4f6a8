/** Waits that are told in words, in a field or in a header: each is read as it is meant, and no other text is one. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { cpuMs } from "../../../../../shared/cpu_time_fixture.ts";
import type { RetryClass } from "../../engine/failure.ts";
import { spokenWait, waitTold } from "./told_wait.ts";

const SIZES = { millisecond: 1, second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
type Unit = keyof typeof SIZES;
const ABBREVIATIONS: Readonly<Record<Unit, readonly string[]>> = {
  millisecond: ["ms", "msecs"],
  second: ["s", "sec", "secs"],
  minute: ["m", "min", "mins"],
  hour: ["h", "hr", "hrs"],
  day: ["d"],
};
const WORDS = ["an", "a", "two", "three", "ten", "thirty"];
const VALUES = [1, 1, 2, 3, 10, 30];

/** A time as people write it, and how many milliseconds it is. */
type Written = { text: string; ms: number };

const units = fc.constantFrom<Unit>("millisecond", "second", "minute", "hour", "day");
const inDigits: fc.Arbitrary<Written> = fc.tuple(
  units,
  fc.integer({ min: 1, max: 999 }),
  fc.constantFrom("", ".0", ".5"),
  fc.constantFrom("long", "short"),
  fc.constantFrom("", " "),
).chain(([unit, whole, part, style, gap]) => {
  const number = Number(`${whole}${part}`);
  const names = style === "short" ? ABBREVIATIONS[unit] : [number === 1 ? unit : `${unit}s`];
  return fc.constantFrom(...names).map((name) => ({
    text: `${whole}${part}${style === "short" ? gap : " "}${name}`,
    ms: number * SIZES[unit],
  }));
});
const inWords: fc.Arbitrary<Written> = fc.tuple(units, fc.nat(WORDS.length - 1)).map(([unit, n]) => ({
  text: `${WORDS[n]} ${unit}${VALUES[n] === 1 ? "" : "s"}`,
  ms: (VALUES[n] ?? NaN) * SIZES[unit],
}));
const inParts: fc.Arbitrary<Written> = fc.tuple(
  fc.integer({ min: 1, max: 23 }),
  fc.integer({ min: 1, max: 59 }),
  fc.integer({ min: 1, max: 59 }),
).chain(([h, m, s]) =>
  fc.constantFrom(
    `${h}h${m}m${s}s`,
    `${h}h ${m}m ${s}s`,
    `${h} hours, ${m} minutes and ${s} seconds`,
    `${h} hrs ${m} mins ${s} secs`,
  ).map((text) => ({ text, ms: ((h * 60 + m) * 60 + s) * 1000 }))
);
const times = fc.oneof(inDigits, inWords, inParts);

/** Sentences of providers, and of others like them. */
const SENTENCES: readonly ((time: string) => string)[] = [
  (time) => `Request was throttled. Your rate limit resets in ~${time}.`,
  (time) =>
    "Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests " +
    `while you have less than $5.0 in credit. Your rate limit resets in ~${time}.`,
  (time) => `Request was throttled. Expected available in ${time}.`,
  (time) => `Rate limit exceeded: 5/min. Expected available in ${time}`,
  (time) =>
    `Rate limit reached. Limit 3, Used 3, Requested 1. Please try again in ${time}. Visit https://a.example`,
  (time) => `Too many requests: please wait ${time} before you send more`,
  (time) => `Please wait for another ${time}, and try again`,
  (time) => `retry after ${time}`,
  (time) => `Please retry your request after about ${time}.`,
  (time) => `The service is overloaded, retrying is possible within ${time}`,
  (time) => `${time} until your limit resets`,
  (time) => `Leave ${time} before trying again`,
  (time) => `QUOTA: BACK IN ${time.toUpperCase()}`,
  (time) => `busy\n\ttry again\n in  ${time}`,
];

Deno.test("a wait that is spelled out is read, whoever words it and however the time is written", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SENTENCES), times, (sentence, { text, ms }) => {
      assert.equal(spokenWait(sentence(text)), ms, sentence(text));
    }),
    { numRuns: 3000 },
  );
  assert.equal(spokenWait("Retry-After: 30"), 30_000, "seconds where nothing else is said");
});

for (
  const text of [
    ...[
      "",
      "Request was throttled.",
      "Please try again later.",
      "resets in a while",
      "try again in a few seconds",
    ],
    ...["The prediction took more than 30 seconds; please try again", "It was stopped after 5 minutes."],
    ...["reduced to 6 requests per minute", "600 requests in 60 seconds are allowed", "retry after 3 images"],
    ...[
      "The film is longer than 10 seconds",
      "wait, 5 s is too short",
      "Your prompt: wait, then run for an hour",
    ],
    ...[
      "It has been waiting for 20 seconds",
      "resets at 12:30",
      "Error 30 s",
      "wait 5 meters",
      "try again in 2 minds",
    ],
  ]
) {
  Deno.test(`"${text}" tells no wait`, () => assert.equal(spokenWait(text), undefined));
}

Deno.test("whatever a text says, the wait is a whole number of milliseconds within its class's limit, or none", () => {
  const limits: Record<RetryClass, number> = { never: 1, backoff: 1, wait: 1, pause: 24 };
  const words = fc.constantFrom(
    ...[
      "resets",
      "again",
      "wait",
      "retry after",
      "in",
      "~",
      "1",
      "99999999",
      ".5",
      "m",
      "hours",
      "a",
      "\ud800",
    ],
  );
  const texts = fc.oneof(fc.string(), fc.array(words, { maxLength: 30 }).map((parts) => parts.join(" ")));
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom<RetryClass>("never", "backoff", "wait", "pause"),
      (message, retryClass) => {
        const { retryAfterMs: ms } = waitTold({ message }, retryClass);
        assert.ok(
          ms === undefined || (Number.isInteger(ms) && ms > 0 && ms <= limits[retryClass] * 3_600_000),
        );
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("the header comes before a field, a field before words, and what says nothing is passed over", () => {
  const headers = new Headers({ "retry-after": "12" });
  const told = (raw: unknown, message = "try again in 3 s", of?: Headers) =>
    waitTold({ raw, message, ...of ? { headers: of } : {} }, "wait").retryAfterMs;
  assert.equal(told({ retry_after: 7 }, undefined, headers), 12_000);
  assert.equal(told({ retry_after: 7 }), 7_000);
  assert.equal(told({ retryAfter: "7.5" }), 7_500);
  for (const none of [null, [], "x", { retry_after: "soon" }, { retry_after: -1 }, { retry_after: [5] }]) {
    assert.equal(told(none), 3_000);
  }
  assert.equal(told({ retry_after: 0 }, "no"), undefined);
  assert.equal(
    told({ msg: "wait 4 s" }, "Too many requests"),
    4_000,
    "the body's own words, where ours say nothing",
  );
});

Deno.test("five million characters of what nearly is a wait are looked at in no time", () => {
  for (const piece of ["wait ", "again a a a a ", "1m", " ", "retry after ", "1 hour and "]) {
    const text = piece.repeat(5_000_000 / piece.length);
    const ms = cpuMs(() => spokenWait(text));
    assert.ok(ms < 1_000, `${piece}: ${ms} ms`); // the square of their number would take hours
  }
});
