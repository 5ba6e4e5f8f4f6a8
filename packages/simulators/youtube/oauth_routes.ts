/** Signing in with Google: OAuth 2 with PKCE. A refresh token stays good until its grant ends. */
import type { Context } from "hono";
import { type App, appOf } from "../social/apps.ts";
import { authorize } from "../social/authorize.ts";
import type { Family } from "../social/tokens.ts";
import type { YouTube } from "./world.ts";

/** The ways in: with a refresh token, and without. */
export const OFFLINE = "offline";
const ONLINE = "online";

/** What a token request is answered with. */
export interface TokenAnswer {
  access_token: string;
  expires_in: number;
  scope: string;
  token_type: "Bearer";
  refresh_token?: string;
  /** Where it has an end. */
  refresh_token_expires_in?: number;
}

type Lives = Pick<YouTube, "world" | "accessLifeS" | "refreshLifeS">;

/** New tokens of a family: a refresh token where it was asked for, and at no renewal. */
export function tokensOf(
  { world: { tokens }, accessLifeS, refreshLifeS }: Lives,
  family: Family,
  isNew: boolean,
) {
  const access = tokens.access(family, accessLifeS, (random) => `ya29.${random}`);
  const answer: TokenAnswer = {
    access_token: access.token,
    expires_in: accessLifeS,
    scope: family.scopes.join(" "),
    token_type: "Bearer",
  };
  if (!isNew || family.door !== OFFLINE) return answer;
  answer.refresh_token = tokens.refresh(family, refreshLifeS, (random) => `1//0${random}`);
  if (Number.isFinite(refreshLifeS)) answer.refresh_token_expires_in = refreshLifeS;
  return answer;
}

/** Adds `GET /o/oauth2/v2/auth`, `POST /token` and `POST /revoke`. */
export function addOAuthRoutes(youtube: YouTube): void {
  const { app, world } = youtube;
  /** Whoever has agreed before gives no refresh token again, unless asked to agree once more. */
  const agreed = new Set<string>();
  app.get("/o/oauth2/v2/auth", (c) => {
    const { access_type, prompt = "", person, client_id } = c.req.query();
    const who = `${client_id} ${person}`;
    const isNew = prompt.split(" ").includes("consent") || !agreed.has(who);
    const door = access_type === "offline" && isNew ? OFFLINE : ONLINE;
    if (person !== undefined) agreed.add(who);
    return authorize(world, new URL(c.req.url), {
      platform: "Google",
      door,
      scopeSeparator: " ",
      needsPkce: false,
    });
  });

  app.post("/token", async (c) => {
    const form = await formOf(c);
    const family = world.tokens.familyOf(form.get("refresh_token") ?? undefined);
    const texts = family ? [family.person.username] : [];
    return await world.front.respond(c.req.raw, { path: "token", texts }, () => {
      const registered = appOf(world.apps, form.get("client_id") ?? undefined, {
        is: form.get("client_secret") ?? undefined,
      });
      if (!registered) return wrong(401, "invalid_client", "The OAuth client was not found.");
      switch (form.get("grant_type")) {
        case "authorization_code":
          return exchanged(youtube, registered, form);
        case "refresh_token":
          return refreshed(youtube, registered, form);
        default:
          return wrong(400, "unsupported_grant_type", "Invalid grant_type");
      }
    });
  });

  app.post("/revoke", async (c) => {
    const form = await formOf(c);
    const token = form.get("token") ?? c.req.query("token");
    const family = world.tokens.familyOf(token);
    const texts = family ? [family.person.username] : [];
    return await world.front.respond(c.req.raw, { path: "revoke", texts }, () => {
      if (!family || family.ended !== null) return wrong(400, "invalid_token", "Token expired or revoked");
      // All that a person has given to the app ends with any token of it.
      const isTheirs = ({ app, person }: Family) => app === family.app && person === family.person;
      world.tokens.end(isTheirs, "revoked");
      return Response.json({});
    });
  });
}

function exchanged(youtube: YouTube, registered: App, form: URLSearchParams): Response {
  const taken = youtube.world.codes.take(form.get("code") ?? undefined, {
    app: registered,
    redirectUri: form.get("redirect_uri") ?? undefined,
    verifier: form.get("code_verifier") ?? undefined,
  });
  if ("refused" in taken) {
    return taken.refused === "other_redirect" ? wrong(400, "redirect_uri_mismatch", "Bad Request") : wrong(
      400,
      "invalid_grant",
      taken.refused === "wrong_verifier" ? "Invalid code verifier." : "Malformed auth code.",
    );
  }
  return Response.json(tokensOf(youtube, youtube.world.tokens.found({ ...taken.consent }), true));
}

function refreshed(youtube: YouTube, registered: App, form: URLSearchParams): Response {
  const { tokens, faults } = youtube.world;
  const sent = form.get("refresh_token") ?? undefined;
  const odd = faults.take("no_refresh_token", [tokens.familyOf(sent)?.person.username ?? ""]);
  const family = tokens.use(sent, registered, () => true);
  if (!family) return wrong(400, "invalid_grant", "Token has been expired or revoked.");
  const answer = tokensOf(youtube, family, false);
  return Response.json(odd?.says === "empty" ? { ...answer, refresh_token: "" } : answer);
}

async function formOf(c: Context): Promise<URLSearchParams> {
  const isForm = c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const text = await c.req.text();
  return new URLSearchParams(isForm ? text : "");
}

function wrong(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status });
}
