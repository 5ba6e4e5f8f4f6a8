/** Signing in: through Facebook, where pages lead to accounts, or with Instagram itself. */
import type { App } from "../social/apps.ts";
import { graphError } from "../graph/graph_errors.ts";
import { addFacebookDialog } from "../graph/facebook_door.ts";
import { addOwnDoor } from "../graph/own_door.ts";
import { parametersOf } from "../graph/parameters.ts";
import { familyFor, longLived, ownerOf, registeredIn, userToken, WRONG_APP } from "../graph/user_tokens.ts";
import type { Instagram } from "./world.ts";

/** Adds the sign-in pages and what codes and tokens are traded at. Paths are without their version. */
export function addLoginRoutes(instagram: Instagram): void {
  const { app, world } = instagram;
  addFacebookDialog(instagram);
  addOwnDoor(instagram, {
    platform: "Instagram",
    door: "instagram",
    grants: { exchange: "ig_exchange_token", refresh: "ig_refresh_token" },
  });
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
          ? longLived(instagram, {
            app: registered,
            token: parameters.get("fb_exchange_token"),
            door: "facebook",
            lifeS: instagram.longLifeS,
          })
          : exchanged(instagram, registered, parameters);
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
