import assert from "node:assert/strict";
import fc from "fast-check";
import { cpuMs } from "../cpu_time_fixture.ts";
import { checkText } from "./check_text.ts";
import { linkOf, uniqueLinks } from "./unique_links.ts";

Deno.test("a link counts once, however often and however it is written", () => {
  assert.deepEqual(
    uniqueLinks("See https://A.example/x, http://a.example/x. And www.b.example! (www.B.example/)"),
    ["a.example/x", "www.b.example"],
  );
  assert.deepEqual(uniqueLinks("https://a.example/X https://a.example/x"), ["a.example/X", "a.example/x"]);
  assert.deepEqual(uniqueLinks("ana@www.example and a.example are none"), []);
  assert.equal(linkOf("https://a.example/?q=1"), "a.example/?q=1");
});

Deno.test("rules count them so where they say so", () => {
  const text = { max: 500, count: "codepoints" } as const;
  const caption = Array(6).fill("https://a.example/1").join(" ");
  assert.deepEqual(
    checkText({ text, links: { max: 5, isUnique: true }, media: MEDIA, scopes: [] }, caption),
    [],
  );
  assert.deepEqual(
    checkText({ text, links: { max: 5 }, media: MEDIA, scopes: [] }, caption).map(({ code }) => code),
    ["too_many_links"],
  );
  const six = [1, 2, 3, 4, 5, 6].map((n) => `https://a.example/${n}`).join(" ");
  const [issue] = checkText({ text, links: { max: 5, isUnique: true }, media: MEDIA, scopes: [] }, six);
  assert.deepEqual([issue?.code, issue?.details], ["too_many_links", { count: 6, maximum: 5 }]);
});
const MEDIA = { min: 0, max: 0 };

Deno.test("any text has links, in time", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void uniqueLinks(text)), { numRuns: 1_000 });
  assert.ok(cpuMs(() => uniqueLinks(`www.${".".repeat(100_000)}`)) < 2_000);
  assert.ok(cpuMs(() => uniqueLinks("https://".repeat(20_000))) < 2_000);
});
