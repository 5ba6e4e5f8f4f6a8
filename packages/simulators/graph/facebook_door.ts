/** Signing in with Facebook: its page, the trade of codes and tokens, and what was granted. */
import type { Hono } from "hono";
import { authorize } from "../social/authorize.ts";
import { asCaller, type GraphPlace } from "./calls.ts";
import { graphError, notThere } from "./graph_errors.ts";
import { parametersOf } from "./parameters.ts";
import { familyFor, longLived, ownerOf, registeredIn, userToken, WRONG_APP } from "./user_tokens.ts";

/** What these routes need to know. */
export interface FacebookDoor<Fault extends { kind: string }> extends GraphPlace<Fault> {
  readonly app: Hono;
  readonly shortLifeS: number;
  readonly longLifeS: number;
}

/** Adds the page on which people agree. Paths are without their version. */
export function addFacebookDialog<Fault extends { kind: string }>(
  { app, world }: Pick<FacebookDoor<Fault>, "app" | "world">,
): void {
  app.get("/dialog/oauth", (c) =>
    authorize(world, new URL(c.req.url), {
      platform: "Facebook",
      door: "facebook",
      scopeSeparator: /[, ]+/,
      needsPkce: false,
      denial: { error_code: "200", error_description: "Permissions error", error_reason: "user_denied" },
      fragment: "_=_",
    }));
}

/** Adds where codes and tokens are traded: read with GET, and POST is taken as well. */
export function addFacebookTokens<Fault extends { kind: string }>(door: FacebookDoor<Fault>): void {
  const { app, world, shortLifeS, longLifeS } = door;
  app.on(["GET", "POST"], "/oauth/access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(c.req.raw, { path: "token", texts: ownerOf(door, parameters) }, () => {
      const registered = registeredIn(door, parameters);
      if (!registered) return graphError(WRONG_APP);
      if (parameters.get("grant_type") === "fb_exchange_token") {
        const token = parameters.get("fb_exchange_token");
        return longLived(door, { app: registered, token, door: "facebook", lifeS: longLifeS });
      }
      const family = familyFor(door, registered, parameters);
      if (family instanceof Response) return family;
      const { token } = userToken(door, family, shortLifeS);
      return Response.json({ access_token: token, token_type: "bearer", expires_in: shortLifeS });
    });
  });
}

/** Adds what was granted, and taking it all back. `isUser`: whether an id is the person's own. */
export function addPermissionRoutes<Fault extends { kind: string }>(
  door: Pick<FacebookDoor<Fault>, "app" | "world">,
  isUser: (id: string, person: { id: string; username: string }) => boolean,
): void {
  const { app, world } = door;
  app.get(
    "/me/permissions",
    (c) =>
      asCaller(
        door,
        c.req.raw,
        { path: "permissions" },
        ({ access: { family } }) =>
          Response.json({ data: family.scopes.map((permission) => ({ permission, status: "granted" })) }),
      ),
  );

  app.delete(
    "/:user/permissions",
    (c) =>
      asCaller(door, c.req.raw, { path: "permissions" }, ({ access: { family } }) => {
        const user = c.req.param("user");
        if (user !== "me" && !isUser(user, family.person)) return graphError(notThere(user));
        world.tokens.end(({ person, app }) => person === family.person && app === family.app, "revoked");
        return Response.json({ success: true });
      }),
  );
}
