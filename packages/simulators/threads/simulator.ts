/**
 * A Threads that runs on this machine: the part of its Graph API that publishes, and signing in, as public documentation and
 * public clients describe them, with faults on request. The hosts are one here. It knows nothing of the project it serves,
 * and what is not documented is marked where it is decided.
 */
import { Hono } from "hono";
import { Containers, type ContainerView } from "../graph/containers.ts";
import { badToken, graphError } from "../graph/graph_errors.ts";
import { userToken } from "../graph/user_tokens.ts";
import { asVersioned, unknownPath } from "../graph/versioned_app.ts";
import { accountUsage, appUsage } from "../graph/usage.ts";
import { addAvatars } from "../social/avatars.ts";
import type { Limit } from "../social/quotas.ts";
import { type SocialOptions, startSocial } from "../social/simulator.ts";
import type { SocialSimulator } from "../social/social_simulator.ts";
import { THREADS_CONTAINERS } from "./container_kinds.ts";
import { USER_LIMIT } from "./errors.ts";
import { type Fault, faultRule } from "./faults.ts";
import { addLoginRoutes } from "./login_routes.ts";
import { addPublishRoutes } from "./publish_routes.ts";
import type { Threads } from "./world.ts";

/** The port of the program; `startThreads` takes any free one. */
export const DEFAULT_PORT = 54341;

/** The app that is registered when nothing else is set; its secret is worth nothing. */
export const DEFAULT_APP = {
  clientId: "990000000000011",
  clientSecret: "threads-simulator-secret",
} as const;

const CODE_LIFE_MS = 60 * 60_000;
const DAY_MS = 86_400_000;
const SCOPES = ["threads_basic", "threads_content_publish", "threads_manage_replies"];

/** Settings; all have defaults. */
export interface ThreadsOptions extends SocialOptions {
  /** How long containers take to be processed once their media were fetched, in milliseconds. Default 100. */
  processMs?: number;
  /** How long a download may take, in milliseconds. Default 60,000. */
  fetchMs?: number;
  /** Versions of the API that are alive, oldest first. */
  versions?: readonly string[];
  /** Posts of an account. Default: 250 in 24 hours. */
  postLimit?: Limit;
  /** Replies of an account, which count by themselves. Default: 1,000 in 24 hours. */
  replyLimit?: Limit;
  /** How long a token from a sign-in is good, in seconds. Default: an hour. */
  shortLifeS?: number;
  /** How long a token is good that it was traded for. Default: 60 days. */
  longLifeS?: number;
}

/** A running simulator. */
export interface ThreadsSimulator extends SocialSimulator<Fault> {
  /** How often each version was asked for, and which one answered. */
  versions(): readonly { asked: string; servedBy: string; times: number }[];
  /** Every container that was made, oldest first. */
  containers(): readonly ContainerView[];
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startThreads(options: ThreadsOptions = {}): ThreadsSimulator {
  const { longLifeS = 60 * 86_400, shortLifeS = 3_600 } = options;
  const versionsAsked: Threads["versionsAsked"] = new Map();
  const versions = () => [...versionsAsked].map(([asked, served]) => ({ asked, ...served }));
  let users = 0;
  let made: Containers<Fault> | undefined;
  const containers = () => made?.views() ?? [];
  const simulator = startSocial<Fault>({
    name: "Threads",
    faultRule,
    newId: () => `26543${String(++users).padStart(12, "0")}`,
    codeLifeMs: CODE_LIFE_MS,
    door: "threads",
    scopes: SCOPES,
    refusals: {
      unauthorized: () => graphError(badToken("invalid")),
      rateLimited: ({ headers, seconds }) => graphError(USER_LIMIT, headers ? usage(seconds) : {}),
    },
    addRoutes(app, world) {
      const graph = new Hono();
      const times = { processMs: options.processMs ?? 100, fetchMs: options.fetchMs ?? 60_000 };
      const shelf = made = new Containers(world, THREADS_CONTAINERS, times);
      const threads: Threads = {
        app: graph,
        world,
        containers: shelf,
        versions: options.versions ?? ["v1.0"],
        versionsAsked,
        postLimit: options.postLimit ?? { limit: 250, windowMs: DAY_MS },
        replyLimit: options.replyLimit ?? { limit: 1_000, windowMs: DAY_MS },
        shortLifeS,
        longLifeS,
      };
      addLoginRoutes(threads);
      addAvatars(graph, "/profile_pictures");
      addPublishRoutes(threads);
      graph.notFound((c) => unknownPath(c.req.raw));
      graph.onError((error) => {
        throw error; // to whom the simulator belongs
      });
      app.get("/_simulator/versions", (c) => c.json(versions()));
      app.get("/_simulator/containers", (c) => c.json(containers()));
      app.all("*", (c) => asVersioned(threads, graph, c.req.raw));
      return { close: () => shelf.close() };
    },
    grant(world, family) {
      const { person: { id, username } } = family;
      const { token } = userToken({ world }, family, longLifeS);
      return { access_token: token, expires_in: longLifeS, account: { id, username } };
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
  return { ...appUsage(), ...accountUsage("26543000000000001", "threads", seconds) };
}
