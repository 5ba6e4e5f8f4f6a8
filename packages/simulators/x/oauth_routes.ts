/** Signing in with X: OAuth 2 with PKCE. A refresh token is good for one use. */
import type { Context } from "hono";
import { type App, appOf, basicCredentials } from "../social/apps.ts";
import { authorize } from "../social/authorize.ts";
import type { Family } from "../social/tokens.ts";
import type { X } from "./world.ts";

/** How long a refresh token is good that nobody uses, in seconds: six months. */
const REFRESH_LIFE_S = 180 * 86_400;

/** What a token request is answered with. */
export interface TokenAnswer {
  token_type: "bearer";
  expires_in: number;
  access_token: string;
  scope: string;
  refresh_token?: string;
}

/** New tokens of a family: a refresh token where `offline.access` was granted. */
export function tokensOf(
  { world: { tokens }, accessLifeS }: Pick<X, "world" | "accessLifeS">,
  family: Family,
): TokenAnswer {
  const access = tokens.access(family, accessLifeS, (random) => `${random}:1:at:1`);
  return {
    token_type: "bearer",
    expires_in: accessLifeS,
    access_token: access.token,
    scope: family.scopes.join(" "),
    ...family.scopes.includes("offline.access")
      ? { refresh_token: tokens.refresh(family, REFRESH_LIFE_S, (random) => `${random}:1:rt:1`) }
      : {},
  };
}

/** Adds `GET /i/oauth2/authorize`, `POST /2/oauth2/token` and `POST /2/oauth2/revoke`. */
export function addOAuthRoutes(x: X): void {
  const { app, world } = x;
  app.get("/i/oauth2/authorize", (c) =>
    authorize(world, new URL(c.req.url), {
      platform: "X",
      door: "",
      scopeSeparator: " ",
      needsPkce: true,
    }));

  app.post("/2/oauth2/token", async (c) => {
    const form = await formOf(c);
    const family = world.tokens.familyOf(form.get("refresh_token") ?? undefined);
    const texts = family ? [family.person.username] : [];
    return await world.front.respond(c.req.raw, { path: "token", texts }, () => {
      const registered = registeredApp(c, x, form);
      if (!registered) return refused(401, "unauthorized_client", "Missing valid authorization header");
      switch (form.get("grant_type")) {
        case "authorization_code":
          return exchanged(x, registered, form);
        case "refresh_token":
          return refreshed(x, registered, form);
        default:
          return refused(400, "unsupported_grant_type", "Value passed for the grant type was invalid.");
      }
    });
  });

  app.post("/2/oauth2/revoke", async (c) => {
    const form = await formOf(c);
    const family = world.tokens.familyOf(form.get("token") ?? undefined);
    return await world.front.respond(
      c.req.raw,
      { path: "revoke", texts: family ? [family.person.username] : [] },
      () => {
        if (!registeredApp(c, x, form)) {
          return refused(401, "unauthorized_client", "Missing valid authorization header");
        }
        // A token that is nobody's is as good as one that was given back (RFC 7009).
        if (family && family.ended === null) family.ended = "revoked";
        return Response.json({ revoked: true });
      },
    );
  });
}

function exchanged(x: X, registered: App, form: URLSearchParams): Response {
  const taken = x.world.codes.take(form.get("code") ?? undefined, {
    app: registered,
    redirectUri: form.get("redirect_uri") ?? undefined,
    verifier: form.get("code_verifier") ?? undefined,
  });
  if ("refused" in taken) {
    return refused(
      400,
      taken.refused === "unknown" ? "invalid_request" : "invalid_grant",
      taken.refused === "wrong_verifier"
        ? "Value passed for the code verifier did not match the code challenge."
        : "Value passed for the authorization code was invalid.",
    );
  }
  return Response.json(tokensOf(x, x.world.tokens.found({ ...taken.consent })));
}

function refreshed(x: X, registered: App, form: URLSearchParams): Response {
  const { tokens, faults } = x.world;
  const sent = form.get("refresh_token") ?? undefined;
  const texts = [tokens.familyOf(sent)?.person.username ?? ""];
  const without = faults.take("no_refresh_token", texts);
  const family = tokens.use(sent, registered, () => without !== undefined);
  if (!family) return refused(400, "invalid_request", "Value passed for the token was invalid.");
  if (x.refreshEndsAccess) tokens.endAccess((of) => of === family, "replaced");
  const { refresh_token, ...answer } = tokensOf(x, family);
  if (without?.says === "absent") return Response.json(answer);
  return Response.json({ ...answer, refresh_token: without ? "" : refresh_token });
}

/** A confidential app says who it is in a header, a public one in the form. */
function registeredApp(c: Context, x: X, form: URLSearchParams): App | undefined {
  const basic = basicCredentials(c.req.header("authorization"));
  if (!basic) return undefined; // all of ours are confidential
  const named = form.get("client_id");
  if (named !== null && named !== basic.id) return undefined;
  return appOf(x.world.apps, basic.id, { is: basic.secret });
}

async function formOf(c: Context): Promise<URLSearchParams> {
  const isForm = c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const text = await c.req.text();
  return new URLSearchParams(isForm ? text : "");
}

function refused(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status });
}
