/** Signing in with LinkedIn: OAuth 2 without PKCE; what renews an access is for partners, and ends after a year. */
import type { Context } from "hono";
import { type App, appOf } from "../social/apps.ts";
import { authorize } from "../social/authorize.ts";
import type { Family } from "../social/tokens.ts";
import type { LinkedIn } from "./world.ts";

/** How long what renews an access is good, in seconds: a year, and no longer by being used. */
const REFRESH_LIFE_S = 365 * 86_400;

/** What a token request is answered with. */
export interface TokenAnswer {
  access_token: string;
  expires_in: number;
  scope: string;
  token_type: "Bearer";
  refresh_token?: string;
  refresh_token_expires_in?: number;
}

/** New tokens of somebody who has just agreed. */
export function tokensOf(
  { world, accessLifeS, hasRefresh, refreshEnds }: Pick<
    LinkedIn,
    "world" | "accessLifeS" | "hasRefresh" | "refreshEnds"
  >,
  family: Family,
): TokenAnswer {
  const { token } = world.tokens.access(family, accessLifeS, (random) => `AQ${random}`);
  const answer: TokenAnswer = {
    access_token: token,
    expires_in: accessLifeS,
    // OAuth has a space between them; LinkedIn has a comma.
    scope: family.scopes.join(","),
    token_type: "Bearer",
  };
  if (!hasRefresh) return answer;
  const refresh = world.tokens.refresh(family, REFRESH_LIFE_S, (random) => `AQW${random}`);
  refreshEnds.set(refresh, world.clock.now() + REFRESH_LIFE_S * 1000);
  return { ...answer, refresh_token: refresh, refresh_token_expires_in: REFRESH_LIFE_S };
}

/** Adds `GET /oauth/v2/authorization`, `POST /oauth/v2/accessToken` and `POST /oauth/v2/revoke`. */
export function addOAuthRoutes(linkedIn: LinkedIn): void {
  const { app, world, allowed } = linkedIn;
  app.get("/oauth/v2/authorization", (c) => {
    const address = new URL(c.req.url);
    const asked = (address.searchParams.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
    const other = asked.find((scope) => allowed !== null && !allowed.includes(scope));
    const redirectUri = address.searchParams.get("redirect_uri") ?? "";
    if (other !== undefined && URL.canParse(redirectUri)) return notAllowed(address, redirectUri, other);
    return authorize(world, address, {
      platform: "LinkedIn",
      door: "",
      scopeSeparator: " ",
      needsPkce: false,
      denial: {
        error: "user_cancelled_authorize",
        error_description: "The user cancelled the authorization",
      },
    });
  });

  app.post("/oauth/v2/accessToken", async (c) => {
    const form = await formOf(c);
    const family = world.tokens.familyOf(form.get("refresh_token") ?? undefined);
    const texts = family ? [family.person.username] : [];
    return await world.front.respond(c.req.raw, { path: "token", texts }, () => {
      const registered = registeredApp(linkedIn, form);
      if (!registered) return refused(401, "invalid_client", "Client authentication failed");
      switch (form.get("grant_type")) {
        case "authorization_code":
          return exchanged(linkedIn, registered, form);
        case "refresh_token":
          return refreshed(linkedIn, registered, form);
        default:
          return refused(400, "invalid_request", 'A required parameter "grant_type" is missing or not valid');
      }
    });
  });

  app.post("/oauth/v2/revoke", async (c) => {
    const form = await formOf(c);
    const family = world.tokens.familyOf(form.get("token") ?? undefined);
    const texts = family ? [family.person.username] : [];
    return await world.front.respond(c.req.raw, { path: "revoke", texts }, () => {
      if (!registeredApp(linkedIn, form)) {
        return refused(401, "invalid_client", "Client authentication failed");
      }
      if (family && family.ended === null) family.ended = "revoked";
      return new Response(null, { status: 200 });
    });
  });
}

/** A scope that is none of the app's lets nobody in. */
function notAllowed(address: URL, redirectUri: string, scope: string): Response {
  const back = new URL(redirectUri);
  back.searchParams.set("error", "unauthorized_scope_error");
  back.searchParams.set("error_description", `Scope "${scope}" is not authorized for your application`);
  const state = address.searchParams.get("state");
  if (state !== null) back.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: back.href } });
}

function exchanged(linkedIn: LinkedIn, app: App, form: URLSearchParams): Response {
  const { codes, tokens } = linkedIn.world;
  const redirectUri = form.get("redirect_uri") ?? undefined;
  const taken = codes.take(form.get("code") ?? undefined, { app, redirectUri });
  if (!("refused" in taken)) return Response.json(tokensOf(linkedIn, tokens.found({ ...taken.consent })));
  return refused(
    400,
    "invalid_request",
    taken.refused === "other_redirect"
      ? "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code."
      : "Unable to retrieve access token: authorization code not found",
  );
}

/** A new access; what renews it stays the same, and its end comes nearer. */
function refreshed(linkedIn: LinkedIn, app: App, form: URLSearchParams): Response {
  const { world, accessLifeS, refreshEnds } = linkedIn;
  const sent = form.get("refresh_token") ?? undefined;
  const texts = [world.tokens.familyOf(sent)?.person.username ?? ""];
  const without = world.faults.take("no_refresh_token", texts);
  const family = world.tokens.use(sent, app, () => true);
  if (!family || sent === undefined) {
    return refused(
      400,
      "invalid_grant",
      "The provided authorization grant or refresh token is invalid, expired or revoked.",
    );
  }
  const { token } = world.tokens.access(family, accessLifeS, (random) => `AQ${random}`);
  const left = Math.floor(((refreshEnds.get(sent) ?? 0) - world.clock.now()) / 1000);
  const answer = { access_token: token, expires_in: accessLifeS, scope: family.scopes.join(",") };
  if (without?.says === "absent") return Response.json(answer);
  return Response.json({
    ...answer,
    refresh_token: without ? "" : sent,
    refresh_token_expires_in: left,
  });
}

function registeredApp({ world }: LinkedIn, form: URLSearchParams): App | undefined {
  return appOf(world.apps, form.get("client_id") ?? undefined, {
    is: form.get("client_secret") ?? undefined,
  });
}

async function formOf(c: Context): Promise<URLSearchParams> {
  const isForm = c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const text = await c.req.text();
  return new URLSearchParams(isForm ? text : "");
}

function refused(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status });
}
