/** What the route handlers of LinkedIn are given, and what every request of a member goes through. */
import type { Hono } from "hono";
import type { Commit } from "../social/books.ts";
import type { Person } from "../social/people.ts";
import type { Access } from "../social/tokens.ts";
import { bearerOf, mayUse } from "../social/world.ts";
import type { Path } from "./faults.ts";
import type { LinkedInWorld } from "./linkedin_world.ts";
import type { MediaShelf } from "./media.ts";
import type { Organizations } from "./organizations.ts";
import {
  badToken,
  denied,
  forbidden,
  goneVersion,
  invalid,
  NO_TOKEN,
  type Problem,
  problem,
  tooMany,
  VERSION_MISSING,
} from "./problems.ts";
import { isAlive } from "./versions.ts";

const DAY_MS = 86_400_000;
/** Calls of one kind, of a member in a day, but for posts. LinkedIn tells its numbers to the app's owner alone. */
const OTHER_CALLS = 100_000;

/** What LinkedIn alone knows of a post. */
export interface PostAbout {
  /** As it was sent, as far as it was understood. */
  readonly little: string;
  readonly mediaUrns: readonly string[];
  readonly article: string | null;
  readonly person: Person;
}

/** LinkedIn, for its routes. */
export interface LinkedIn {
  readonly app: Hono;
  readonly world: LinkedInWorld;
  readonly media: MediaShelf;
  readonly organizations: Organizations;
  readonly about: Map<string, PostAbout>;
  /** Posts in a day of UTC. */
  readonly limits: { readonly member: number; readonly app: number };
  /** How long an access token is good, in seconds. */
  readonly accessLifeS: number;
  /** Whether the app's owner is a partner: then there are refresh tokens. */
  readonly hasRefresh: boolean;
  /** When each refresh token ends, milliseconds since 1970: a year after the sign-in, whatever is done. */
  readonly refreshEnds: Map<string, number>;
  /** The scopes that the app may ask for; null: any. */
  readonly allowed: readonly string[] | null;
  /** How long the same post counts as a duplicate, in milliseconds. */
  readonly duplicateMs: number;
}

/** What a request needs to be looked at. */
export interface Need {
  readonly path: Path;
  /** One of these. */
  readonly scopes: readonly string[];
  /** What is asked for, as errors name it. */
  readonly what: string;
  readonly texts?: readonly string[];
  /** Of the versioned API. Default true. */
  readonly isVersioned?: boolean;
}

/** Answers a request of a member; `answer` is asked when nothing stands against it. */
export async function asMember(
  linkedIn: LinkedIn,
  request: Request,
  need: Need,
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const token = bearerOf(request);
  const texts = [...need.texts ?? [], ...nameOf(linkedIn.world, token)];
  return await linkedIn.world.front.respond(
    request,
    { path: need.path, texts, token },
    () => looked(linkedIn, request, { ...need, texts }, answer),
  );
}

/** The same for the request that makes a post visible. `author`: whose it would be. */
export async function asPoster(
  linkedIn: LinkedIn,
  request: Request,
  { texts, author, scopes }: { texts: readonly string[]; author: string; scopes: readonly string[] },
  answer: (who: Access, commit: Commit) => Response | Promise<Response>,
): Promise<Response> {
  const { world } = linkedIn;
  const token = bearerOf(request);
  const look = world.look(token);
  const all = [...texts, ...nameOf(world, token)];
  const account = look.is === "unknown"
    ? null
    : { id: author, username: usernameOf(linkedIn, author) ?? look.access.family.person.username };
  const need = { path: "commit", scopes, what: "posts.CREATE", texts: all } as const;
  return await world.commit(
    request,
    { texts: all, token, account },
    (commit) => looked(linkedIn, request, need, (who) => answer(who, commit)),
  );
}

/** What an author is called in the books. */
export function usernameOf({ world, organizations }: LinkedIn, author: string): string | undefined {
  const id = author.slice(author.lastIndexOf(":") + 1);
  return author.startsWith("urn:li:organization:")
    ? organizations.byId(id)?.vanityName
    : world.people.byId(id)?.username;
}

/** Whether somebody may act as an author. */
export function isAuthor(
  { organizations }: LinkedIn,
  { family: { person } }: Access,
  author: string,
): boolean {
  const id = author.slice(author.lastIndexOf(":") + 1);
  return author === `urn:li:person:${person.id}` ||
    (author === `urn:li:organization:${id}` && organizations.mayPost(person, id));
}

async function looked(
  linkedIn: LinkedIn,
  request: Request,
  { path, scopes, what, texts = [], isVersioned = true }: Need,
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const { world } = linkedIn;
  const unversioned = isVersioned ? versionProblem(linkedIn, request, path, texts) : undefined;
  if (unversioned) return problem(unversioned);
  const token = bearerOf(request);
  if (token === undefined) return problem(NO_TOKEN);
  const look = world.look(token);
  if (look.is !== "good") return problem(badToken(look.is === "unknown" ? "unknown" : look.why));
  const { access } = look;
  const against = byFault(world, path, texts, what);
  if (against) return problem(against);
  const isSuspended = access.family.person.isSuspended && path === "commit";
  if (isSuspended || !scopes.some((scope) => mayUse(access, scope))) return problem(denied(what));
  const over = counted(linkedIn, path, access);
  if (over) return problem(over);
  const response = await answer(access);
  const refusal = world.faults.take(
    "refuse",
    texts,
    (fault) => fault.path === path && fault.accepted === true,
  );
  return refusal ? problem(refusal) : response;
}

function versionProblem(
  { world }: LinkedIn,
  request: Request,
  path: Path,
  texts: readonly string[],
): Problem | undefined {
  const version = request.headers.get("linkedin-version");
  if (version === null || version === "") return VERSION_MISSING;
  const isDead = world.faults.take("version_sunset", texts, (fault) => fault.path === path) !== undefined;
  if (isDead || !isAlive(version, world.clock.now())) return goneVersion(version);
  // Without it LinkedIn reads requests by an older protocol, and finds none of these. Its words are not documented.
  return request.headers.get("x-restli-protocol-version") === "2.0.0"
    ? undefined
    : invalid("X-RestLi-Protocol-Version must be 2.0.0");
}

/** The error that a fault wants. */
function byFault(
  { faults }: LinkedInWorld,
  path: Path,
  texts: readonly string[],
  what: string,
): Problem | undefined {
  if (faults.take("forbidden", texts, (fault) => fault.path === path)) return forbidden(what);
  const used = faults.take("quota_used", texts, (fault) => fault.path === path);
  if (used) return tooMany(used.of);
  return faults.take("refuse", texts, (fault) => fault.path === path && !fault.accepted);
}

/** Counts a request of this day of UTC; where there is none left, says so. */
function counted({ world, limits }: LinkedIn, path: Path, { family }: Access): Problem | undefined {
  const day = new Date(world.clock.now()).toISOString().slice(0, 10);
  const member = world.quota(path === "commit" ? "posts of member" : path, {
    limit: path === "commit" ? limits.member : OTHER_CALLS,
    windowMs: DAY_MS,
  });
  const memberScope = `${day} ${family.person.id}`;
  if (path === "commit") {
    const app = world.quota("posts of app", { limit: limits.app, windowMs: DAY_MS });
    const appScope = `${day} ${family.app.clientId}`;
    if (app.standing(appScope).remaining === 0) {
      app.refuse(appScope);
      return tooMany("APPLICATION");
    }
    if (member.standing(memberScope).remaining > 0) app.count(appScope);
  }
  return member.take(memberScope) ? undefined : tooMany("MEMBER");
}

function nameOf(world: LinkedInWorld, token: string | undefined): string[] {
  const name = world.tokens.familyOf(token)?.person.username;
  return name === undefined ? [] : [name];
}
