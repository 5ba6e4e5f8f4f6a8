/** Signing in: through Facebook, where pages lead to accounts, or with Instagram itself. */
import type { App } from "../social/apps.ts";
import { authorize } from "../social/authorize.ts";
import { badParameter, badToken, graphError, NO_TOKEN } from "../graph/graph_errors.ts";
import { addFacebookDialog } from "../graph/facebook_door.ts";
import { parametersOf } from "../graph/parameters.ts";
import { familyFor, longLived, ownerOf, registeredIn, userToken, WRONG_APP } from "../graph/user_tokens.ts";
import type { DoorName, Instagram } from "./world.ts";

/** A long-lived token of Instagram itself can be renewed when it is a day old. */
const RENEWABLE_AFTER_MS = 86_400_000;

/** Adds the sign-in pages and what codes and tokens are traded at. Paths are without their version. */
export function addLoginRoutes(instagram: Instagram): void {
  const { app, world } = instagram;
  addFacebookDialog(instagram);
  app.get("/oauth/authorize", (c) =>
    authorize(world, new URL(c.req.url), {
      platform: "Instagram",
      door: "instagram",
      scopeSeparator: /[, ]+/,
      needsPkce: false,
      denial: { error_reason: "user_denied", error_description: "The user denied your request" },
      fragment: "_",
    }));

  // Facebook's is read with GET (POST is taken as well), Instagram's is posted to, at another host.
  app.on(["GET", "POST"], "/oauth/access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "token", texts: ownerOf(instagram, parameters) },
      () => {
        const registered = registeredIn(instagram, parameters);
        if (!registered) return graphError(WRONG_APP);
        return parameters.get("grant_type") === "fb_exchange_token"
          ? extended(instagram, registered, parameters.get("fb_exchange_token"), "facebook")
          : exchanged(instagram, registered, parameters);
      },
    );
  });

  app.get("/access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "token", texts: ownerOf(instagram, parameters) },
      () => {
        if (parameters.get("grant_type") !== "ig_exchange_token") {
          return graphError(badParameter("Invalid grant_type"));
        }
        const app = world.tokens.familyOf(parameters.get("access_token") ?? undefined)?.app;
        if (app && app.clientSecret !== parameters.get("client_secret")) return graphError(WRONG_APP);
        return extended(instagram, app, parameters.get("access_token"), "instagram");
      },
    );
  });

  app.get("/refresh_access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "refresh", texts: ownerOf(instagram, parameters) },
      () => {
        if (parameters.get("grant_type") !== "ig_refresh_token") {
          return graphError(badParameter("Invalid grant_type"));
        }
        return renewed(instagram, parameters.get("access_token"));
      },
    );
  });
}

function exchanged(instagram: Instagram, app: App, parameters: URLSearchParams): Response {
  const { shortLifeS, pages } = instagram;
  const family = familyFor(instagram, app, parameters);
  if (family instanceof Response) return family;
  const { token } = userToken(instagram, family, shortLifeS);
  if (family.door === "facebook") {
    return Response.json({ access_token: token, token_type: "bearer", expires_in: shortLifeS });
  }
  // The documentation has these three in a list named `data`; what comes is the plain object, with the id as a number.
  const id = pages.first(family.person)?.id ?? family.person.id;
  const rest = JSON.stringify({ access_token: token, permissions: family.scopes });
  return new Response(`{"user_id":${id},${rest.slice(1)}`, {
    headers: { "content-type": "application/json" },
  });
}

/** A token that lives for 60 days, for one that lives for an hour. */
function extended(
  instagram: Instagram,
  app: App | undefined,
  token: string | null,
  door: DoorName,
): Response {
  return longLived(instagram, { app, token, door, lifeS: instagram.longLifeS });
}

function renewed(instagram: Instagram, token: string | null): Response {
  const { world, longLifeS } = instagram;
  const look = world.look(token ?? undefined);
  const family = look.is === "unknown" ? null : look.access.family;
  const note = (outcome: "refreshed" | "refused") =>
    void world.tokens.refreshes.push({
      at: world.clock.date(),
      username: family?.person.username ?? null,
      family: family?.n ?? null,
      outcome,
      n: world.tokens.refreshes.filter((record) => record.family === family?.n).length + 1,
    });
  if (look.is !== "good" || look.access.family.door !== "instagram") {
    note("refused");
    return graphError(look.is === "unknown" || look.is === "good" ? NO_TOKEN : badToken(look.why));
  }
  if (world.clock.now() - look.access.issuedAt < RENEWABLE_AFTER_MS) {
    note("refused");
    return graphError(badParameter("The access token must be at least 24 hours old."));
  }
  note("refreshed");
  const { token: fresh } = userToken(instagram, look.access.family, longLifeS);
  return Response.json({
    access_token: fresh,
    token_type: "bearer",
    expires_in: longLifeS,
    permissions: look.access.family.scopes.join(","),
  });
}
