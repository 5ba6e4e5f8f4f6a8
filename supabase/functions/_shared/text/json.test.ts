import fc from "fast-check";
import assert from "node:assert/strict";
import { cpuMs } from "../../../../shared/cpu_time_fixture.ts";
import { parseJson, tryParseJson } from "./json.ts";

const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 15, maxLength: 30 });
/** An integer of 16 digits or more, as text. */
const bigInteger = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 9 }), digits)
  .map(([negative, first, rest]) => `${negative ? "-" : ""}${first}${rest.join("")}`);
/** Strings of what could mislead a scanner. */
const trickyString = fc.string({
  unit: fc.constantFrom(...'"\\019:,{}[]-.eEnu/\n', "NaN", "Infinity", "-Infinity"),
});
const smallNumber = fc.oneof(
  fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !/^-?\d{16,}$/.test(`${number}`)),
);
const space = fc.constantFrom("", " ", "\n", "\t ");

/** A JSON value, once as a provider writes it, with bare big integers, and once as it is to be read. */
interface Written {
  sent: string;
  meant: string;
}
const same = (text: string): Written => ({ sent: text, meant: text });
const { value: written } = fc.letrec<{ value: Written }>((tie) => {
  const element = fc.tuple(space, tie("value"), space);
  const join = (open: string, close: string, parts: Written[]): Written => ({
    sent: open + parts.map(({ sent }) => sent).join(",") + close,
    meant: open + parts.map(({ meant }) => meant).join(",") + close,
  });
  return {
    value: fc.oneof(
      { maxDepth: 4 },
      bigInteger.map((text): Written => ({ sent: text, meant: `"${text}"` })),
      fc.constantFrom("NaN", "Infinity", "-Infinity").map((text): Written => ({ sent: text, meant: "null" })),
      fc.oneof(smallNumber, trickyString, fc.boolean(), fc.constant(null)).map((
        leaf,
      ) => same(JSON.stringify(leaf))),
      fc.array(element, { maxLength: 4 }).map((elements) =>
        join(
          "[",
          "]",
          elements.map(([before, { sent, meant }, after]) => ({
            sent: before + sent + after,
            meant: before + meant + after,
          })),
        )
      ),
      fc.array(fc.tuple(trickyString, element), { maxLength: 4 }).map((members) =>
        join(
          "{",
          "}",
          members.map(([key, [before, { sent, meant }, after]]) => ({
            sent: `${before}${JSON.stringify(key)}${after}:${sent}`,
            meant: `${JSON.stringify(key)}:${meant}`,
          })),
        )
      ),
    ),
  };
});

Deno.test("an integer of 16 digits or more becomes a string with every digit, and what is no number null, wherever they stand", () => {
  const holds = fc.property(
    written,
    ({ sent, meant }) => assert.deepEqual(parseJson(sent), JSON.parse(meant)),
  );
  fc.assert(holds, { numRuns: 1000 });
});

Deno.test("without big integers it reads what JSON.parse reads", () => {
  const value = fc.json({ maxDepth: 3 }).filter((text) => !/\d{16}/.test(text));
  fc.assert(fc.property(value, (text) => assert.deepEqual(parseJson(text), JSON.parse(text))));
  fc.assert(fc.property(trickyString, (text) => assert.equal(parseJson(JSON.stringify(text)), text)));
  fc.assert(fc.property(smallNumber, (number) => {
    assert.equal(parseJson(JSON.stringify(number)), JSON.parse(JSON.stringify(number)));
  }));
});

for (
  const [text, value] of [
    ["1904163390028185602", "1904163390028185602"],
    ["999999999999999", 999_999_999_999_999],
    ["1000000000000000", "1000000000000000"],
    ["-1904163390028185602", "-1904163390028185602"],
    ["1.9041633900281856e18", 1.9041633900281856e18],
    ["0.1904163390028185602", 0.1904163390028185602],
    ["1904163390028185602.5", 1904163390028185602.5],
    ["1E400", "1E400"],
    ["[-1e999,1.8e308,1.7e308]", ["-1e999", "1.8e308", 1.7e308]],
    ['"1904163390028185602"', "1904163390028185602"],
    ['"a \\" 1904163390028185602"', 'a " 1904163390028185602'],
    ['"\\\\"', "\\"],
    ["NaN", null],
    ['{"a":NaN,"b":[Infinity, -Infinity]}', { a: null, b: [null, null] }],
    ['"NaN, -Infinity"', "NaN, -Infinity"],
    ['{"NaN":"\\"NaN"}', { NaN: '"NaN' }],
    ["[1904163390028185602,1904163390028185603]", ["1904163390028185602", "1904163390028185603"]],
  ] as const
) {
  Deno.test(`${text} is read as ${JSON.stringify(value)}`, () => assert.deepEqual(parseJson(text), value));
}

/** What looks like Python's numbers and is none, and where they may not stand. */
const NEITHER = [
  ...[
    "-NaN",
    "+Infinity",
    "nan",
    "inf",
    "NaNN",
    "xNaN",
    "1NaN",
    "NaN1",
    "NaN NaN",
    "--Infinity",
    "Infinit",
    "- Infinity",
  ],
  ...["{NaN:1}", "{Infinity:NaN}", "[NaN", "[-]", "[NaN,]", '"NaN', "nullNaN", "Infinity.5", "NaNe5"],
];

Deno.test("what is not JSON throws, or is undefined when that is asked for", () => {
  for (
    const text of ["", "{", '"', '{"a":}', "1904163390028185602x", "nul", "'a'", "[1,]", '"\\"', ...NEITHER]
  ) {
    assert.throws(() => parseJson(text), SyntaxError, text);
    assert.equal(tryParseJson(text), undefined);
  }
  assert.equal(tryParseJson("null"), null);
});

Deno.test("a string of five megabytes is read", () => {
  const text = JSON.stringify({ a: '\\"'.repeat(1_250_000) }).replace("}", ',"taskId":1904163390028185602}');
  assert.equal((parseJson(text) as { taskId: string }).taskId, "1904163390028185602");
});

Deno.test("a body that is one unfinished string is given up in time that grows with its length, not its square", () => {
  const timeOf = (quotes: number) => {
    const text = '"' + '\\"'.repeat(quotes);
    return cpuMs(() => assert.equal(tryParseJson(text), undefined));
  };
  timeOf(100);
  const milliseconds = timeOf(20_000); // 40 kB: linear takes a millisecond, quadratic about a second
  assert.ok(milliseconds < 200, `took ${milliseconds.toFixed()} ms`);
});

Deno.test("JSON that is nested deeper than anything sensible is not read, so that nothing overflows on it", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assert.doesNotThrow(() => parseJson(nested(200)));
  assert.throws(() => parseJson(nested(201)), SyntaxError);
  assert.equal(tryParseJson(nested(1_000_000)), undefined);
  assert.deepEqual(parseJson(JSON.stringify(["[".repeat(300)])), ["[".repeat(300)]);
  assert.deepEqual(parseJson(`[${"[],".repeat(300)}{}]`), [...Array(300).fill([]), {}]);
});

Deno.test("a body of half-written numbers is given up in time that grows with its length, not its square", () => {
  for (const part of ["-", "-Infinit", "NaN", "1e", "Infinity-", "--Infinity"]) {
    const text = `[${part.repeat(40_000)}`;
    const milliseconds = cpuMs(() => assert.equal(tryParseJson(text), undefined));
    assert.ok(milliseconds < 500, `${part} took ${milliseconds.toFixed()} ms`);
  }
});
