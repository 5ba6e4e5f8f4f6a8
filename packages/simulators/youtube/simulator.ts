/**
 * A YouTube that runs on this machine: the Data API v3 as far as it uploads, and signing in with Google, as public
 * documentation and public clients describe them, with faults on request. The hosts are one here. It knows nothing of the
 * project it serves, and what is not documented is marked where it is decided.
 */
import { addAvatars } from "../social/avatars.ts";
import type { Limit } from "../social/quotas.ts";
import { type SocialOptions, startSocial } from "../social/simulator.ts";
import type { SocialSimulator } from "../social/social_simulator.ts";
import { Channels } from "./channels.ts";
import { notFound, refused, TOO_MANY, UNAUTHENTICATED } from "./errors.ts";
import { type Fault, faultRule } from "./faults.ts";
import { addInsertRoute } from "./insert_routes.ts";
import { addOAuthRoutes, OFFLINE, tokensOf } from "./oauth_routes.ts";
import { addReadRoutes } from "./read_routes.ts";
import { addSessionRoute } from "./session_routes.ts";
import { Sessions, type SessionView } from "./sessions.ts";
import { addThumbnailRoute } from "./thumbnail_routes.ts";
import { Videos, type VideoView } from "./videos.ts";
import { READ, UPLOAD, type YouTube } from "./world.ts";

/** The port of the program; `startYouTube` takes any free one. */
export const DEFAULT_PORT = 54340;

/** The app that is registered when nothing else is set; its secret is worth nothing. */
export const DEFAULT_APP = {
  clientId: "youtube-simulator.apps.googleusercontent.com",
  clientSecret: "youtube-simulator-secret",
} as const;

const CODE_LIFE_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const DAY_IN = "America/Los_Angeles";

/** Settings; all have defaults. */
export interface YouTubeOptions extends SocialOptions {
  /** How long a video takes to be processed, in milliseconds. Default 100. */
  processMs?: number;
  /** How long an access token is good, in seconds. Default 3,599. */
  accessLifeS?: number;
  /** The same of a refresh token. Default: for ever; 604,800 while the app's consent screen is in testing. */
  refreshLifeS?: number;
  /** Sessions that a project may begin in a day of California. Default 100. */
  insertLimit?: number;
  /** Units that its other calls may cost in such a day. Default 10,000. */
  unitLimit?: number;
  /** Videos that a channel may upload. YouTube does not say how many; default: 100 in 24 hours. */
  channelLimit?: Limit;
  /** People without a channel. */
  withoutChannel?: readonly string[];
  /** People whose channel may set no thumbnails. */
  unverified?: readonly string[];
}

/** A running simulator. */
export interface YouTubeSimulator extends SocialSimulator<Fault> {
  /** Every session that was begun, oldest first. */
  sessions(): readonly SessionView[];
  /** Every video that is there, with what was said of it. */
  videos(): readonly VideoView[];
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startYouTube(options: YouTubeOptions = {}): YouTubeSimulator {
  const { accessLifeS = 3_599, refreshLifeS = Infinity } = options;
  const channels = new Channels(options.withoutChannel ?? [], options.unverified ?? []);
  let people = 0;
  let parts: Pick<YouTube, "sessions" | "videos"> | undefined;
  const sessions = () => parts?.sessions.views() ?? [];
  const videos = () => parts?.videos.views() ?? [];
  const simulator = startSocial<Fault>({
    name: "YouTube",
    faultRule,
    newId: () => `1098${String(++people).padStart(17, "0")}`,
    codeLifeMs: CODE_LIFE_MS,
    door: OFFLINE,
    scopes: [UPLOAD, READ],
    refusals: {
      unauthorized: () => refused(UNAUTHENTICATED),
      rateLimited: ({ headers, seconds }) =>
        refused(TOO_MANY, headers ? { "retry-after": String(seconds) } : {}),
    },
    addRoutes(app, world) {
      parts = { sessions: new Sessions(world), videos: new Videos(world, options.processMs ?? 100) };
      const day = (limit: number): Limit => ({ limit, windowMs: DAY_MS, dayIn: DAY_IN });
      const youtube: YouTube = {
        app,
        world,
        channels,
        ...parts,
        insertLimit: day(options.insertLimit ?? 100),
        unitLimit: day(options.unitLimit ?? 10_000),
        channelLimit: options.channelLimit ?? { limit: 100, windowMs: DAY_MS },
        accessLifeS,
        refreshLifeS,
      };
      addOAuthRoutes(youtube);
      addInsertRoute(youtube);
      addSessionRoute(youtube);
      addThumbnailRoute(youtube);
      addReadRoutes(youtube);
      addAvatars(app, "/channel_pictures");
      app.get("/_simulator/sessions", (c) => c.json(sessions()));
      app.get("/_simulator/videos", (c) => c.json(videos()));
      return { close: () => youtube.sessions.store.remove() };
    },
    grant(world, family) {
      const { access_token, expires_in, refresh_token } = tokensOf(
        { world, accessLifeS, refreshLifeS },
        family,
        true,
      );
      const channel = channels.of(family.person);
      if (!channel) throw new TypeError(`${family.person.username} has no channel`);
      return {
        access_token,
        expires_in,
        ...refresh_token === undefined ? {} : { refresh_token },
        account: { id: channel.id, username: family.person.username },
      };
    },
    problem: (status, request) =>
      status === 404
        ? refused(notFound("notFound", `${request.method} ${new URL(request.url).pathname} is not there.`))
        : refused({ code: 500, reason: "backendError", message: "Something broke.", domain: "global" }),
  }, { ...DEFAULT_APP, ...options });
  return { ...simulator, sessions, videos };
}
