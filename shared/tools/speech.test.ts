import assert from "node:assert/strict";
import { speechInput } from "./speech.ts";

const fieldAtFault = (value: unknown) => speechInput.safeParse(value).error?.issues[0]?.path[0];

Deno.test("a text is enough: an MP3 in a plain voice", () => {
  assert.deepEqual(speechInput.parse({ text: "  Good morning " }), {
    text: "Good morning",
    voice: "alloy",
    format: "mp3",
    speed: 1,
  });
  const full = { text: "Bom dia", voice: "coral", format: "opus", speed: 0.25, instructions: "slowly" };
  assert.deepEqual(speechInput.parse(full), full);
});

Deno.test("what no voice could say is refused before it is paid for", () => {
  const wrong = {
    text: [undefined, null, "", "   ", 7, "x".repeat(4097)],
    voice: ["", "Alloy", "constructor", null, 1],
    format: ["ogg", "pcm", "MP3", ""],
    speed: [0, 0.24, 4.01, -1, NaN, Infinity, "1"],
    instructions: ["", " ", 7, "x".repeat(2001)],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      assert.equal(fieldAtFault({ text: "x", [field]: value }), field, `${field}: ${value}`);
    }
  }
  assert.equal(fieldAtFault({ text: "x".repeat(4096), speed: 4 }), undefined);
});

Deno.test("a field that the tool does not have is refused", () => {
  assert.equal(speechInput.safeParse({ text: "x", model: "tts-1" }).success, false);
});
