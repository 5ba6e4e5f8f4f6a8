/** Signing in: through Facebook, where pages lead to accounts, or with Instagram itself. */
import { type App, appOf } from "../social/apps.ts";
import { authorize } from "../social/authorize.ts";
import type { Access, Family } from "../social/tokens.ts";
import { badParameter, badToken, type GraphError, graphError, NO_TOKEN } from "../graph/graph_errors.ts";
import { parametersOf } from "../graph/parameters.ts";
import type { DoorName, Instagram } from "./world.ts";

const WRONG_APP: GraphError = {
  code: 101,
  message: "Error validating application. Cannot get application info due to a system error.",
};
const WRONG_CODE: GraphError = {
  code: 100,
  subcode: 36009,
  message: "This authorization code has been used.",
};
/** A long-lived token of Instagram itself can be renewed when it is a day old. */
const RENEWABLE_AFTER_MS = 86_400_000;

/** A user's token, as the door's tokens look. */
export function userToken(
  { world: { tokens } }: Pick<Instagram, "world">,
  family: Family,
  lifeS: number,
): Access {
  const start = family.door === "instagram" ? "IGAA" : "EAAG";
  return tokens.access(family, lifeS, (random) => start + random.replaceAll(/[-_]/g, "Z"));
}

/** Adds the sign-in pages and what codes and tokens are traded at. Paths are without their version. */
export function addLoginRoutes(instagram: Instagram): void {
  const { app, world } = instagram;
  app.get("/dialog/oauth", (c) =>
    authorize(world, new URL(c.req.url), {
      platform: "Facebook",
      door: "facebook",
      scopeSeparator: /[, ]+/,
      needsPkce: false,
      denial: { error_code: "200", error_description: "Permissions error", error_reason: "user_denied" },
      fragment: "_=_",
    }));
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
      { path: "token", texts: textsOf(instagram, parameters) },
      () => {
        const registered = appOf(world.apps, parameters.get("client_id") ?? undefined, {
          is: parameters.get("client_secret") ?? undefined,
        });
        if (!registered) return graphError(WRONG_APP);
        return parameters.get("grant_type") === "fb_exchange_token"
          ? longLived(instagram, registered, parameters.get("fb_exchange_token"), "facebook")
          : exchanged(instagram, registered, parameters);
      },
    );
  });

  app.get("/access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "token", texts: textsOf(instagram, parameters) },
      () => {
        if (parameters.get("grant_type") !== "ig_exchange_token") {
          return graphError(badParameter("Invalid grant_type"));
        }
        const app = world.tokens.familyOf(parameters.get("access_token") ?? undefined)?.app;
        if (app && app.clientSecret !== parameters.get("client_secret")) return graphError(WRONG_APP);
        return longLived(instagram, app, parameters.get("access_token"), "instagram");
      },
    );
  });

  app.get("/refresh_access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "refresh", texts: textsOf(instagram, parameters) },
      () => {
        if (parameters.get("grant_type") !== "ig_refresh_token") {
          return graphError(badParameter("Invalid grant_type"));
        }
        return renewed(instagram, parameters.get("access_token"));
      },
    );
  });
}

function textsOf({ world }: Instagram, parameters: URLSearchParams): string[] {
  const token = parameters.get("access_token") ?? parameters.get("fb_exchange_token") ?? undefined;
  return [world.tokens.familyOf(token)?.person.username ?? ""];
}

function exchanged(instagram: Instagram, app: App, parameters: URLSearchParams): Response {
  const { world, shortLifeS, pages } = instagram;
  const code = parameters.get("code")?.replace(/#_$/, "");
  const taken = world.codes.take(code, { app, redirectUri: parameters.get("redirect_uri") ?? undefined });
  if ("refused" in taken) {
    return graphError(
      taken.refused === "spent" ? WRONG_CODE : badParameter("Invalid verification code format."),
    );
  }
  const family = world.tokens.found({ ...taken.consent });
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
function longLived(
  instagram: Instagram,
  app: App | undefined,
  token: string | null,
  door: DoorName,
): Response {
  const look = instagram.world.look(token ?? undefined);
  if (look.is === "unknown" || look.access.family.door !== door || look.access.family.app !== app) {
    return graphError(NO_TOKEN);
  }
  if (look.is !== "good") return graphError(badToken(look.why));
  const { token: long } = userToken(instagram, look.access.family, instagram.longLifeS);
  return Response.json({ access_token: long, token_type: "bearer", expires_in: instagram.longLifeS });
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
