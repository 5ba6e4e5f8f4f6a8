import assert from "node:assert/strict";
import fc from "fast-check";
import { cpuMs } from "../cpu_time_fixture.ts";
import { countText } from "./count_text.ts";

const length = (text: string) => countText(text, "emoji_bytes");

Deno.test("letters of any script count as one each", () => {
  assert.equal(length(""), 0);
  assert.equal(length("Olá, mundo"), 10);
  assert.equal(length("東京"), 2);
  assert.equal(length("𠮷"), 1);
  assert.equal(length("#1 * © ™ 2"), 10);
});

Deno.test("an emoji counts by its bytes, with all that it is joined of", () => {
  const bytes: Readonly<Record<string, number>> = {
    "😀": 4,
    "⭐": 3,
    "👍🏽": 8,
    "❤️": 6,
    "🇧🇷": 8,
    "1️⃣": 7,
    "👩‍👩‍👧": 18,
    "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}": 28,
    "©️": 5,
  };
  for (const [emoji, count] of Object.entries(bytes)) {
    assert.equal(length(emoji), count, emoji);
    assert.equal(length(`a${emoji}${emoji}b`), 2 + 2 * count, emoji);
  }
  assert.equal(length("😀".repeat(125)), 500);
  assert.equal(length("😀".repeat(126)), 504);
});

Deno.test("no text is shorter than its letters, or longer than its bytes, be it well formed or not", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const count = length(text);
      assert.ok(count >= [...text].length && count <= new TextEncoder().encode(text).length, text);
    }),
    { numRuns: 1_000 },
  );
  assert.equal(length("\uD800\uDC00\uD800"), 2);
});

Deno.test("a long row of joiners is counted at once", () => {
  assert.ok(cpuMs(() => length("👩\u200D".repeat(50_000))) < 2_000);
});
