/**
 * Everything about keys and tokens in one place: the ES256 signing key of this run and its JWKS, the API keys
 * (`sb_publishable_…`, `sb_secret_…` and the two legacy JWTs), and the one function that turns whatever a caller
 * presents into claims. Formats: supabase.com/docs/guides/api/api-keys and /guides/auth/signing-keys.
 */
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from "jose";

/** The claims of a caller; `role` is the Postgres role the request runs as. */
export interface Claims {
  role: string;
  sub?: string;
  exp?: number;
  [claim: string]: unknown;
}

export interface Tokens {
  /** For clients; role `anon`. The value the Supabase CLI uses for every local project. */
  readonly publishableKey: string;
  /** For servers; role `service_role`. The value the Supabase CLI uses for every local project. */
  readonly secretKey: string;
  /** Legacy HS256 API key with role `anon`. */
  readonly anonKey: string;
  /** Legacy HS256 API key with role `service_role`. */
  readonly serviceRoleKey: string;
  /** Public keys, as served at `/auth/v1/.well-known/jwks.json`. */
  readonly jwks: JSONWebKeySet;
  /** Claims of an API key, or undefined when it is none of ours. */
  apiKeyClaims(key: string | null | undefined): Claims | undefined;
  /** Signs a user's access token with ES256. `expiresIn` in seconds. */
  sign(claims: Record<string, unknown>, expiresIn: number): Promise<string>;
  /**
   * Verifies a bearer token: an API key or an ES256 access token.
   * @throws jose's `JWTExpired` (`code` ERR_JWT_EXPIRED) or another `JOSEError` when it must be refused.
   */
  verify(token: string): Promise<Claims>;
}

// Well-known values of every local project that the Supabase CLI starts; worthless outside this machine.
const PUBLISHABLE_KEY = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH";
const SECRET_KEY = "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz";
const LEGACY_SECRET = new TextEncoder().encode("super-secret-jwt-token-with-at-least-32-characters-long");
const LEGACY_EXPIRY = 1983812996;

/** Makes the keys of one run. The signing key is new each time and never leaves the process. */
export async function makeTokens(): Promise<Tokens> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const kid = crypto.randomUUID();
  const jwks: JSONWebKeySet = {
    keys: [{ ...await exportJWK(publicKey), kid, alg: "ES256", use: "sig", key_ops: ["verify"] }],
  };
  const keySet = createLocalJWKSet(jwks);
  const legacy = (role: string) =>
    new SignJWT({ iss: "supabase-demo", role, exp: LEGACY_EXPIRY })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(LEGACY_SECRET);
  const [anonKey, serviceRoleKey] = await Promise.all([legacy("anon"), legacy("service_role")]);

  const roles = new Map<string, string>([
    [PUBLISHABLE_KEY, "anon"],
    [SECRET_KEY, "service_role"],
    [anonKey, "anon"],
    [serviceRoleKey, "service_role"],
  ]);
  const apiKeyClaims = (key: string | null | undefined): Claims | undefined => {
    const role = key ? roles.get(key) : undefined;
    return role ? { role } : undefined;
  };

  return {
    publishableKey: PUBLISHABLE_KEY,
    secretKey: SECRET_KEY,
    anonKey,
    serviceRoleKey,
    jwks,
    apiKeyClaims,
    sign: (claims, expiresIn) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", typ: "JWT", kid })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
        .sign(privateKey),
    verify: async (token) => {
      const known = apiKeyClaims(token);
      if (known) return known;
      const { payload } = await jwtVerify(token, keySet, { algorithms: ["ES256"] });
      return { ...payload, role: typeof payload.role === "string" ? payload.role : "anon" };
    },
  };
}
