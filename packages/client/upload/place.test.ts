import assert from "node:assert/strict";
import { askForPlace, expiryOf, resumableEndpoint } from "./place.ts";

Deno.test("pieces go to the host that hosted projects have for them, and elsewhere to the project's own", () => {
  const cases: Record<string, string> = {
    "https://abcdefghijklmnopqrst.supabase.co/storage/v1/object/upload/sign/inputs/u/a.png?token=x":
      "https://abcdefghijklmnopqrst.storage.supabase.co/storage/v1/upload/resumable/sign",
    "http://127.0.0.1:54321/storage/v1/object/upload/sign/inputs/u/a.png?token=x":
      "http://127.0.0.1:54321/storage/v1/upload/resumable/sign",
    "https://files.example.com/supabase/storage/v1/object/upload/sign/inputs/u/a.png?token=x":
      "https://files.example.com/supabase/storage/v1/upload/resumable/sign",
    "https://supabase.co.example.com/storage/v1/object/upload/sign/inputs/a":
      "https://supabase.co.example.com/storage/v1/upload/resumable/sign",
  };
  for (const [signedUrl, endpoint] of Object.entries(cases)) {
    assert.equal(resumableEndpoint(signedUrl), endpoint);
  }
});

Deno.test("a token's own end is read from it; one that does not say has none", () => {
  const token = (claims: unknown) => `x.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.y`;
  assert.equal(expiryOf(token({ exp: 1000, note: "ÿ>?" })), 1_000_000);
  for (const other of [token({}), token({ exp: "soon" }), "x", "", "a.b.c"]) {
    assert.equal(expiryOf(other), null);
  }
});

Deno.test("an answer that names no place is none", async () => {
  const wish = { tool: "upscaler", field: "image", contentType: "image/png", size: 1 };
  const { signal } = new AbortController();
  const place = { bucket: "inputs", path: "u/a", token: "t", signedUrl: "http://s" };
  assert.equal(await askForPlace({ call: () => Promise.resolve({ body: place }) }, wish, signal), place);
  for (const body of [null, "place", {}, { ...place, token: 1 }]) {
    const asked = askForPlace({ call: () => Promise.resolve({ body }) }, wish, signal);
    await assert.rejects(asked, { code: "malformed_answer" });
  }
});
