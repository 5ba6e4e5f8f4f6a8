import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteUnsafeIntegers } from "./exact_integers.ts";

const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: "binary" }),
    fc.constantFrom("12345678901234567890", '"', "\\", '\\"12345678901234567890'),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("node")),
    fc.dictionary(fc.string(), tie("node")),
  ),
})).node;

/** JSON as PostgreSQL writes it: a whole number of any size is written in full. */
function written(one: unknown): string {
  if (typeof one === "bigint") return String(one);
  if (Array.isArray(one)) return `[${one.map(written).join(", ")}]`;
  if (typeof one === "object" && one !== null) {
    return `{${
      Object.entries(one).map(([key, inner]) => `${JSON.stringify(key)}: ${written(inner)}`).join(", ")
    }}`;
  }
  return JSON.stringify(one);
}

/** What is to be read of it. */
function read(one: unknown): unknown {
  if (typeof one === "bigint") return Number.isSafeInteger(Number(one)) ? Number(one) : String(one);
  // Beyond what is exact, a whole double is written in digits, too: kept as they are.
  if (typeof one === "number" && Number.isInteger(one) && /^-?\d+$/.test(JSON.stringify(one))) {
    return Number.isSafeInteger(one) ? JSON.parse(JSON.stringify(one)) : JSON.stringify(one);
  }
  if (typeof one === "number") return JSON.parse(JSON.stringify(one));
  if (Array.isArray(one)) return one.map(read);
  if (typeof one === "object" && one !== null) {
    return JSON.parse(
      `{${
        Object.entries(one).map(([key, inner]) => `${JSON.stringify(key)}: ${JSON.stringify(read(inner))}`)
          .join(",")
      }}`,
    );
  }
  return one;
}

test("whatever JSON says, whole numbers beyond 2^53 are read as they were written, and all else as it was", () => {
  fc.assert(fc.property(value, (one) => {
    expect(JSON.parse(quoteUnsafeIntegers(written(one)))).toEqual(read(one));
  }));
});

test("an id of 19 digits stays one, also at the ends of the text, and in a text it is left alone", () => {
  expect(quoteUnsafeIntegers("9223372036854775807")).toBe('"9223372036854775807"');
  expect(
    quoteUnsafeIntegers('{"id":9223372036854775807,"text":"9223372036854775807 \\" 9223372036854775807"}'),
  )
    .toBe('{"id":"9223372036854775807","text":"9223372036854775807 \\" 9223372036854775807"}');
  expect(quoteUnsafeIntegers("[1.2345678901234567, 9007199254740991, -9007199254740993]"))
    .toBe('[1.2345678901234567, 9007199254740991, "-9007199254740993"]');
});
