/** What is kept of an answer opens no account, however the answer repeats what it was sent. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { PlatformError } from "../platform.ts";
import { errorWithoutTokens, keptAnswer } from "./without_tokens.ts";

const TOKEN = "EAAB+secret/token==";

const ECHOES: readonly unknown[] = [
  TOKEN,
  { detail: `Bearer ${TOKEN} is expired` },
  { [TOKEN]: [TOKEN.toLowerCase()] },
  `https://graph.example/me?access_token=${encodeURIComponent(TOKEN)}&limit=5`,
  { detail: `No such page: /?state=1&q=${encodeURIComponent(TOKEN)}` },
  { paging: { next: `https://graph.example/?limit=5&access_token=another-token-of-a-page` } },
  { data: [{ name: "Page", access_token: "another-token-of-a-page" }] },
  {
    refresh_token: "another-token-of-a-page",
    client_secret: "another-token-of-a-page",
    refreshToken: "another-token-of-a-page",
  },
  `${"x".repeat(9_000)}${TOKEN}`,
  `${"x".repeat(1_990)}${TOKEN}`,
  { detail: `${"x".repeat(1_990)}${TOKEN}` },
  { long: Array.from({ length: 900 }, () => TOKEN) },
];

for (const [index, echo] of ECHOES.entries()) {
  Deno.test(`nothing of a token is left in answer ${index + 1}`, () => {
    const kept = JSON.stringify(keptAnswer(echo, [TOKEN]));
    for (const part of ["secret", "another-token", encodeURIComponent(TOKEN)]) {
      assert.ok(!kept.replaceAll("client_secret", "").includes(part), kept.slice(0, 300));
    }
    assert.ok(kept.length <= 17_000, `${kept.length} characters`);
  });
}

Deno.test("what is no token is kept as it is", () => {
  const answer = {
    error: { code: 190, error_subcode: 463, message: "Session has expired", is_transient: false },
    ids: [1, null],
  };
  assert.deepEqual(keptAnswer(answer, [TOKEN, "", null, undefined]), answer);
  assert.equal(keptAnswer("<html>Bad Gateway</html>", [TOKEN]), "<html>Bad Gateway</html>");
});

Deno.test("an error keeps its verdict, and none of its words a token", () => {
  const failure = {
    class: "never",
    scope: "publication",
    code: "no",
    message: `No: ${TOKEN}`,
    raw: { at: TOKEN },
  } as const;
  const clean = errorWithoutTokens(new PlatformError(failure, { isAmbiguous: true, cause: `at ${TOKEN}` }), [
    TOKEN,
  ]);
  assert.deepEqual(clean.failure, { ...failure, message: "No: [redacted]", raw: { at: "[redacted]" } });
  assert.deepEqual([clean.isAmbiguous, clean.isUnreachable, clean.cause], [true, false, "at [redacted]"]);
});

Deno.test("wherever a token stands in an answer, it is not kept", () => {
  const secret = fc.string({ unit: "grapheme-ascii", minLength: 12, maxLength: 60 }).filter((text) =>
    text.trim() === text
  );
  fc.assert(
    fc.property(secret, fc.jsonValue(), fc.string(), (token, around, before) => {
      const kept = JSON.stringify(
        keptAnswer({ around, detail: before + token, [token]: encodeURIComponent(token) }, [token]),
      );
      assert.ok(!kept.includes(JSON.stringify(token).slice(1, -1)) || JSON.stringify(around).includes(token));
    }),
    { numRuns: Number(Deno.env.get("ESTEIRA_BODIES") ?? 1_000) },
  );
});
