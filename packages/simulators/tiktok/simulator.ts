/**
 * A TikTok that runs on this machine: its Content Posting API and signing in, as public documentation and public clients
 * describe them, with faults on request. It knows nothing of the project it serves, and what is not documented is marked
 * where it is decided.
 */
import { addAvatars } from "../social/avatars.ts";
import type { Limit } from "../social/quotas.ts";
import { type SocialOptions, startSocial } from "../social/simulator.ts";
import type { SocialSimulator } from "../social/social_simulator.ts";
import { addCreatorControl } from "./creator_control.ts";
import { type Creator, Creators, type CreatorWish } from "./creators.ts";
import { INVALID_TOKEN, tiktokError, TOO_MANY_REQUESTS } from "./errors.ts";
import { type Fault, faultRule } from "./faults.ts";
import { addOAuthRoutes, tokensOf } from "./oauth_routes.ts";
import { addPostRoutes } from "./post_routes.ts";
import { Publishes, type UploadView } from "./publishes.ts";
import { addUploadRoutes } from "./upload_routes.ts";
import type { Limits, TikTok } from "./world.ts";

/** The port of the program; `startTikTok` takes any free one. */
export const DEFAULT_PORT = 54338;

/** The app that is registered when nothing else is set; its secret is worth nothing. */
export const DEFAULT_APP = {
  clientId: "tiktok-simulator-client-key",
  clientSecret: "tiktok-simulator-secret",
} as const;

const SCOPES = ["user.info.basic", "video.publish", "video.upload"];
const CODE_LIFE_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

/** Settings; all have defaults. */
export interface TikTokOptions extends SocialOptions {
  /** How long a post takes to be processed, in milliseconds. Default 100. */
  processMs?: number;
  /** How long after that what everybody may see is named, in milliseconds. Default 100. */
  moderateMs?: number;
  /** How long an access token is good, in seconds. Default 7,200. */
  accessLifeS?: number;
  /**
   * Whether a refresh ends the access that was there. What TikTok does is not documented; the default, true, is what is harder
   * on clients.
   */
  refreshEndsAccess?: boolean;
  /** What accounts have set for themselves, by username. */
  creators?: Readonly<Record<string, CreatorWish>>;
  /** Whether the app has not been audited: it posts for private accounts and their own eyes alone, for five of them a day. */
  isUnaudited?: boolean;
  /** Posts of an account. Default: 15 in 24 hours. */
  postLimit?: Limit;
  /** Drafts of an account. Default: 5 in 24 hours. */
  draftLimit?: Limit;
  /** Requests of an access in a minute. Default: 6 that begin a post, 20 about a creator, 30 about a post. */
  requestLimits?: Partial<Limits["requests"]>;
}

/** A running simulator. */
export interface TikTokSimulator extends SocialSimulator<Fault> {
  /** Every video that was begun, oldest first, and how often each of its parts came whole. */
  uploads(): readonly UploadView[];
  /** Has an account set something for itself. */
  creator(username: string, wish: CreatorWish): Creator;
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startTikTok(options: TikTokOptions = {}): TikTokSimulator {
  const { accessLifeS = 7200, isUnaudited = false } = options;
  const creators = new Creators(isUnaudited, options.creators);
  let publishes: Publishes | undefined;
  const uploads = () => publishes?.uploads() ?? [];
  const simulator = startSocial<Fault>({
    name: "TikTok",
    faultRule,
    newId: () => crypto.randomUUID(),
    codeLifeMs: CODE_LIFE_MS,
    door: "",
    scopes: SCOPES,
    refusals: {
      unauthorized: () => tiktokError(INVALID_TOKEN),
      rateLimited: ({ headers, seconds }) => {
        const response = tiktokError(TOO_MANY_REQUESTS);
        if (headers) response.headers.set("retry-after", String(seconds));
        return response;
      },
    },
    addRoutes(app, world) {
      publishes = new Publishes(world, options.processMs ?? 100, options.moderateMs ?? 100);
      const tiktok: TikTok = {
        app,
        world,
        publishes,
        creators,
        isUnaudited,
        accessLifeS,
        refreshEndsAccess: options.refreshEndsAccess ?? true,
        lastPosted: new Map(),
        limits: limitsOf(options),
      };
      addOAuthRoutes(tiktok);
      addPostRoutes(tiktok);
      addUploadRoutes(tiktok);
      addAvatars(app, "/avatars");
      addCreatorControl(app, creators);
      app.get("/_simulator/uploads", (c) => c.json(uploads()));
      return {};
    },
    grant(world, family) {
      const { access_token, expires_in, refresh_token } = tokensOf({ world, accessLifeS }, family);
      const { id, username } = family.person;
      return { access_token, expires_in, refresh_token, account: { id, username } };
    },
    problem: (status, request) =>
      tiktokError(
        status === 404
          ? { status, code: "unsupported_path", message: `${new URL(request.url).pathname} is not there.` }
          : { status, code: "internal_error", message: "Something went wrong." },
      ),
  }, { ...DEFAULT_APP, ...options });
  return { ...simulator, uploads, creator: (username, wish) => creators.set(username, wish) };
}

function limitsOf({ postLimit, draftLimit, isUnaudited, requestLimits }: TikTokOptions): Limits {
  return {
    posts: postLimit ?? { limit: 15, windowMs: DAY_MS },
    drafts: draftLimit ?? { limit: 5, windowMs: DAY_MS },
    activeUsers: isUnaudited ? 5 : Infinity,
    requests: { init: 6, creator: 20, status: 30, ...requestLimits },
  };
}
