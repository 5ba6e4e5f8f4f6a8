import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeLittle, unescapeLittle } from "./little_text.ts";

const RESERVED = "|{}@[]()<>#\\*_~";

Deno.test("every reserved character is escaped, and comes back", () => {
  for (const character of RESERVED) {
    assert.equal(escapeLittle(`a ${character} b`), `a \\${character} b`);
    assert.equal(unescapeLittle(`a \\${character} b`), `a ${character} b`);
  }
  assert.equal(escapeLittle("plain, text. 100% & more!"), "plain, text. 100% & more!");
});

Deno.test("a hashtag is sent as one; what only looks like one is text", () => {
  assert.equal(escapeLittle("#sea and #Mar_Azul!"), "{hashtag|\\#|sea} and {hashtag|\\#|Mar\\_Azul}!");
  assert.equal(escapeLittle("＃海 #praia_é"), "{hashtag|＃|海} {hashtag|\\#|praia\\_é}");
  assert.equal(escapeLittle("C# is #1, a#b, ##c, # d"), "C\\# is \\#1, a\\#b, \\#\\#c, \\# d");
  assert.equal(escapeLittle("https://a.example/#part"), "https://a.example/\\#part");
  assert.equal(escapeLittle("&#x27;"), "&\\#x27;");
});

Deno.test("what LinkedIn gives back is read, escaped as it likes", () => {
  assert.equal(unescapeLittle("{hashtag|#|sea} \\(blue\\)"), "#sea (blue)");
  assert.equal(unescapeLittle("{hashtag|\\#|a\\_b}"), "#a_b");
  assert.equal(unescapeLittle("\\{hashtag|\\#|sea\\}"), "{hashtag|#|sea}");
  assert.equal(unescapeLittle("\\\\{hashtag|\\#|sea}"), "\\#sea");
  assert.equal(unescapeLittle("@[Acme](urn:li:organization:1)"), "@[Acme](urn:li:organization:1)");
});

const pieces = fc.oneof(
  fc.constantFrom(...RESERVED, "#sea", "{hashtag|\\#|sea}", "\\\\", "\n", "é", "#a_b", "＃海", " "),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

Deno.test("nothing of any text is lost, and nothing that is reserved is left", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const sent = escapeLittle(text);
      assert.equal(unescapeLittle(sent), text);
      const bare = sent.replace(/\\[|{}@[\]()<>#\\*_~]/g, "").replace(/\{hashtag\|＃?\|[^|{}\\]+\}/gu, "");
      assert.ok(!/[|{}@[\]()<>#\\*_~]/.test(bare), bare);
    }),
    { numRuns: 2_000 },
  );
});
