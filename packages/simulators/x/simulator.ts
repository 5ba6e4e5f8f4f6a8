/**
 * An X that runs on this machine: API v2 and OAuth 2 as its public documentation and public clients describe them, with
 * faults on request. It knows nothing of the project it serves, and what is not documented is marked where it is decided.
 */
import { Snowflakes } from "../kit/snowflake.ts";
import type { Limit } from "../social/quotas.ts";
import { addAvatars } from "../social/avatars.ts";
import { type SocialOptions, startSocial } from "../social/simulator.ts";
import type { SocialSimulator } from "../social/social_simulator.ts";
import { type Fault, faultRule } from "./faults.ts";
import { MediaShelf, type MediaView } from "./media.ts";
import { addMediaRoutes } from "./media_routes.ts";
import { addOAuthRoutes, tokensOf } from "./oauth_routes.ts";
import { addPostRoutes } from "./post_routes.ts";
import { problem, TOO_MANY, UNAUTHORIZED } from "./problems.ts";
import type { X } from "./world.ts";

/** The port of the program; `startX` takes any free one. */
export const DEFAULT_PORT = 54336;

/** The app that is registered when nothing else is set; its secret is worth nothing. */
export const DEFAULT_APP = { clientId: "x-simulator-client", clientSecret: "x-simulator-secret" } as const;

const SCOPES = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"];
const CODE_LIFE_MS = 30_000;

/** Settings; all have defaults. */
export interface XOptions extends SocialOptions {
  /** How long a video or GIF takes to be processed, in milliseconds. Default 100. */
  processMs?: number;
  /** The least that `check_after_secs` says. Default 1. */
  checkAfterS?: number;
  /** How long an access token is good, in seconds. Default 7,200. */
  accessLifeS?: number;
  /**
   * Whether a refresh ends the access that was there. What X does is not documented; the default, true, is what is harder
   * on clients.
   */
  refreshEndsAccess?: boolean;
  /** Posts of an account. Default: 100 in 15 minutes. */
  accountLimit?: Limit;
  /** Posts of an app. Default: 10,000 in 24 hours. */
  appLimit?: Limit;
  /** How long the same post counts as a duplicate, in milliseconds. Default: 24 hours. */
  duplicateMs?: number;
}

/** A running simulator. */
export interface XSimulator extends SocialSimulator<Fault> {
  /** Every file that was begun, oldest first. */
  media(): readonly MediaView[];
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startX(options: XOptions = {}): XSimulator {
  const { accessLifeS = 7200 } = options;
  const users = new Snowflakes();
  let media: MediaShelf | undefined;
  const views = () => media?.views() ?? [];
  const simulator = startSocial<Fault>({
    name: "X",
    faultRule,
    newId: () => users.next(),
    codeLifeMs: CODE_LIFE_MS,
    door: "",
    scopes: SCOPES,
    refusals: {
      unauthorized: () => problem(UNAUTHORIZED),
      rateLimited: ({ headers, seconds }) =>
        problem(
          TOO_MANY,
          headers
            ? {
              "x-rate-limit-limit": "100",
              "x-rate-limit-remaining": "0",
              "x-rate-limit-reset": String(Math.ceil(Date.now() / 1000) + seconds),
            }
            : {},
        ),
    },
    addRoutes(app, world) {
      const shelf = media = new MediaShelf(world, options.processMs ?? 100, options.checkAfterS ?? 1);
      const x: X = {
        app,
        world,
        media: shelf,
        about: new Map(),
        accessLifeS,
        refreshEndsAccess: options.refreshEndsAccess ?? true,
        duplicateMs: options.duplicateMs ?? 86_400_000,
        limits: {
          account: options.accountLimit ?? { limit: 100, windowMs: 15 * 60_000 },
          app: options.appLimit ?? { limit: 10_000, windowMs: 86_400_000 },
        },
      };
      addOAuthRoutes(x);
      addMediaRoutes(x);
      addPostRoutes(x);
      addAvatars(app, "/profile_images");
      app.get("/_simulator/media", (c) => c.json(views()));
      return { close: () => shelf.pieces.remove() };
    },
    grant(world, family) {
      const { access_token, expires_in, refresh_token } = tokensOf({ world, accessLifeS }, family);
      const { id, username } = family.person;
      return {
        access_token,
        expires_in,
        ...refresh_token === undefined ? {} : { refresh_token },
        account: { id, username },
      };
    },
    problem: (status, request) =>
      problem({
        status,
        title: status === 404 ? "Not Found" : "Internal Server Error",
        detail: status === 404
          ? `${request.method} ${new URL(request.url).pathname} is not there.`
          : "Something broke.",
        type: "about:blank",
      }),
  }, { ...DEFAULT_APP, ...options });
  return { ...simulator, media: views };
}
