import fc from "fast-check";
import assert from "node:assert/strict";
import { redact } from "./redact.ts";

const SECRET = "8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";

Deno.test("a secret is replaced wherever it stands in a string, however deep", () => {
  const echoed = {
    data: [{ webhookUrl: `https://esteira.example/hook/1/${SECRET}`, twice: `${SECRET} ${SECRET}` }],
    text: SECRET,
  };
  assert.deepEqual(redact(echoed, [SECRET]), {
    data: [{ webhookUrl: "https://esteira.example/hook/1/[redacted]", twice: "[redacted] [redacted]" }],
    text: "[redacted]",
  });
});

Deno.test("a secret inside JSON inside a string is replaced too", () => {
  const eventData = JSON.stringify({ url: `https://esteira.example/${SECRET}`, apiKey: SECRET });
  assert.ok(!JSON.stringify(redact({ eventData }, [SECRET])).includes(SECRET));
});

Deno.test("a signed token is replaced whether it is known or not", () => {
  const signed =
    "https://abc.supabase.co/storage/v1/object/sign/inputs/u/a.png?token=eyJhbGciOiJF.eyJ1cmwiOi.c2ln-_bmF0";
  assert.deepEqual(redact({ input: [signed] }, []), {
    input: ["https://abc.supabase.co/storage/v1/object/sign/inputs/u/a.png?token=[redacted]"],
  });
  assert.equal(redact("eyJust a word. of.two", []), "eyJust a word. of.two");
});

Deno.test("each of several secrets is replaced", () => {
  assert.equal(
    redact("key aaaaaaaa token bbbbbbbb", ["aaaaaaaa", "bbbbbbbb"]),
    "key [redacted] token [redacted]",
  );
});

Deno.test("secrets that are missing or too short to be one are passed over", () => {
  const value = { a: "some text", b: "" };
  assert.deepEqual(redact(value, [null, undefined, "", "e", "text"]), value);
});

Deno.test("for any JSON value: no trace of the secret is left, and nothing else is changed", () => {
  const leaf = fc.oneof(fc.string(), fc.string().map((text) => text + SECRET + text), fc.constant(SECRET));
  const value = fc.object({ values: [leaf, fc.integer(), fc.boolean(), fc.constant(null)], maxDepth: 4 });
  fc.assert(fc.property(value, (original) => {
    const copy = JSON.stringify(original);
    const redacted = JSON.stringify(redact(original, [SECRET]));
    assert.equal(redacted, copy.replaceAll(SECRET, "[redacted]"));
    assert.equal(JSON.stringify(original), copy, "the original is untouched");
  }));
});

Deno.test("values that are no objects stay as they are", () => {
  for (const value of [null, undefined, 7, true, ""]) {
    assert.equal(redact(value, [SECRET]), value);
  }
});

Deno.test("a secret is found in keys too, and in whatever case of letters", () => {
  const [small, capital] = ["a1b2c3d4-0000", "A1B2C3D4-0000"];
  for (const secret of [small, capital]) {
    const echoed = { [`at ${small}`]: [capital, `${small}${capital}`] };
    assert.deepEqual(redact(echoed, [secret]), { "at [redacted]": ["[redacted]", "[redacted][redacted]"] });
  }
});

Deno.test("a secret is taken as it stands, whatever its characters mean in a pattern", () => {
  const secret = "k.y+(1)$[a]{2}|\\^*?";
  assert.equal(redact(`<${secret}> key+(1)`, [secret]), "<[redacted]> key+(1)");
});
