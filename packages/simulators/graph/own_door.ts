/** Signing in with a platform of the Graph API itself: its page, tokens that are traded for long ones, and renewed. */
import type { Hono } from "hono";
import { authorize } from "../social/authorize.ts";
import type { GraphPlace } from "./calls.ts";
import { badParameter, badToken, graphError, NO_TOKEN } from "./graph_errors.ts";
import { parametersOf } from "./parameters.ts";
import { longLived, ownerOf, userToken, WRONG_APP } from "./user_tokens.ts";

/** A long-lived token can be renewed when it is a day old. */
const RENEWABLE_AFTER_MS = 86_400_000;

/** What these routes need to know. */
export interface OwnDoor<Fault extends { kind: string }> extends GraphPlace<Fault> {
  readonly app: Hono;
  readonly longLifeS: number;
}

/** How a platform names its way in. */
export interface OwnDoorNames {
  readonly platform: string;
  readonly door: string;
  readonly grants: { readonly exchange: string; readonly refresh: string };
}

/** Adds them; what a code is traded at is the platform's own. */
export function addOwnDoor<Fault extends { kind: string }>(place: OwnDoor<Fault>, names: OwnDoorNames): void {
  const { app, world, longLifeS: lifeS } = place;
  const { platform, door, grants } = names;
  app.get("/oauth/authorize", (c) =>
    authorize(world, new URL(c.req.url), {
      platform,
      door,
      scopeSeparator: /[, ]+/,
      needsPkce: false,
      denial: { error_reason: "user_denied", error_description: "The user denied your request" },
      fragment: "_",
    }));

  app.get("/access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "token", texts: ownerOf(place, parameters) },
      () => {
        if (parameters.get("grant_type") !== grants.exchange) {
          return graphError(badParameter("Invalid grant_type"));
        }
        const token = parameters.get("access_token");
        const app = world.tokens.familyOf(token ?? undefined)?.app;
        if (app && app.clientSecret !== parameters.get("client_secret")) return graphError(WRONG_APP);
        return longLived(place, { app, token, door, lifeS });
      },
    );
  });

  app.get("/refresh_access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "refresh", texts: ownerOf(place, parameters) },
      () => {
        if (parameters.get("grant_type") !== grants.refresh) {
          return graphError(badParameter("Invalid grant_type"));
        }
        return renewed(place, door, parameters.get("access_token"));
      },
    );
  });
}

function renewed<Fault extends { kind: string }>(
  place: OwnDoor<Fault>,
  door: string,
  token: string | null,
): Response {
  const { world, longLifeS } = place;
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
  if (look.is !== "good" || look.access.family.door !== door) {
    note("refused");
    return graphError(look.is === "unknown" || look.is === "good" ? NO_TOKEN : badToken(look.why));
  }
  if (world.clock.now() - look.access.issuedAt < RENEWABLE_AFTER_MS) {
    note("refused");
    return graphError(badParameter("The access token must be at least 24 hours old."));
  }
  note("refreshed");
  const { token: fresh } = userToken(place, look.access.family, longLifeS);
  return Response.json({
    access_token: fresh,
    token_type: "bearer",
    expires_in: longLifeS,
    permissions: look.access.family.scopes.join(","),
  });
}
