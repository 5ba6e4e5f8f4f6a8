/** Signing in with Threads, and looking at a token. */
import { asCaller } from "../graph/calls.ts";
import { badParameter, graphError } from "../graph/graph_errors.ts";
import { addOwnDoor } from "../graph/own_door.ts";
import { parametersOf } from "../graph/parameters.ts";
import { familyFor, ownerOf, registeredIn, userToken, WRONG_APP } from "../graph/user_tokens.ts";
import { READS, type Threads } from "./world.ts";

/** Adds the sign-in page and what codes and tokens are traded at. Paths are without their version. */
export function addLoginRoutes(threads: Threads): void {
  const { app, world, shortLifeS } = threads;
  addOwnDoor(threads, {
    platform: "Threads",
    door: "threads",
    grants: { exchange: "th_exchange_token", refresh: "th_refresh_token" },
  });

  app.post("/oauth/access_token", async (c) => {
    const parameters = await parametersOf(c.req.raw);
    return await world.front.respond(
      c.req.raw,
      { path: "token", texts: ownerOf(threads, parameters) },
      () => {
        const registered = registeredIn(threads, parameters);
        if (!registered) return graphError(WRONG_APP);
        if (parameters.get("grant_type") !== "authorization_code") {
          return graphError(badParameter("Invalid grant_type"));
        }
        const family = familyFor(threads, registered, parameters);
        if (family instanceof Response) return family;
        const { token } = userToken(threads, family, shortLifeS);
        // The id is a number, greater than what numbers keep.
        return new Response(`{"access_token":${JSON.stringify(token)},"user_id":${family.person.id}}`, {
          headers: { "content-type": "application/json" },
        });
      },
    );
  });

  app.get(
    "/debug_token",
    (c) =>
      asCaller(threads, c.req.raw, { path: "inspect", scopes: READS }, ({ access, parameters }) => {
        const look = world.look(parameters.get("input_token") ?? undefined);
        if (look.is === "unknown" || look.access.family.app !== access.family.app) {
          return graphError(badParameter("The input_token is not valid"));
        }
        const { family, issuedAt, expiresAt } = look.access;
        return Response.json({
          data: {
            type: "USER",
            application: family.app.clientId,
            is_valid: look.is === "good",
            issued_at: Math.floor(issuedAt / 1000),
            expires_at: Math.floor(expiresAt / 1000),
            scopes: family.scopes,
            user_id: family.person.id,
          },
        });
      }),
  );
}
