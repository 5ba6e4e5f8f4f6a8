/**
 * The Auth service: the routes of GoTrue (github.com/supabase/auth) for email and password, sessions and the admin
 * API, over the tables of schema `auth`. Not served: mails, phones, OAuth and SSO, anonymous users, MFA, hooks.
 */
import { type Context, Hono } from "hono";
import type { Service } from "../service.ts";
import type { Tokens } from "../tokens.ts";
import * as admin from "./admin_users.ts";
import { AuthError, toAuthError } from "./auth_error.ts";
import { type AuthContext, openPool } from "./context.ts";
import * as own from "./own_user.ts";
import { refresh } from "./refresh.ts";
import { requireApiKey } from "./request.ts";
import { signIn } from "./sign_in.ts";
import { signUp } from "./sign_up.ts";

export interface AuthOptions {
  /** As `supabase_auth_admin`. */
  databaseUrl: string;
  tokens: Tokens;
  /** `iss` of the access tokens, such as `http://127.0.0.1:54321/auth/v1`. */
  issuer: string;
  /** Seconds that an access token is good for. */
  jwtExpiry: number;
}

/** Starts the service. */
export function startAuth({ databaseUrl, tokens, issuer, jwtExpiry }: AuthOptions): Promise<Service> {
  const pool = openPool(databaseUrl);
  const app = routes({ pool, tokens, issuer, jwtExpiry });
  return Promise.resolve({
    handle: async (request) => await app.fetch(request),
    close: () => pool.close(),
  });
}

type Handler = (ctx: AuthContext, request: Request, id: string) => Promise<Response>;

function routes(ctx: AuthContext): Hono {
  const to = (handler: Handler) => (c: Context) => {
    requireApiKey(ctx, c.req.raw);
    return handler(ctx, c.req.raw, c.req.param("id") ?? "");
  };
  return new Hono().basePath("/auth/v1")
    .get(
      "/health",
      (c) => c.json({ name: "GoTrue", version: "local", description: "A local stand-in for GoTrue" }),
    )
    .get("/.well-known/jwks.json", (c) => c.json(ctx.tokens.jwks))
    .get("/settings", to(() => Promise.resolve(Response.json(SETTINGS))))
    .post("/signup", to(signUp))
    .post("/token", to(grant))
    .get("/user", to(own.getUser))
    .put("/user", to(own.updateUser))
    .post("/logout", to(own.logout))
    .post("/admin/users", to(admin.createUser))
    .get("/admin/users", to(admin.listUsers))
    .get("/admin/users/:id", to(admin.getUser))
    .put("/admin/users/:id", to(admin.updateUser))
    .delete("/admin/users/:id", to(admin.deleteUser))
    .notFound((c) => new AuthError(404, "not_found", "404 page not found").toResponse(c.req.raw))
    .onError((error, c) => toAuthError(error).toResponse(c.req.raw));
}

function grant(ctx: AuthContext, request: Request): Promise<Response> {
  const type = new URL(request.url).searchParams.get("grant_type");
  if (type === "password") return signIn(ctx, request);
  if (type === "refresh_token") return refresh(ctx, request);
  throw new AuthError(400, "invalid_grant", "unsupported_grant_type");
}

const SETTINGS = {
  external: { anonymous_users: false, email: true, phone: false },
  disable_signup: false,
  mailer_autoconfirm: true,
  phone_autoconfirm: false,
  sms_provider: "",
  saml_enabled: false,
};
