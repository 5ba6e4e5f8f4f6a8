/** Signing in with TikTok: OAuth 2 without PKCE. A refresh token is good for one use. */
import type { Context } from "hono";
import { type App, appOf } from "../social/apps.ts";
import { authorize } from "../social/authorize.ts";
import type { Family } from "../social/tokens.ts";
import { answered, oauthError } from "./errors.ts";
import { asAccount, type TikTok } from "./world.ts";

/** How long a refresh token is good that nobody uses, in seconds: 180 days. */
const REFRESH_LIFE_S = 180 * 86_400;

/** What a token request is answered with. */
export interface TokenAnswer {
  access_token: string;
  expires_in: number;
  open_id: string;
  refresh_expires_in: number;
  refresh_token: string;
  scope: string;
  token_type: "Bearer";
}

/** New tokens of a family. */
export function tokensOf(
  { world: { tokens }, accessLifeS }: Pick<TikTok, "world" | "accessLifeS">,
  family: Family,
): TokenAnswer {
  return {
    access_token: tokens.access(family, accessLifeS, (random) => `act.${random}`).token,
    expires_in: accessLifeS,
    open_id: family.person.id,
    refresh_expires_in: REFRESH_LIFE_S,
    refresh_token: tokens.refresh(family, REFRESH_LIFE_S, (random) => `rft.${random}`),
    scope: family.scopes.join(","),
    token_type: "Bearer",
  };
}

/** Adds the page, `/v2/oauth/token/`, `/v2/oauth/revoke/` and `/v2/user/info/`. */
export function addOAuthRoutes(tiktok: TikTok): void {
  const { app, world } = tiktok;
  app.get("/v2/auth/authorize/", (c) => {
    const address = new URL(c.req.url);
    // TikTok's name for it; the page's links keep both.
    address.searchParams.set("client_id", address.searchParams.get("client_key") ?? "");
    return authorize(world, address, { platform: "TikTok", door: "", scopeSeparator: ",", needsPkce: false });
  });

  app.post("/v2/oauth/token/", async (c) => {
    const form = await formOf(c);
    const name = world.tokens.familyOf(form.get("refresh_token") ?? undefined)?.person.username;
    const texts = name === undefined ? [] : [name];
    return await world.front.respond(c.req.raw, { path: "token", texts }, () => {
      const registered = registeredApp(tiktok, form);
      if (!registered) return oauthError("invalid_client", "Client key or secret is incorrect.");
      switch (form.get("grant_type")) {
        case "authorization_code":
          return exchanged(tiktok, registered, form);
        case "refresh_token":
          return refreshed(tiktok, registered, form);
        default:
          return oauthError("unsupported_grant_type", "The grant type is not supported.");
      }
    });
  });

  app.post("/v2/oauth/revoke/", async (c) => {
    const form = await formOf(c);
    const family = world.tokens.familyOf(form.get("token") ?? undefined);
    const texts = family ? [family.person.username] : [];
    return await world.front.respond(c.req.raw, { path: "revoke", texts }, () => {
      if (!registeredApp(tiktok, form)) {
        return oauthError("invalid_client", "Client key or secret is incorrect.");
      }
      if (!family || family.ended !== null) {
        return oauthError("invalid_grant", "The access token is invalid.");
      }
      family.ended = "revoked";
      return Response.json({});
    });
  });

  app.get(
    "/v2/user/info/",
    (c) =>
      asAccount(tiktok, c.req.raw, { path: "me", scopes: ["user.info.basic"] }, ({ family: { person } }) => {
        const known: Record<string, string> = {
          open_id: person.id,
          union_id: `u-${person.id}`,
          avatar_url: `${world.url}/avatars/${person.id}.svg`,
          display_name: person.name,
        };
        const asked = (c.req.query("fields") ?? "").split(",").filter((name) => Object.hasOwn(known, name));
        return answered({ user: Object.fromEntries(asked.map((name) => [name, known[name]])) });
      }),
  );
}

function exchanged(tiktok: TikTok, registered: App, form: URLSearchParams): Response {
  const taken = tiktok.world.codes.take(form.get("code") ?? undefined, {
    app: registered,
    redirectUri: form.get("redirect_uri") ?? undefined,
  });
  if ("refused" in taken) return oauthError("invalid_grant", "Authorization code is expired or invalid.");
  return Response.json(tokensOf(tiktok, tiktok.world.tokens.found({ ...taken.consent })));
}

function refreshed(tiktok: TikTok, registered: App, form: URLSearchParams): Response {
  const { tokens, faults } = tiktok.world;
  const sent = form.get("refresh_token") ?? undefined;
  const without = faults.take("no_refresh_token", [tokens.familyOf(sent)?.person.username ?? ""]);
  const family = tokens.use(sent, registered, () => without !== undefined);
  if (!family) return oauthError("invalid_grant", "Refresh token is invalid or expired.");
  if (tiktok.refreshEndsAccess) tokens.endAccess((of) => of === family, "replaced");
  const { refresh_token, ...answer } = tokensOf(tiktok, family);
  if (without?.says === "absent") return Response.json(answer);
  return Response.json({ ...answer, refresh_token: without ? "" : refresh_token });
}

function registeredApp({ world }: TikTok, form: URLSearchParams): App | undefined {
  return appOf(world.apps, form.get("client_key") ?? undefined, {
    is: form.get("client_secret") ?? undefined,
  });
}

async function formOf(c: Context): Promise<URLSearchParams> {
  const isForm = c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const text = await c.req.text();
  return new URLSearchParams(isForm ? text : "");
}
