/** What the route handlers of X are given, and what every request of an account goes through. */
import type { Hono } from "hono";
import type { Limit } from "../social/quotas.ts";
import type { Person } from "../social/people.ts";
import type { Access } from "../social/tokens.ts";
import { bearerOf, mayUse } from "../social/world.ts";
import type { Commit } from "../social/books.ts";
import type { Path } from "./faults.ts";
import type { MediaShelf } from "./media.ts";
import {
  GONE_VERSION,
  missingScope,
  NO_CREDITS,
  type Problem,
  problem,
  SUSPENDED,
  TOO_MANY,
  UNAUTHORIZED,
  usageCapped,
} from "./problems.ts";
import type { XWorld } from "./x_world.ts";

/** The limits that differ from one test to another. */
export interface Limits {
  /** Posts of an account; X: 100 in 15 minutes. */
  readonly account: Limit;
  /** Posts of an app; X: 10,000 in 24 hours. */
  readonly app: Limit;
}

/** X, for its routes. */
export interface X {
  readonly app: Hono;
  readonly world: XWorld;
  readonly media: MediaShelf;
  /** What X alone knows of a post, by its id. */
  readonly about: Map<string, { mediaKeys: readonly string[]; replyTo: string | null }>;
  readonly limits: Limits;
  /** How long an access token is good, in seconds. */
  readonly accessLifeS: number;
  /** Whether a refresh ends the access that was there. */
  readonly refreshEndsAccess: boolean;
  /** How long the same text counts as a duplicate, in milliseconds. */
  readonly duplicateMs: number;
}

const QUARTER_MS = 15 * 60_000;
/** Requests of an account in 15 minutes, by endpoint. */
const REQUESTS: Partial<Record<Path, number>> = {
  me: 75,
  initialize: 1_875,
  append: 1_875,
  finalize: 1_875,
  status: 1_000,
  upload: 500,
  metadata: 500,
  timeline: 900,
  tweet: 900,
};

/** What a request needs to be looked at. */
export interface Need {
  readonly path: Path;
  readonly scopes: readonly string[];
  readonly texts?: readonly string[];
}

/** Answers a request of an account; `answer` is asked when nothing stands against it. */
export async function asAccount(
  x: X,
  request: Request,
  { path, scopes, texts = [] }: Need,
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const token = bearerOf(request);
  const all = [...texts, ...nameOf(x.world, token)];
  return await x.world.front.respond(
    request,
    { path, texts: all, token },
    () => looked(x, { path, scopes, texts: all, token }, answer),
  );
}

/** The same for the request that makes a post visible. */
export async function asPoster(
  x: X,
  request: Request,
  texts: readonly string[],
  answer: (who: Access, commit: Commit) => Response | Promise<Response>,
): Promise<Response> {
  const token = bearerOf(request);
  const look = x.world.look(token);
  const all = [...texts, ...nameOf(x.world, token)];
  const account = look.is === "unknown" ? null : look.access.family.person;
  const need = {
    path: "commit",
    scopes: ["tweet.read", "tweet.write", "users.read"],
    texts: all,
    token,
  } as const;
  return await x.world.commit(
    request,
    { texts: all, token, account },
    (commit) => looked(x, need, (who) => answer(who, commit)),
  );
}

async function looked(
  x: X,
  need: { path: Path; scopes: readonly string[]; texts: readonly string[]; token: string | undefined },
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const look = x.world.look(need.token);
  if (look.is !== "good") return problem(UNAUTHORIZED);
  const { access } = look;
  const { person } = access.family;
  const against = byFault(x.world, need.path, need.texts) ??
    (person.isSuspended && need.path === "commit" ? SUSPENDED : undefined);
  if (against) return problem(against);
  const missing = need.scopes.find((scope) => !mayUse(access, scope));
  if (missing !== undefined) return problem(missingScope(missing));
  const { headers, isOver } = counted(x, need.path, person, access);
  if (isOver) return problem(TOO_MANY, headers);
  const response = await answer(access);
  const refusal = x.world.faults.take(
    "refuse",
    need.texts,
    ({ path, accepted }) => path === need.path && accepted === true,
  );
  if (refusal) return problem({ ...refusal, type: refusal.type ?? "about:blank" });
  for (const [name, value] of headers) response.headers.set(name, value);
  return response;
}

/** The error that a fault wants. */
function byFault({ faults }: XWorld, path: Path, texts: readonly string[]): Problem | undefined {
  const strikes = (fault: { path: Path }) => fault.path === path;
  if (faults.take("version_sunset", texts, strikes)) return GONE_VERSION;
  if (faults.take("no_credits", texts, strikes)) return NO_CREDITS;
  const capped = faults.take("usage_capped", texts, strikes);
  if (capped) return usageCapped(capped.status ?? 429);
  if (faults.take("suspended", texts, strikes)) return SUSPENDED;
  const refusal = faults.take("refuse", texts, (fault) => fault.path === path && !fault.accepted);
  return refusal && { ...refusal, type: refusal.type ?? "about:blank" };
}

/** Counts a request, and says in headers how the limits stand. */
function counted(
  x: X,
  path: Path,
  person: Person,
  { family }: Access,
): { headers: Headers; isOver: boolean } {
  const perAccount = path === "commit"
    ? x.limits.account
    : { limit: REQUESTS[path] ?? 900, windowMs: QUARTER_MS };
  const quota = x.world.quota(path === "commit" ? "posts" : path, perAccount);
  const headers = new Headers();
  let isOver = false;
  if (path === "commit") {
    const app = x.world.quota("posts of app", x.limits.app);
    const scopes = [[app, family.app.clientId], [quota, person.id]] as const;
    const over = scopes.filter(([quota, scope]) => quota.standing(scope).remaining === 0);
    isOver = over.length > 0;
    for (const [quota, scope] of over) quota.refuse(scope);
    for (const [quota, scope] of isOver ? [] : scopes) quota.count(scope);
    const standing = app.standing(family.app.clientId);
    headers.set("x-app-limit-24hour-limit", String(standing.limit));
    headers.set("x-app-limit-24hour-remaining", String(standing.remaining));
    headers.set("x-app-limit-24hour-reset", epochOf(x.world, standing.resetAt));
  } else isOver = !quota.take(person.id);
  const { limit, remaining, resetAt } = quota.standing(person.id);
  headers.set("x-rate-limit-limit", String(limit));
  headers.set("x-rate-limit-remaining", String(remaining));
  headers.set("x-rate-limit-reset", epochOf(x.world, resetAt));
  return { headers, isOver };
}

/** Seconds since 1970, as clients count them: theirs is not the clock that was put ahead. */
function epochOf({ clock }: XWorld, at: number): string {
  return String(Math.ceil((Date.now() + at - clock.now()) / 1000));
}

function nameOf(world: XWorld, token: string | undefined): string[] {
  const name = world.tokens.familyOf(token)?.person.username;
  return name === undefined ? [] : [name];
}
