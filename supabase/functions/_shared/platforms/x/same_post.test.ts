/** A post is known again whatever X has made of its text; and no other is taken for it. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { xUrlsIn } from "../../../../../shared/publishing/x_urls.ts";
import { likenessOf, type SentPost } from "./same_post.ts";
import { timelineOf, type TimelinePost } from "./timeline.ts";

const RUNS = { numRuns: Number(Deno.env.get("ESTEIRA_BODIES") ?? 1_000) };
const sent = (text: string, more: Partial<SentPost> = {}): SentPost => ({
  text,
  mediaIds: [],
  hasMedia: false,
  replyTo: null,
  ...more,
});

function read(post: Record<string, unknown>): TimelinePost {
  const body = { data: [{ id: "1", ...post }], meta: { result_count: 1 } };
  const [found] = timelineOf({ body, raw: body }).posts;
  return found ?? assert.fail("no post");
}

/** A post as X shows it: its addresses shortened, escaped for HTML, its files as one more address. */
function shown(
  text: string,
  { hasMedia = false, keys }: { hasMedia?: boolean; keys?: string[] } = {},
): TimelinePost {
  const urls: Record<string, unknown>[] = [];
  const shorten = (expanded: string, more = {}) => {
    const url = `https://t.co/${"abcdefghij".slice(0, 9)}${urls.length}`;
    urls.push({ url, expanded_url: expanded, display_url: expanded.slice(0, 20), ...more });
    return url;
  };
  const escape = (part: string) =>
    part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const composed = text.normalize("NFC");
  let written = "";
  let at = 0;
  for (const { start, end, url } of xUrlsIn(composed)) {
    const expanded = /^https?:/i.test(url) ? url : `http://${url}`;
    written += escape(composed.slice(at, start)) + shorten(expanded);
    at = end;
  }
  written = (written + escape(composed.slice(at))).trim();
  if (hasMedia) written += `${written === "" ? "" : " "}${shorten("https://x.com/ana/status/1/photo/1")}`;
  return read({ text: written, entities: { urls }, ...keys ? { attachments: { media_keys: keys } } : {} });
}

const url = fc.constantFrom(
  ...[
    "https://example.com",
    "http://example.com/a?b=1&c=2",
    "example.com/ä",
    "www.example.org",
    "https://exämple.de/ü#x",
  ],
  ...["HTTPS://Example.com/Path", "https://example.com/a_(b)"],
);
const text = fc.array(
  fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    url,
    fc.constantFrom("&amp;", "<b>", "👨‍👩‍👧‍👦", "\n\n", "#tag", "@ana"),
  ),
  { minLength: 1, maxLength: 6 },
).map((parts) => parts.join(" "));

/** What can be recognized: words, or an address. */
const isTelling = (text: string) => /[\p{L}\p{N}]/u.test(text);

Deno.test("whatever X makes of a text, the post is the same", () => {
  fc.assert(
    fc.property(text.filter(isTelling), fc.boolean(), (text, hasMedia) => {
      assert.equal(likenessOf(sent(text, { hasMedia }), shown(text, { hasMedia })), "same");
    }),
    RUNS,
  );
});

Deno.test("a post of other words, or of other addresses, is not the same", () => {
  fc.assert(
    fc.property(text.filter(isTelling), fc.stringMatching(/^[a-z]{1,9}$/), (text, more) => {
      assert.equal(likenessOf(sent(text), shown(`${text} ${more}`)), "other");
      assert.equal(likenessOf(sent(`${text} ${more}`), shown(text)), "other");
      assert.notEqual(likenessOf(sent(`${text} example.com/1`), shown(`${text} example.com/2`)), "same");
    }),
    RUNS,
  );
});

Deno.test("a file is nobody else's: its id proves the post, whatever its text", () => {
  const mine = sent("", { mediaIds: ["70", "71"], hasMedia: true });
  assert.equal(likenessOf(mine, shown("", { hasMedia: true, keys: ["7_71"] })), "proven");
  assert.equal(likenessOf(mine, shown("Something else", { keys: ["3_70"] })), "proven");
  assert.equal(likenessOf(mine, shown("", { hasMedia: true, keys: ["3_99"] })), "maybe");
  assert.equal(likenessOf(mine, shown("", { hasMedia: true })), "maybe");
  const worded = sent("Hello", { mediaIds: ["70"], hasMedia: true });
  assert.equal(likenessOf(worded, shown("Hello", { hasMedia: true, keys: ["3_99"] })), "maybe");
  assert.equal(likenessOf(worded, shown("Hello", { hasMedia: true })), "same");
});

Deno.test("a post with files is not one without, nor the other way round", () => {
  assert.equal(likenessOf(sent("Hello"), shown("Hello", { hasMedia: true })), "other");
  assert.equal(likenessOf(sent("Hello"), shown("Hello", { keys: ["3_1"] })), "other");
  assert.equal(likenessOf(sent("Hello", { hasMedia: true }), shown("Hello")), "maybe");
});

Deno.test("an answer is known by the post that it answers, and X's own first names are no part of it", () => {
  const answer = sent("Thanks!", { replyTo: "9" });
  const to = (id: string) => ({ referenced_tweets: [{ type: "replied_to", id }] });
  assert.equal(likenessOf(answer, read({ text: "@bob @carol Thanks!", ...to("9") })), "same");
  assert.equal(likenessOf(answer, read({ text: "Thanks!", ...to("9") })), "same");
  assert.equal(likenessOf(answer, read({ text: "Thanks!" })), "same");
  assert.equal(likenessOf(answer, read({ text: "@bob Thanks!", ...to("8") })), "other");
  assert.equal(likenessOf(sent("Thanks!"), read({ text: "@bob Thanks!" })), "other");
});

Deno.test("a long post is compared whole, and X's short addresses without a place they lead to are let pass", () => {
  const long = "word ".repeat(100).trim();
  assert.equal(
    likenessOf(
      sent(long),
      read({ text: `${long.slice(0, 270)}… https://t.co/x`, note_tweet: { text: long } }),
    ),
    "same",
  );
  assert.equal(likenessOf(sent("See https://a.example/1"), read({ text: "See https://t.co/abc" })), "same");
  assert.equal(
    likenessOf(sent("See https://a.example/1"), read({ text: "See https://a.example/1" })),
    "same",
  );
});
