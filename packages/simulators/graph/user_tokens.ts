/** Tokens of people: had for a code, and traded for those that live longer. */
import { type App, appOf } from "../social/apps.ts";
import type { Access, Family } from "../social/tokens.ts";
import type { GraphPlace } from "./calls.ts";
import { badParameter, badToken, type GraphError, graphError, NO_TOKEN } from "./graph_errors.ts";

/** No such app, or not its secret. */
export const WRONG_APP: GraphError = {
  code: 101,
  message: "Error validating application. Cannot get application info due to a system error.",
};
const WRONG_CODE: GraphError = {
  code: 100,
  subcode: 36009,
  message: "This authorization code has been used.",
};

/** How tokens begin, by the door that they came through. */
const STARTS: Readonly<Record<string, string>> = { instagram: "IGAA", threads: "THAA" };

/** A user's token, as the door's tokens look. */
export function userToken<Fault extends { kind: string }>(
  { world: { tokens } }: GraphPlace<Fault>,
  family: Family,
  lifeS: number,
): Access {
  return tokens.access(
    family,
    lifeS,
    (random) => (STARTS[family.door] ?? "EAAG") + random.replaceAll(/[-_]/g, "Z"),
  );
}

/** What `contains` of a fault rule is compared with: whose token is traded. */
export function ownerOf<Fault extends { kind: string }>(
  { world }: GraphPlace<Fault>,
  parameters: URLSearchParams,
): string[] {
  const token = parameters.get("access_token") ?? parameters.get("fb_exchange_token") ?? undefined;
  return [world.tokens.familyOf(token)?.person.username ?? ""];
}

/** The app whose id and secret the parameters have. */
export function registeredIn<Fault extends { kind: string }>(
  { world }: GraphPlace<Fault>,
  parameters: URLSearchParams,
): App | undefined {
  return appOf(world.apps, parameters.get("client_id") ?? undefined, {
    is: parameters.get("client_secret") ?? undefined,
  });
}

/** Takes a code: a sign-in that has come to its end, or why not. */
export function familyFor<Fault extends { kind: string }>(
  { world }: GraphPlace<Fault>,
  app: App,
  parameters: URLSearchParams,
): Family | Response {
  const code = parameters.get("code")?.replace(/#_$/, "");
  const taken = world.codes.take(code, { app, redirectUri: parameters.get("redirect_uri") ?? undefined });
  if (!("refused" in taken)) return world.tokens.found({ ...taken.consent });
  return graphError(
    taken.refused === "spent" ? WRONG_CODE : badParameter("Invalid verification code format."),
  );
}

/** A token that lives for `lifeS`, for one that came through this door. */
export function longLived<Fault extends { kind: string }>(
  place: GraphPlace<Fault>,
  { app, token, door, lifeS }: { app: App | undefined; token: string | null; door: string; lifeS: number },
): Response {
  const look = place.world.look(token ?? undefined);
  if (look.is === "unknown" || look.access.family.door !== door || look.access.family.app !== app) {
    return graphError(NO_TOKEN);
  }
  if (look.is !== "good") return graphError(badToken(look.why));
  const { token: long } = userToken(place, look.access.family, lifeS);
  return Response.json({ access_token: long, token_type: "bearer", expires_in: lifeS });
}
