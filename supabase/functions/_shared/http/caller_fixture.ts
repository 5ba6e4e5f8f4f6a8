/** For tests of functions that users call: tokens that hold, of a user and of an admin. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export const USER_ID = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";

/** Has the functions trust a new key, and returns the headers of somebody signed in whose token it signs. */
export function signedIn(): (claims?: Record<string, unknown>) => Promise<Record<string, string>> {
  const keys = generateKeyPair("ES256").then(async ({ privateKey, publicKey }) => {
    const key = { ...await exportJWK(publicKey), alg: "ES256", kid: "test" };
    Deno.env.set("SUPABASE_JWKS", JSON.stringify({ keys: [key] }));
    return privateKey;
  });
  return async (claims = {}) => {
    const key = await keys;
    const token = await new SignJWT({ role: "authenticated", ...claims }).setSubject(USER_ID)
      .setAudience("authenticated").setIssuedAt().setExpirationTime("1h")
      .setProtectedHeader({ alg: "ES256", kid: "test" }).sign(key);
    return { authorization: `Bearer ${token}`, apikey: "sb_publishable_test" };
  };
}

/** What the token of an admin says. */
export const ADMIN = { role: "esteira_admin", app_metadata: { role: "admin" } };
