/** How long X takes a text to be, by the examples of its documentation and for any text. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { cpuMs } from "../cpu_time_fixture.ts";
import { X_MAX_LENGTH, X_URL_LENGTH, xWeightedLength } from "./x_weighted_length.ts";

const RUNS = { numRuns: Number(Deno.env.get("ESTEIRA_BODIES") ?? 1_000) };

const EXAMPLES: readonly (readonly [text: string, length: number])[] = [
  ["", 0],
  ["Olá, mundo!", 11],
  ["cafe\u0301", 4],
  ["中文", 4],
  ["日本語とEnglish", 15],
  ["“quotes” – and dashes…", 23],
  ["👾", 2],
  ["🙋🏽", 2],
  ["👨‍🎤", 2],
  ["👨‍👩‍👧‍👦", 2],
  ["🏳️‍🌈🇧🇷1️⃣☺️", 8],
  ["🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2],
  ["🇧", 2],
  ["https://example.com", 23],
  ["https://example.com/very/long/path?with=much&more#of-it", 23],
  ["See example.com.", 28],
  ["See example.com/a_(b), and http://exämple.de", 4 + 23 + 6 + 23],
  ["ana@example.com", 15],
  ["file.txt and v1.2.3", 19],
  ["a".repeat(280), 280],
  ["\ud800", 2],
];

for (const [text, length] of EXAMPLES) {
  Deno.test(`X counts ${length} for ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.equal(xWeightedLength(text), length);
  });
}

/** Words without a dot: nothing in them is an address. */
const words = fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => text.replace(/[.．。｡]/g, ""));
const emoji = fc.constantFrom("👾", "🙋🏽", "👨‍👩‍👧‍👦", "🇧🇷", "❤️", "1️⃣", "🏳️‍🌈");
const url = fc.tuple(
  fc.constantFrom("http://", "https://", "HTTPS://", ""),
  fc.constantFrom("a.com", "www.example.org", "t.me", "sub-domain.example.com.br"),
  fc.constantFrom("", "/", "/a/b-c_d", "/x?y=1&z=2#w", "?q=1", "/a_(b)"),
).map((parts) => parts.join(""));

Deno.test("a text weighs as much as its words: with a space between them, and one for each space", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(words, emoji, url), { maxLength: 8 }), (parts) => {
      const sum = parts.reduce((sum, part) => sum + xWeightedLength(part), 0);
      assert.equal(xWeightedLength(parts.join("\n")), sum + Math.max(parts.length - 1, 0));
    }),
    RUNS,
  );
});

Deno.test("an address weighs 23 and an emoji two, wherever they stand", () => {
  fc.assert(
    fc.property(url, emoji, fc.constantFrom(" ", "\n", "「", "这是"), (url, emoji, before) => {
      assert.equal(xWeightedLength(`${before}${url}`), xWeightedLength(before) + X_URL_LENGTH);
      assert.equal(xWeightedLength(`${emoji} ${url} ${emoji}`), X_URL_LENGTH + 6);
    }),
    RUNS,
  );
});

Deno.test("any text weighs one or two for each code point at the most, and the same in whatever form it is written", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), words), (text) => {
      const weight = xWeightedLength(text);
      const plain = text.replaceAll(".", " ");
      assert.ok(xWeightedLength(plain) <= 2 * [...plain.normalize("NFC")].length);
      assert.ok(Number.isInteger(weight) && weight >= 0);
      assert.equal(xWeightedLength(text.normalize("NFC")), weight);
      assert.equal(
        xWeightedLength(text.normalize("NFD")),
        xWeightedLength(text.normalize("NFD").normalize("NFC")),
      );
    }),
    RUNS,
  );
});

Deno.test("more text never weighs less, but where it makes an address or an emoji of what was there", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-zé中 ]{0,60}$/),
      fc.stringMatching(/^[a-zé中 ]{0,60}$/),
      (text, more) => {
        assert.equal(xWeightedLength(text + more), xWeightedLength(text) + xWeightedLength(more));
      },
    ),
    RUNS,
  );
});

Deno.test("280 letters are as much as a post holds, and 140 characters of Chinese", () => {
  assert.equal(xWeightedLength("x".repeat(X_MAX_LENGTH)), X_MAX_LENGTH);
  assert.equal(xWeightedLength("中".repeat(X_MAX_LENGTH / 2)), X_MAX_LENGTH);
});

Deno.test("a long text is counted in a time that grows with its length", () => {
  const pumps = [
    "a.com ",
    "http://a.co/(",
    "http://",
    "a.",
    ".com",
    "-.com.",
    "é.",
    "👨‍",
    "http://é.com/?",
    "..com",
    "http://a.b(",
  ];
  for (const pump of pumps) {
    const ms = cpuMs(() => xWeightedLength(pump.repeat(100_000 / pump.length)));
    assert.ok(ms < 2_000, `${pump}: ${ms} ms`);
  }
});
