import assert from "node:assert/strict";
import fc from "fast-check";
import { cashtags, readText, weightedLength } from "./tweet_text.ts";

const LENGTHS: [string, number][] = [
  ["", 0],
  ["Olá", 3],
  ["e\u0301", 1],
  ["漢字", 4],
  ["👩‍👩‍👧‍👦", 2],
  ["🇧🇷!", 3],
  ["1️⃣", 2],
  ["a https://example.com/very/long/path b", 27],
];
for (const [text, length] of LENGTHS) {
  Deno.test(`"${text}" weighs ${length}`, () => assert.equal(weightedLength(text), length));
}

Deno.test("no text is lighter than its parts without the blank between them", () =>
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (one, other) => {
    fc.pre(!/http/.test(one + other));
    assert.equal(weightedLength(`${one} ${other}`), weightedLength(one) + 1 + weightedLength(other));
  })));

Deno.test("cashtags are letters behind a dollar", () => {
  assert.deepEqual(["$AB", "$AB $CD", "a$AB", "$5", "$ABCDEFG"].map(cashtags), [1, 2, 0, 0, 0]);
});

Deno.test("what was shortened can be read back from the entities", () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "&", "<b>", "https://example.com/x?a=1&b=2", "http://a.b")),
      (words) => {
        const text = words.join(" ");
        const { text: read, urls } = readText(
          "1234567890123456789",
          "https://x.com/ana/status/1",
          text,
          false,
        );
        let back = read;
        for (const { url, expanded_url } of urls) {
          back = back.replace(url, () => expanded_url.replaceAll("&", "&amp;"));
        }
        assert.equal(back.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"), text);
      },
    ),
  ));
