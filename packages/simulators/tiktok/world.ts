/** What the route handlers of TikTok are given, and what every request of an account goes through. */
import type { Hono } from "hono";
import type { Commit } from "../social/books.ts";
import type { Limit } from "../social/quotas.ts";
import type { Person } from "../social/people.ts";
import type { Access } from "../social/tokens.ts";
import { bearerOf, mayUse } from "../social/world.ts";
import type { Creators } from "./creators.ts";
import {
  BANNED,
  INVALID_TOKEN,
  NO_SCOPE,
  type TikTokError,
  tiktokError,
  TOO_MANY_POSTS,
  TOO_MANY_REQUESTS,
  TOO_MANY_SHARES,
  TOO_MANY_USERS,
} from "./errors.ts";
import type { Fault, Path } from "./faults.ts";
import type { Publishes, Wish } from "./publishes.ts";
import type { TikTokWorld } from "./tiktok_world.ts";

/** The limits that differ from one test to another. */
export interface Limits {
  /** Posts of an account, through all apps; TikTok: about 15 in 24 hours. */
  readonly posts: Limit;
  /** Drafts that were laid in its inbox; TikTok: 5 in 24 hours. */
  readonly drafts: Limit;
  /** Accounts that an app posts for in 24 hours; infinite for one that was audited. */
  readonly activeUsers: number;
  /** Requests of an access in a minute. */
  readonly requests: Readonly<Record<"init" | "creator" | "status", number>>;
}

/** TikTok, for its routes. */
export interface TikTok {
  readonly app: Hono;
  readonly world: TikTokWorld;
  readonly publishes: Publishes;
  readonly creators: Creators;
  readonly limits: Limits;
  readonly isUnaudited: boolean;
  readonly accessLifeS: number;
  /** Whether a refresh ends the access that was there. */
  readonly refreshEndsAccess: boolean;
  /** When each account was posted for last, by app. */
  readonly lastPosted: Map<string, Map<string, number>>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a request needs to be looked at. */
export interface Need {
  readonly path: Path;
  /** One of them. */
  readonly scopes: readonly string[];
  /** Which of the limits of a minute it counts for. */
  readonly counts?: "init" | "creator" | "status";
  readonly texts?: readonly string[];
}

/** Answers a request of an account; `answer` is asked when nothing stands against it. */
export async function asAccount(
  tiktok: TikTok,
  request: Request,
  need: Need,
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const token = bearerOf(request);
  const texts = [...need.texts ?? [], ...nameOf(tiktok.world, token)];
  return await tiktok.world.front.respond(
    request,
    { path: need.path, texts, token },
    () => looked(tiktok, { ...need, texts, token }, answer),
  );
}

/** The same for photos: the request that begins them is the one that makes them visible. */
export async function asPoster(
  tiktok: TikTok,
  request: Request,
  need: Need,
  answer: (who: Access, commit: Commit) => Response | Promise<Response>,
): Promise<Response> {
  const token = bearerOf(request);
  const texts = [...need.texts ?? [], ...nameOf(tiktok.world, token)];
  const account = tiktok.world.tokens.familyOf(token)?.person ?? null;
  return await tiktok.world.commit(
    request,
    { texts, token, account },
    (commit) => looked(tiktok, { ...need, texts, token }, (who) => answer(who, commit)),
  );
}

async function looked(
  tiktok: TikTok,
  need: Need & { texts: readonly string[]; token: string | undefined },
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const { world } = tiktok;
  const look = world.look(need.token);
  if (look.is !== "good") return tiktokError(INVALID_TOKEN);
  const refusal = refusalOf(world, need.path, need.texts, false);
  if (refusal) return tiktokError(refusal);
  const { access } = look;
  if (!need.scopes.some((scope) => mayUse(access, scope))) return tiktokError(NO_SCOPE);
  if (need.counts !== undefined && !mayAsk(tiktok, access, need.counts, need.path)) {
    return tiktokError(TOO_MANY_REQUESTS);
  }
  const response = await answer(access);
  const late = refusalOf(world, need.path, need.texts, true);
  return late ? tiktokError(late) : response;
}

/** The error that a fault wants, instead of an answer or after the work was done. */
export function refusalOf(
  { faults }: TikTokWorld,
  path: Path,
  texts: readonly string[],
  accepted: boolean,
): TikTokError | undefined {
  const refusal = faults.take(
    "refuse",
    texts,
    (fault: Extract<Fault, { kind: "refuse" }>) =>
      fault.path === path && (fault.accepted ?? false) === accepted,
  );
  if (!refusal) return undefined;
  const { status = 400, code, message = "Refused." } = refusal;
  return { status, code, message };
}

function mayAsk(
  { world, limits }: TikTok,
  { family }: Access,
  counts: keyof Limits["requests"],
  path: Path,
): boolean {
  const limit = { limit: limits.requests[counts], windowMs: MINUTE_MS };
  return world.quota(path === "commit" ? "photo inits" : `${counts} requests`, limit).take(String(family.n));
}

/** Why an account may begin no post now. */
export function keptFromPosting(
  tiktok: TikTok,
  { family }: Access,
  isDraft: boolean,
): TikTokError | undefined {
  const { person, app } = family;
  if (person.isSuspended) return BANNED;
  if (isDraft) return draftsOf(tiktok).standing(person.id).remaining === 0 ? TOO_MANY_SHARES : undefined;
  if (postsOf(tiktok).standing(person.id).remaining === 0) return TOO_MANY_POSTS;
  return isBeyondCap(tiktok, app.clientId, person) ? TOO_MANY_USERS : undefined;
}

/** Counts a post that is made. @returns why there is none, where another was quicker. */
export function countPost(
  tiktok: TikTok,
  { person, clientId, isDraft }: Pick<Wish, "person" | "clientId" | "isDraft">,
): string | null {
  if (isDraft) return draftsOf(tiktok).take(person.id) ? null : TOO_MANY_SHARES.code;
  if (!postsOf(tiktok).take(person.id)) return TOO_MANY_POSTS.code;
  const posted = tiktok.lastPosted.get(clientId) ?? new Map<string, number>();
  tiktok.lastPosted.set(clientId, posted.set(person.id, tiktok.world.clock.now()));
  return null;
}

function postsOf({ world, limits }: TikTok) {
  return world.quota("posts", limits.posts);
}
function draftsOf({ world, limits }: TikTok) {
  return world.quota("drafts", limits.drafts);
}

function isBeyondCap({ world, limits, lastPosted }: TikTok, clientId: string, person: Person): boolean {
  const since = world.clock.now() - DAY_MS;
  const active = [...lastPosted.get(clientId) ?? []].filter(([, at]) => at > since).map(([id]) => id);
  return !active.includes(person.id) && active.length >= limits.activeUsers;
}

function nameOf(world: TikTokWorld, token: string | undefined): string[] {
  const name = world.tokens.familyOf(token)?.person.username;
  return name === undefined ? [] : [name];
}
