/**
 * A Facebook that runs on this machine: the part of the Graph API that publishes on pages, and signing in, as public
 * documentation and public clients describe them, with faults on request. The hosts are one here. It knows nothing of the
 * project it serves, and what is not documented is marked where it is decided.
 */
import { Hono } from "hono";
import { addAvatars } from "../social/avatars.ts";
import type { Limit } from "../social/quotas.ts";
import { type SocialOptions, startSocial } from "../social/simulator.ts";
import type { SocialSimulator } from "../social/social_simulator.ts";
import { badToken, graphError } from "../graph/graph_errors.ts";
import { pageToken } from "../graph/page_list.ts";
import { mayCreate, Pages } from "../graph/pages.ts";
import { asVersioned, unknownPath } from "../graph/versioned_app.ts";
import { accountUsage } from "../graph/usage.ts";
import { PAGE_LIMIT } from "./facebook_errors.ts";
import { type Fault, faultRule } from "./faults.ts";
import { addFeedRoutes } from "./feed_routes.ts";
import { Photos } from "./photos.ts";
import { addProfileRoutes } from "./profile_routes.ts";
import { addReadRoutes } from "./read_routes.ts";
import { addVideoRoutes } from "./video_routes.ts";
import { Videos, type VideoView } from "./videos.ts";
import type { Facebook } from "./world.ts";

/** The port of the program; `startFacebook` takes any free one. */
export const DEFAULT_PORT = 54339;

/** The app that is registered when nothing else is set; its secret is worth nothing. */
export const DEFAULT_APP = {
  clientId: "990000000000002",
  clientSecret: "facebook-simulator-secret",
} as const;

const CODE_LIFE_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const SCOPES = ["pages_show_list", "pages_manage_posts", "pages_read_engagement"];

/** Settings; all have defaults. */
export interface FacebookOptions extends SocialOptions {
  /** How long videos take to be processed once they were fetched, in milliseconds. Default 100. */
  processMs?: number;
  /** How long the download of a photo may take, in milliseconds. Default 60,000. */
  fetchMs?: number;
  /** How many pages people have, by username. Default: one. */
  pages?: Readonly<Record<string, number>>;
  /** On which of their pages, counted from 1, people may answer and not publish. */
  moderated?: Readonly<Record<string, readonly number[]>>;
  /** Versions of the Graph API that are alive, oldest first. */
  versions?: readonly string[];
  /** Posts of a page, of all kinds: no number is documented. Default: 1,000 in 24 hours. */
  postLimit?: Limit;
  /** Reels of a page. Default: 30 in 24 hours. */
  reelLimit?: Limit;
  /** How long the same text is not taken twice; not documented. Default: 5 minutes. */
  duplicateMs?: number;
  /** How long a token from a sign-in is good, in seconds. Default: an hour. */
  shortLifeS?: number;
  /** How long a token is good that it was traded for. Default: 60 days. */
  longLifeS?: number;
}

/** A running simulator. */
export interface FacebookSimulator extends SocialSimulator<Fault> {
  /** How often each version was asked for, and which one answered. */
  versions(): readonly { asked: string; servedBy: string; times: number }[];
  /** Every video that was begun, oldest first. */
  videos(): readonly VideoView[];
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startFacebook(options: FacebookOptions = {}): FacebookSimulator {
  const pages = new Pages(options.pages ?? {}, options.moderated);
  const versionsAsked: Facebook["versionsAsked"] = new Map();
  const versions = () => [...versionsAsked].map(([asked, served]) => ({ asked, ...served }));
  let users = 0;
  let made: Videos | undefined;
  const videos = () => made?.views() ?? [];
  const simulator = startSocial<Fault>({
    name: "Facebook",
    faultRule,
    newId: () => `1021${String(++users).padStart(13, "0")}`,
    codeLifeMs: CODE_LIFE_MS,
    door: "facebook",
    scopes: SCOPES,
    refusals: {
      unauthorized: () => graphError(badToken("invalid")),
      rateLimited: ({ headers, seconds }) =>
        graphError(PAGE_LIMIT, headers ? accountUsage("102000000000001", "pages", seconds) : {}),
    },
    addRoutes(app, world) {
      const graph = new Hono();
      const shelf = made = new Videos(world, options.processMs ?? 100);
      const facebook = facebookOf(options, {
        app: graph,
        world,
        pages,
        videos: shelf,
        photos: new Photos(world, options.fetchMs ?? 60_000),
        versionsAsked,
      });
      addProfileRoutes(facebook);
      addAvatars(graph, "/profile_pictures");
      addFeedRoutes(facebook);
      addVideoRoutes(facebook);
      addReadRoutes(facebook);
      graph.notFound((c) => unknownPath(c.req.raw));
      graph.onError((error) => {
        throw error; // to whom the simulator belongs
      });
      app.get("/_simulator/versions", (c) => c.json(versions()));
      app.get("/_simulator/videos", (c) => c.json(videos()));
      app.all("*", (c) => asVersioned(facebook, graph, c.req.raw));
      return { close: () => shelf.close() };
    },
    grant(world, family) {
      const page = pages.of(family.person).find(mayCreate);
      if (!page) throw new TypeError(`${family.person.username} has no page to publish on`);
      return {
        access_token: pageToken({ world }, family, page),
        account: { id: page.id, username: family.person.username },
      };
    },
    problem: (status, request) =>
      status === 404
        ? unknownPath(request)
        : graphError({ status: 500, code: 1, message: "An unknown error occurred" }),
  }, { ...DEFAULT_APP, ...options });
  return { ...simulator, versions, videos };
}

type Parts = Pick<Facebook, "app" | "world" | "pages" | "videos" | "photos" | "versionsAsked">;

function facebookOf(options: FacebookOptions, parts: Parts): Facebook {
  return {
    ...parts,
    facts: new Map(),
    versions: options.versions ?? ["v22.0", "v23.0", "v24.0", "v25.0", "v26.0", "v27.0"],
    postLimit: options.postLimit ?? { limit: 1_000, windowMs: DAY_MS },
    reelLimit: options.reelLimit ?? { limit: 30, windowMs: DAY_MS },
    duplicateMs: options.duplicateMs ?? 5 * 60_000,
    shortLifeS: options.shortLifeS ?? 3_600,
    longLifeS: options.longLifeS ?? 60 * 86_400,
  };
}
