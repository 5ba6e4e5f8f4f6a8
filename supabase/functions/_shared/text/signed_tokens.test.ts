import fc from "fast-check";
import assert from "node:assert/strict";
import { hideSignedTokens } from "./signed_tokens.ts";

Deno.test("it hides what the plain pattern of a token would find, and leaves the rest as it is", () => {
  const plain = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g; // takes the square of the text's length
  const text = fc.string({
    unit: fc.constantFrom("eyJ", "ey", "J", "a", "-", ".", ".", "_", " ", "/", "é", "\0"),
  });
  fc.assert(
    fc.property(text, (text) => assert.equal(hideSignedTokens(text), text.replaceAll(plain, "[redacted]"))),
    { numRuns: 20_000 },
  );
});
