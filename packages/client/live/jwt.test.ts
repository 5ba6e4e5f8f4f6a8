import assert from "node:assert/strict";
import fc from "fast-check";
import { claimsOf } from "./jwt.ts";
import { tokenFor } from "./testing/fake_auth.ts";

Deno.test("a token's user and expiry are read, in base64url and UTF-8", () => {
  assert.deepEqual(claimsOf(tokenFor({ sub: "a?>~", exp: 5 })), { sub: "a?>~", expiresAt: 5_000 });
  // {"sub":"joão","exp":7}
  assert.deepEqual(claimsOf("h.eyJzdWIiOiJqb8OjbyIsImV4cCI6N30.s"), { sub: "joão", expiresAt: 7_000 });
});

Deno.test("what is no token, or no user's, claims nothing", () => {
  const nothing = { sub: undefined, expiresAt: undefined };
  for (
    const token of ["", "sb_publishable_x", "a.b", "a.!.c", "a.bnVsbA.c", tokenFor({ sub: "", exp: "soon" })]
  ) {
    assert.deepEqual(claimsOf(token), nothing, token);
  }
  fc.assert(fc.property(fc.string(), (text) => void claimsOf(text)));
  fc.assert(fc.property(fc.json(), (json) => void claimsOf(`a.${btoa(encodeURIComponent(json))}.c`)));
});
