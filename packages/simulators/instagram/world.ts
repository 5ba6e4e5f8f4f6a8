/** What the route handlers of Instagram are given, and what every Graph call goes through. */
import { createHmac } from "node:crypto";
import type { Hono } from "hono";
import type { Commit } from "../social/books.ts";
import type { Limit } from "../social/quotas.ts";
import type { Access } from "../social/tokens.ts";
import { bearerOf, mayUse } from "../social/world.ts";
import type { Containers } from "./containers.ts";
import type { Fault, Path } from "./faults.ts";
import {
  badParameter,
  badToken,
  type GraphError,
  graphError,
  NO_TOKEN,
  noPermission,
} from "../graph/graph_errors.ts";
import type { InstagramWorld } from "./instagram_world.ts";
import type { Account, Pages } from "../graph/pages.ts";
import { parametersOf } from "../graph/parameters.ts";
import type { Versions } from "../graph/versions.ts";

/** Signing in through Facebook, or with Instagram itself. */
export const DOORS = ["facebook", "instagram"] as const;
export type DoorName = typeof DOORS[number];

/** Instagram, for its routes. */
export interface Instagram extends Versions {
  readonly app: Hono;
  readonly world: InstagramWorld;
  readonly pages: Pages;
  readonly containers: Containers;
  /** Posts of an account. */
  readonly postLimit: Limit;
  readonly shortLifeS: number;
  readonly longLifeS: number;
}

/** What a Graph call comes with. */
export interface Call {
  readonly access: Access;
  readonly parameters: URLSearchParams;
}

/** What a call needs to be looked at. */
export interface Need {
  readonly path: Path;
  /** By the door that the token came through. */
  readonly scopes?: Readonly<Record<DoorName, readonly string[]>>;
  readonly texts?: (parameters: URLSearchParams) => readonly string[];
}

/** Answers a call; `answer` is asked when nothing stands against it. */
export async function asCaller(
  instagram: Instagram,
  request: Request,
  need: Need,
  answer: (call: Call) => Response | Promise<Response>,
): Promise<Response> {
  const { world } = instagram;
  const { parameters, token, texts } = await askOf(instagram, request, need);
  return await world.front.respond(
    request,
    { path: need.path, texts, token },
    () => looked(instagram, { need, parameters, token, texts }, answer),
  );
}

/** The same for the call that makes a post visible. */
export async function asPublisher(
  instagram: Instagram,
  request: Request,
  need: Need,
  whose: Account | undefined,
  answer: (call: Call, commit: Commit) => Response | Promise<Response>,
): Promise<Response> {
  const { parameters, token, texts } = await askOf(instagram, request, need);
  const account = whose ? { id: whose.id, username: whose.username } : null;
  return await instagram.world.commit(
    request,
    { texts, token, account },
    (commit) => looked(instagram, { need, parameters, token, texts }, (call) => answer(call, commit)),
  );
}

async function askOf({ world }: Instagram, request: Request, { texts }: Need) {
  const parameters = await parametersOf(request);
  const token = parameters.get("access_token") ?? bearerOf(request);
  const name = world.tokens.familyOf(token)?.person.username;
  return { parameters, token, texts: [...texts?.(parameters) ?? [], ...name === undefined ? [] : [name]] };
}

async function looked(
  { world }: Instagram,
  { need, parameters, token, texts }: {
    need: Need;
    parameters: URLSearchParams;
    token: string | undefined;
    texts: readonly string[];
  },
  answer: (call: Call) => Response | Promise<Response>,
): Promise<Response> {
  const strikes = ({ path }: { path: Path }) => path === need.path;
  const family = world.tokens.familyOf(token);
  if (family && world.faults.take("password_changed", texts, strikes)) {
    world.tokens.end(({ person }) => person === family.person, "password");
  }
  const look = world.look(token);
  if (look.is === "unknown") return graphError(NO_TOKEN);
  if (look.is !== "good") return graphError(badToken(look.why));
  const { access } = look;
  const proof = parameters.get("appsecret_proof");
  if (proof !== null && proof !== proofOf(access)) {
    return graphError(badParameter("Invalid appsecret_proof provided in the API argument"));
  }
  const refusal = world.faults.take("refuse", texts, (fault) => strikes(fault) && !fault.accepted);
  if (refusal) return graphError(errorOf(refusal));
  const missing = need.scopes?.[access.family.door as DoorName]?.find((scope) => !mayUse(access, scope));
  if (missing !== undefined) return graphError(noPermission(missing));
  const response = await answer({ access, parameters });
  const late = world.faults.take("refuse", texts, (fault) => strikes(fault) && fault.accepted === true);
  return late ? graphError(errorOf(late)) : response;
}

function errorOf(
  { status, message, type, code, subcode, isTransient }: Extract<Fault, { kind: "refuse" }>,
): GraphError {
  return {
    message,
    code,
    ...status === undefined ? {} : { status },
    ...type === undefined ? {} : { type },
    ...subcode === undefined ? {} : { subcode },
    ...isTransient === undefined ? {} : { isTransient },
  };
}

function proofOf({ token, family: { app } }: Access): string {
  return createHmac("sha256", app.clientSecret).update(token).digest("hex");
}
