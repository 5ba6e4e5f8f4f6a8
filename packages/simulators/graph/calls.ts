/** What every Graph call goes through: whose token it is, what it was granted, and the faults that strike it. */
import { createHmac } from "node:crypto";
import type { FaultBook } from "../kit/fault_rules.ts";
import type { Commit } from "../social/books.ts";
import type { Access } from "../social/tokens.ts";
import { bearerOf, mayUse, type SocialWorld } from "../social/world.ts";
import type { GraphFault } from "./faults.ts";
import {
  badParameter,
  badToken,
  type GraphError,
  graphError,
  NO_TOKEN,
  noPermission,
} from "./graph_errors.ts";
import { parametersOf } from "./parameters.ts";

/** A platform of the Graph API, as far as calls need it. */
export interface GraphPlace<Fault extends { kind: string }> {
  readonly world: SocialWorld<Fault>;
}

/** What a Graph call comes with. */
export interface Call {
  readonly access: Access;
  readonly parameters: URLSearchParams;
}

/** What a call needs to be looked at. */
export interface Need {
  readonly path: string;
  /** By the door that the token came through. */
  readonly scopes?: Readonly<Record<string, readonly string[]>>;
  readonly texts?: (parameters: URLSearchParams) => readonly string[];
}

/** Answers a call; `answer` is asked when nothing stands against it. */
export async function asCaller<Fault extends { kind: string }>(
  place: GraphPlace<Fault>,
  request: Request,
  need: Need,
  answer: (call: Call) => Response | Promise<Response>,
): Promise<Response> {
  const { world } = place;
  const { parameters, token, texts } = await askOf(place, request, need);
  return await world.front.respond(
    request,
    { path: need.path, texts, token },
    () => looked(place, { need, parameters, token, texts }, answer),
  );
}

/** The same for the call that makes a post visible. */
export async function asPublisher<Fault extends { kind: string }>(
  place: GraphPlace<Fault>,
  request: Request,
  need: Need,
  account: { id: string; username: string } | null,
  answer: (call: Call, commit: Commit) => Response | Promise<Response>,
): Promise<Response> {
  const { parameters, token, texts } = await askOf(place, request, need);
  return await place.world.commit(
    request,
    { texts, token, account },
    (commit) => looked(place, { need, parameters, token, texts }, (call) => answer(call, commit)),
  );
}

async function askOf<Fault extends { kind: string }>(
  { world }: GraphPlace<Fault>,
  request: Request,
  { texts }: Need,
) {
  const parameters = await parametersOf(request);
  const token = parameters.get("access_token") ?? bearerOf(request);
  const name = world.tokens.familyOf(token)?.person.username;
  return { parameters, token, texts: [...texts?.(parameters) ?? [], ...name === undefined ? [] : [name]] };
}

async function looked<Fault extends { kind: string }>(
  { world }: GraphPlace<Fault>,
  { need, parameters, token, texts }: {
    need: Need;
    parameters: URLSearchParams;
    token: string | undefined;
    texts: readonly string[];
  },
  answer: (call: Call) => Response | Promise<Response>,
): Promise<Response> {
  // The book holds every fault of this platform; the kinds asked for here are those that all of the graph have.
  const faults = world.faults as unknown as FaultBook<GraphFault>;
  const strikes = ({ path }: { path: string }) => path === need.path;
  const family = world.tokens.familyOf(token);
  if (family && faults.take("password_changed", texts, strikes)) {
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
  const refusal = faults.take("refuse", texts, (fault) => strikes(fault) && !fault.accepted);
  if (refusal) return graphError(errorOf(refusal));
  const missing = need.scopes?.[access.family.door]?.find((scope) => !mayUse(access, scope));
  if (missing !== undefined) return graphError(noPermission(missing));
  const response = await answer({ access, parameters });
  const late = faults.take("refuse", texts, (fault) => strikes(fault) && fault.accepted === true);
  return late ? graphError(errorOf(late)) : response;
}

function errorOf(
  { status, message, type, code, subcode, isTransient }: Extract<GraphFault, { kind: "refuse" }>,
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
