/**
 * An Instagram that runs on this machine: the part of the Graph API that publishes, and signing in through Facebook or
 * with Instagram itself, as public documentation and public clients describe them, with faults on request. The hosts are
 * one here. It knows nothing of the project it serves, and what is not documented is marked where it is decided.
 */
import { Hono } from "hono";
import type { Limit } from "../social/quotas.ts";
import { addAvatars } from "../social/avatars.ts";
import { type SocialOptions, startSocial } from "../social/simulator.ts";
import type { SocialSimulator } from "../social/social_simulator.ts";
import { Containers, type ContainerView } from "../graph/containers.ts";
import { INSTAGRAM_CONTAINERS } from "./container_kinds.ts";
import { type Fault, faultRule } from "./faults.ts";
import { ACCOUNT_LIMIT, badToken, graphError } from "../graph/graph_errors.ts";
import { addLoginRoutes } from "./login_routes.ts";
import { Pages } from "../graph/pages.ts";
import { addProfileRoutes } from "./profile_routes.ts";
import { addPublishRoutes } from "./publish_routes.ts";
import { userToken } from "../graph/user_tokens.ts";
import { asVersioned, unknownPath } from "../graph/versioned_app.ts";
import { accountUsage, appUsage } from "../graph/usage.ts";
import type { Instagram } from "./world.ts";

/** The port of the program; `startInstagram` takes any free one. */
export const DEFAULT_PORT = 54337;

/** The app that is registered when nothing else is set; its secret is worth nothing. */
export const DEFAULT_APP = {
  clientId: "990000000000001",
  clientSecret: "instagram-simulator-secret",
} as const;

const CODE_LIFE_MS = 10 * 60_000;
const SCOPES = [
  "instagram_basic",
  "instagram_content_publish",
  "pages_show_list",
  "pages_read_engagement",
  "business_management",
  "instagram_business_basic",
  "instagram_business_content_publish",
];

/** Settings; all have defaults. */
export interface InstagramOptions extends SocialOptions {
  /** How long media take to be processed once they were fetched, in milliseconds. Default 100. */
  processMs?: number;
  /** How long a download may take, in milliseconds. Default 60,000. */
  fetchMs?: number;
  /** How many pages people have, by username; every third page has no Instagram account. Default: one. */
  pages?: Readonly<Record<string, number>>;
  /** Versions of the Graph API that are alive, oldest first. */
  versions?: readonly string[];
  /** Posts of an account. Default: 50 in 24 hours. */
  postLimit?: Limit;
  /** How long a token from a sign-in is good, in seconds. Default: an hour. */
  shortLifeS?: number;
  /** How long a token is good that it was traded for. Default: 60 days. */
  longLifeS?: number;
}

/** A running simulator. */
export interface InstagramSimulator extends SocialSimulator<Fault> {
  /** How often each version was asked for, and which one answered. */
  versions(): readonly { asked: string; servedBy: string; times: number }[];
  /** Every container that was made, oldest first. */
  containers(): readonly ContainerView[];
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startInstagram(options: InstagramOptions = {}): InstagramSimulator {
  const { longLifeS = 60 * 86_400, shortLifeS = 3_600 } = options;
  const pages = new Pages(options.pages ?? {});
  const versionsAsked: Instagram["versionsAsked"] = new Map();
  const versions = () => [...versionsAsked].map(([asked, served]) => ({ asked, ...served }));
  let users = 0;
  let made: Containers<Fault> | undefined;
  const containers = () => made?.views() ?? [];
  const simulator = startSocial<Fault>({
    name: "Instagram",
    faultRule,
    newId: () => `1221${String(++users).padStart(13, "0")}`,
    codeLifeMs: CODE_LIFE_MS,
    door: "facebook",
    scopes: SCOPES,
    refusals: {
      unauthorized: () => graphError(badToken("invalid")),
      rateLimited: ({ headers, seconds }) => graphError(ACCOUNT_LIMIT, headers ? usage(seconds) : {}),
    },
    addRoutes(app, world) {
      const graph = new Hono();
      const times = { processMs: options.processMs ?? 100, fetchMs: options.fetchMs ?? 60_000 };
      const shelf = made = new Containers(world, INSTAGRAM_CONTAINERS, times);
      const instagram: Instagram = {
        app: graph,
        world,
        pages,
        containers: shelf,
        versions: options.versions ?? ["v22.0", "v23.0", "v24.0", "v25.0", "v26.0", "v27.0"],
        versionsAsked,
        postLimit: options.postLimit ?? { limit: 50, windowMs: 86_400_000 },
        shortLifeS,
        longLifeS,
      };
      addLoginRoutes(instagram);
      addProfileRoutes(instagram);
      addAvatars(graph, "/profile_pictures");
      addPublishRoutes(instagram);
      graph.notFound((c) => unknownPath(c.req.raw));
      graph.onError((error) => {
        throw error; // to whom the simulator belongs
      });
      app.get("/_simulator/versions", (c) => c.json(versions()));
      app.get("/_simulator/containers", (c) => c.json(containers()));
      app.all("*", (c) => asVersioned(instagram, graph, c.req.raw));
      return { close: () => shelf.close() };
    },
    grant(world, family) {
      const account = pages.first(family.person);
      if (!account) throw new TypeError(`${family.person.username} has no account`);
      const { token } = userToken({ world }, family, longLifeS);
      return {
        access_token: token,
        expires_in: longLifeS,
        account: { id: account.id, username: account.username },
      };
    },
    problem: (status, request) =>
      status === 404
        ? unknownPath(request)
        : graphError({ status: 500, code: 1, message: "An unknown error occurred" }),
  }, { ...DEFAULT_APP, ...options });
  return { ...simulator, versions, containers };
}

/** How much of its calls an account has used, and when there are more. */
function usage(seconds: number): Record<string, string> {
  return { ...appUsage(), ...accountUsage("178414000000001", "instagram", seconds) };
}
