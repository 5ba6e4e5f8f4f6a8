import assert from "node:assert/strict";
import { readLittle } from "./little_text.ts";

const SEEN: readonly (readonly [sent: string, shown: string])[] = [
  ["Good morning", "Good morning"],
  ["a \\(b\\) \\#c \\\\ d", "a (b) #c \\ d"],
  ["{hashtag|\\#|sea} and {hashtag|＃|海}", "#sea and ＃海"],
  ["{hashtag|#|a\\_b}!", "#a_b!"],
  ["plain #tags are tags", "plain #tags are tags"],
  ["Hello @[Acme Corp](urn:li:organization:1234)", "Hello Acme Corp"],
  ["First sentence (and the rest is lost", "First sentence "],
  ["Part 5 | of 15", "Part 5 "],
  ["a_b", "a"],
  ["*bold* text", ""],
  ["{hashtag|sea}", ""],
];

for (const [sent, shown] of SEEN) {
  Deno.test(`"${sent}" is shown as "${shown}"`, () => {
    const read = readLittle(sent);
    assert.equal(read.shown, shown);
    assert.ok(sent.startsWith(read.kept));
  });
}
