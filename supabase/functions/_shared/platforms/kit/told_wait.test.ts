/** How long an answer says to wait, wherever it says so, and never for years. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { rateLimitOf, waitTold } from "./told_wait.ts";

const NOW = Date.UTC(2026, 10, 27, 3);
const SECONDS = NOW / 1000;
const HOUR = 3_600_000;

const TOLD: readonly (readonly [
  what: string,
  headers: Record<string, string>,
  message: string,
  ms: number | undefined,
])[] = [
  ["nothing", {}, "Too Many Requests", undefined],
  ["seconds", { "retry-after": "30" }, "", 30_000],
  ["a date", { "retry-after": "Fri, 27 Nov 2026 03:01:00 GMT" }, "", 60_000],
  ["a date of the past", { "retry-after": "Fri, 27 Nov 2020 03:01:00 GMT" }, "", undefined],
  ["no seconds", { "retry-after": "0" }, "", undefined],
  ["a reset", { "x-rate-limit-reset": `${SECONDS + 90}` }, "", 91_000],
  [
    "a reset of what is used up",
    { "x-rate-limit-reset": `${SECONDS + 90}`, "x-rate-limit-remaining": "0" },
    "",
    91_000,
  ],
  [
    "a reset of what is left",
    { "x-rate-limit-reset": `${SECONDS + 90}`, "x-rate-limit-remaining": "7" },
    "",
    undefined,
  ],
  ["a reset that is past", { "x-rate-limit-reset": `${SECONDS - 90}` }, "", 1_000],
  ["seconds and a reset", { "retry-after": "5", "x-rate-limit-reset": `${SECONDS + 900}` }, "", 5_000],
  ["more than a day", { "retry-after": `${3 * 86_400}` }, "", 24 * HOUR],
  ["a point in time for seconds", { "retry-after": `${SECONDS}` }, "", undefined],
  ["words", {}, "Please try again in 2 minutes.", 120_000],
  ["no number", { "x-rate-limit-reset": "soon", "retry-after": "later" }, "", undefined],
];

for (const [what, headers, message, ms] of TOLD) {
  Deno.test(`${what}: ${ms === undefined ? "no wait is told" : `${ms} ms`}`, () => {
    assert.equal(waitTold({ headers: new Headers(headers), message }, "wait", NOW).retryAfterMs, ms);
  });
}

Deno.test("a reset is reckoned by the clock of the platform, where ours is another", () => {
  const headers = new Headers({
    "x-rate-limit-limit": "100",
    "x-rate-limit-remaining": "0",
    "x-rate-limit-reset": `${SECONDS + 90}`,
    date: "Fri, 27 Nov 2026 03:00:00 GMT",
  });
  for (const ahead of [-HOUR, 0, HOUR]) {
    assert.deepEqual(rateLimitOf(headers, "x-rate-limit", NOW + ahead), {
      limit: 100,
      remaining: 0,
      resetMs: 91_000,
    });
  }
});

Deno.test("whatever headers say, a wait is between a millisecond and the class's longest", () => {
  const value = fc.oneof(fc.nat().map(String), fc.string({ unit: "binary-ascii" }), fc.bigInt().map(String));
  fc.assert(
    fc.property(
      value,
      value,
      value,
      fc.constantFrom("wait", "backoff", "pause"),
      (after, reset, remaining, is) => {
        const headers = new Headers();
        for (
          const [name, text] of [["retry-after", after], ["x-rate-limit-reset", reset], [
            "x-rate-limit-remaining",
            remaining,
          ]]
        ) {
          if (/^[\x20-\x7e]*$/.test(text ?? "")) headers.set(name ?? "", text ?? "");
        }
        const { retryAfterMs } = waitTold({ headers }, is as "wait", NOW);
        assert.ok(
          retryAfterMs === undefined ||
            (retryAfterMs >= 1 && retryAfterMs <= (is === "backoff" ? 1 : 24) * HOUR),
        );
      },
    ),
    { numRuns: Number(Deno.env.get("ESTEIRA_BODIES") ?? 1_000) },
  );
});
