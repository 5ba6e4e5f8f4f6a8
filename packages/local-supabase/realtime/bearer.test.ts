import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { makeTokens } from "../tokens.ts";
import { verdictOn } from "./bearer.ts";

Deno.test("each API key has the claims of its role, though no expiry", async () => {
  const tokens = await makeTokens();
  const role = async (key: string) => {
    const verdict = await verdictOn(key, tokens);
    return verdict.ok && verdict.claims.role;
  };
  assert.equal(await role(tokens.publishableKey), "anon");
  assert.equal(await role(tokens.anonKey), "anon");
  assert.equal(await role(tokens.secretKey), "service_role");
  assert.equal(await role(tokens.serviceRoleKey), "service_role");
});

Deno.test("an access token has its claims", async () => {
  const tokens = await makeTokens();
  const verdict = await verdictOn(await tokens.sign({ sub: "me", role: "authenticated" }, 60), tokens);
  assert(verdict.ok);
  assert.equal(verdict.claims.sub, "me");
  assert.equal(verdict.claims.role, "authenticated");
});

Deno.test("a bad token is refused with what is wrong with it", async () => {
  const [tokens, others] = [await makeTokens(), await makeTokens()];
  const good = await tokens.sign({ role: "authenticated" }, 60);
  const forged = good.slice(0, good.lastIndexOf(".") + 1) + "A".repeat(86);
  const symmetric = await new SignJWT({ role: "authenticated" }).setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h").sign(new Uint8Array(32));
  const expectations: [token: string, code: string, message: RegExp][] = [
    [
      await tokens.sign({ role: "authenticated" }, -100),
      "InvalidJWTToken",
      /^Token has expired 10[0-5] seconds ago$/,
    ],
    [forged, "JwtSignatureError", /^Failed to validate JWT signature$/],
    [
      await others.sign({ role: "authenticated" }, 60),
      "JwtSignerError",
      /^Failed to generate JWT signer for key ID/,
    ],
    [
      symmetric,
      "JwtSignerError",
      /^Failed to generate JWT signer for key ID \(kid\) null, check your JWT secret/,
    ],
    ["rubbish", "MalformedJWT", /^The token provided is not a valid JWT$/],
    ["", "MalformedJWT", /^The token provided is not a valid JWT$/],
  ];
  for (const [token, code, message] of expectations) {
    const verdict = await verdictOn(token, tokens);
    assert(!verdict.ok, code);
    assert.equal(verdict.code, code);
    assert.match(verdict.message, message);
  }
});
