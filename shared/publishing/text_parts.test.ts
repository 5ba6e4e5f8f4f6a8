import assert from "node:assert/strict";
import fc from "fast-check";
import { cpuMs } from "../cpu_time_fixture.ts";
import { partsOf } from "./text_parts.ts";

Deno.test("links, hashtags and mentions are told from words, numbers and e-mail addresses", () => {
  const text =
    "Olá @ana.lima e @b! #verão ＃2026x #7 a@b.com x#y https://a.example/#b?c=@d HTTP://E.example (#fim)";
  assert.deepEqual(partsOf(text), {
    links: ["https://a.example/#b?c=@d", "HTTP://E.example"],
    hashtags: ["#verão", "＃2026x", "#fim"],
    mentions: ["@ana.lima", "@b"],
  });
  assert.deepEqual(partsOf(""), { links: [], hashtags: [], mentions: [] });
});

Deno.test("as many are found as were written, among whatever words", () => {
  const word = fc.stringMatching(/^[a-zé]{1,8}$/);
  const part = fc.oneof(
    word.map((text) => ({ kind: "words", text })),
    word.map((text) => ({ kind: "hashtags", text: `#${text}` })),
    word.map((text) => ({ kind: "mentions", text: `@${text}` })),
    word.map((text) => ({ kind: "links", text: `https://a.example/${text}#x` })),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const found = partsOf(parts.map(({ text }) => text).join(" "));
      for (const kind of ["links", "hashtags", "mentions"] as const) {
        assert.deepEqual(found[kind], parts.filter((part) => part.kind === kind).map(({ text }) => text));
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a long text takes no longer than it is long", () => {
  for (const piece of ["#", "#1", "@", "@.", "http://", "#_", "a#", "@a@"]) {
    const text = piece.repeat(100_000 / piece.length);
    assert.ok(cpuMs(() => partsOf(text)) < 1_000, piece);
  }
});
