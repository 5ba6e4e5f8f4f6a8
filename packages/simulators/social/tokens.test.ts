import assert from "node:assert/strict";
import fc from "fast-check";
import { Clock } from "./clock.ts";
import { type Family, Tokens } from "./tokens.ts";

const app = { clientId: "a", clientSecret: "s" };
const person = { id: "1", username: "ana", name: "Ana", isSuspended: false };
const same = (random: string) => random;

function signedIn(): { tokens: Tokens; family: Family } {
  const tokens = new Tokens(new Clock());
  return { tokens, family: tokens.found({ app, person, scopes: [], door: "" }) };
}

Deno.test("however refresh tokens are used: each is good once, and one that comes again is the family's end", () =>
  fc.assert(fc.property(fc.array(fc.nat({ max: 5 })), (uses) => {
    const { tokens, family } = signedIn();
    const given = [tokens.refresh(family, 60, same)];
    const used = new Set<string>();
    let isOver = false;
    for (const back of uses) {
      const token = given.at(-1 - back % given.length) ?? "";
      const isGood: boolean = !isOver && !used.has(token);
      isOver ||= used.has(token);
      assert.equal(tokens.use(token, app) === family, isGood);
      used.add(token);
      if (isGood) given.push(tokens.refresh(family, 60, same));
      assert.equal(family.ended, isOver ? "reuse" : null);
    }
    assert.equal(tokens.refreshes.filter(({ outcome }) => outcome === "refreshed").length, given.length - 1);
  })));

Deno.test("an access is good until its time, its end, or the family's", () => {
  const { tokens, family } = signedIn();
  const { token } = tokens.access(family, 60, same);
  assert.equal(tokens.look(token).is, "good");
  assert.equal(tokens.endAccess(() => true), 1);
  assert.equal(tokens.look(token).is, "ended");
  const later = tokens.access(family, 60, same).token;
  tokens.clock.advance(60_000);
  assert.equal(tokens.look(later).is, "expired");
  const endless = tokens.access(family, Infinity, same).token;
  assert.equal(tokens.look(endless).is, "good");
  assert.equal(tokens.end(({ person: { id } }) => id === "1", "revoked"), 1);
  assert.deepEqual([tokens.look(endless).is, tokens.look("another").is], ["ended", "unknown"]);
  assert.equal(tokens.everything().length, 3);
});

Deno.test("a refresh token is no other app's, and has its own end", () => {
  const { tokens, family } = signedIn();
  const token = tokens.refresh(family, 60, same);
  assert.equal(tokens.use(token, { ...app }), undefined);
  tokens.clock.advance(60_000);
  assert.equal(tokens.use(token, app), undefined);
  assert.equal(family.ended, null);
});
