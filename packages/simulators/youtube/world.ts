/** What the route handlers of YouTube are given, and what every request of a channel goes through. */
import type { Hono } from "hono";
import type { Commit } from "../social/books.ts";
import type { Limit } from "../social/quotas.ts";
import type { Access } from "../social/tokens.ts";
import { bearerOf, mayUse } from "../social/world.ts";
import type { Channels } from "./channels.ts";
import { EXISTS, NO_SCOPE, QUOTA, type Refusal, refused, UNAUTHENTICATED, UPLOAD_LIMIT } from "./errors.ts";
import type { Path } from "./faults.ts";
import type { Sessions } from "./sessions.ts";
import type { Videos } from "./videos.ts";
import type { YouTubeWorld } from "./youtube_world.ts";

export const UPLOAD = "https://www.googleapis.com/auth/youtube.upload";
export const READ = "https://www.googleapis.com/auth/youtube.readonly";

/** YouTube, for its routes. */
export interface YouTube {
  readonly app: Hono;
  readonly world: YouTubeWorld;
  readonly channels: Channels;
  readonly sessions: Sessions;
  readonly videos: Videos;
  /** Sessions that a project may begin in a day of California. */
  readonly insertLimit: Limit;
  /** Units that its other calls may cost in such a day. */
  readonly unitLimit: Limit;
  /** Videos that a channel may upload. */
  readonly channelLimit: Limit;
  /** How long an access token is good, in seconds. */
  readonly accessLifeS: number;
  /** The same of a refresh token. */
  readonly refreshLifeS: number;
}

/** What a request needs to be looked at. */
export interface Need {
  readonly path: Path;
  /** One of these; none: whoever has the address may call it. */
  readonly scopes: readonly string[];
  readonly texts?: readonly string[];
  /** Units of the day that it costs. */
  readonly cost?: number;
}

/** Answers a request of a channel's; `answer` is asked when nothing stands against it. */
export async function asCaller(
  youtube: YouTube,
  request: Request,
  { path, scopes, texts = [], cost = 0 }: Need,
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const token = bearerOf(request);
  const all = [...texts, ...nameOf(youtube.world, token)];
  const need = { path, scopes, texts: all, cost };
  return await youtube.world.front.respond(
    request,
    { path, texts: all, token },
    () => looked(youtube, need, token, answer),
  );
}

/** The same for the piece that makes the video. */
export async function asPublisher(
  youtube: YouTube,
  request: Request,
  texts: readonly string[],
  answer: (who: Access, commit: Commit) => Response | Promise<Response>,
): Promise<Response> {
  const token = bearerOf(request);
  const look = youtube.world.look(token);
  const all = [...texts, ...nameOf(youtube.world, token)];
  const person = look.is === "unknown" ? undefined : look.access.family.person;
  const channel = person && youtube.channels.of(person);
  const account = channel && person ? { id: channel.id, username: person.username } : null;
  const need: Need = { path: "commit", scopes: [UPLOAD], texts: all };
  return await youtube.world.commit(
    request,
    { texts: all, token, account },
    (commit) => looked(youtube, need, token, (who) => answer(who, commit)),
  );
}

async function looked(
  youtube: YouTube,
  { path, scopes, texts = [], cost = 0 }: Need,
  token: string | undefined,
  answer: (who: Access) => Response | Promise<Response>,
): Promise<Response> {
  const { world } = youtube;
  const look = world.look(token);
  if (look.is !== "good") return refused(UNAUTHENTICATED);
  const { access } = look;
  const against = byFault(world, path, texts);
  if (against) return refused(against);
  if (!scopes.some((scope) => mayUse(access, scope))) return refused(NO_SCOPE);
  if (!spent(youtube, access, cost)) return refused(QUOTA);
  const response = await answer(access);
  const refusal = world.faults.take("refuse", texts, (fault) => fault.path === path && !!fault.accepted);
  return refusal ? refused(wordsOf(refusal)) : response;
}

/** The error that a fault wants. */
function byFault({ faults }: YouTubeWorld, path: Path, texts: readonly string[]): Refusal | undefined {
  const strikes = (fault: { path: Path }) => fault.path === path;
  if (faults.take("quota_exceeded", texts, strikes)) return QUOTA;
  if (path === "insert") {
    if (faults.take("already_exists", texts)) return EXISTS;
    if (faults.take("upload_limit", texts)) return UPLOAD_LIMIT;
  }
  const refusal = faults.take("refuse", texts, (fault) => fault.path === path && !fault.accepted);
  return refusal && wordsOf(refusal);
}

function wordsOf(
  { status, reason, message }: { status: number; reason: string; message?: string | undefined },
) {
  return { code: status, reason, message: message ?? `It says ${reason}.` };
}

/** Takes what a request costs out of the project's day. */
function spent({ world, unitLimit }: YouTube, { family }: Access, cost: number): boolean {
  const units = world.quota("units", unitLimit);
  if (cost === 0) return true;
  if (units.standing(family.app.clientId).remaining < cost) {
    units.refuse(family.app.clientId);
    return false;
  }
  for (let unit = 0; unit < cost; unit++) units.count(family.app.clientId);
  return true;
}

function nameOf(world: YouTubeWorld, token: string | undefined): string[] {
  const name = world.tokens.familyOf(token)?.person.username;
  return name === undefined ? [] : [name];
}
