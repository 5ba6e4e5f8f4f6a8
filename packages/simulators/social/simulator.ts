/** Puts a platform's simulator together: server, state, control endpoints and the platform's own. */
import { Hono } from "hono";
import type { z } from "zod";
import type { FaultRule } from "../kit/fault_rules.ts";
import { serveLocally } from "../kit/http_server.ts";
import { type Outage, outageSchema } from "../kit/outage.ts";
import type { App } from "./apps.ts";
import { addControlRoutes } from "./control_routes.ts";
import type { Refusals } from "./front.ts";
import type { Grant, SocialSimulator } from "./social_simulator.ts";
import type { Family } from "./tokens.ts";
import { SocialWorld, type WorldOptions } from "./world.ts";

/** Settings of every platform; all have defaults. */
export interface SocialOptions extends WorldOptions {
  /** Default: any free port. */
  port?: number;
  hostname?: string;
  /** The name by which others reach it, when that differs from `hostname`. */
  publicHost?: string;
}

/** What differs between platforms. */
export interface SocialPlatform<Fault extends { kind: string }> {
  readonly name: string;
  readonly faultRule: z.ZodType<FaultRule<Fault>>;
  readonly newId: () => string;
  readonly codeLifeMs: number;
  readonly refusals: Refusals;
  /** The way in that a grant takes when it names none. */
  readonly door: string;
  /** What is asked for when a grant names no scopes. */
  readonly scopes: readonly string[];
  /** Adds the platform's endpoints; what has to be closed with it is returned. */
  addRoutes(app: Hono, world: SocialWorld<Fault>): { close?(): Promise<void> };
  /** Tokens for somebody who has agreed. */
  grant(world: SocialWorld<Fault>, family: Family): Omit<Grant, "scopes">;
  /** The platform's answer on a path that does not exist, and (500) when the simulator itself breaks. */
  problem(status: 404 | 500, request: Request): Response;
}

/**
 * Starts a simulator on 127.0.0.1, or on `options.hostname`.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startSocial<Fault extends { kind: string }>(
  platform: SocialPlatform<Fault>,
  options: SocialOptions & { clientId: string; clientSecret: string },
): SocialSimulator<Fault> {
  const app = new Hono();
  const server = serveLocally((request) => app.fetch(request), options.port, options);
  const own: App = { clientId: options.clientId, clientSecret: options.clientSecret };
  const world = new SocialWorld<Fault>({
    ...platform,
    url: server.url,
    apps: [own, ...options.moreApps ?? []],
    options,
  });
  const outage = async (wanted: Outage) => {
    const valid = outageSchema.parse(wanted);
    if (valid.how === "refused") await server.refuse(valid.ms);
    else world.front.outage(valid);
  };
  let closed: Promise<void> | undefined;
  const simulator: SocialSimulator<Fault> = {
    url: server.url,
    ...own,
    close: () => closed ??= close(),
    misbehave: (rule) => world.misbehave(platform.faultRule.parse(rule)),
    behave: () => world.faults.clear(),
    outage,
    advance: (ms) => world.clock.advance(ms),
    posts: () => world.books.posts,
    commits: () => world.books.commits,
    refreshes: () => world.tokens.refreshes,
    counts: () => ({ ...world.books.counts(), quotas: world.quotas() }),
    people: () => world.people.all(),
    secrets: () => world.tokens.everything(),
    grant(username, { scopes = platform.scopes, door = platform.door } = {}) {
      const person = world.people.named(username);
      const family = world.tokens.found({ app: own, person, scopes, door });
      return { ...platform.grant(world, family), scopes };
    },
    endAccess: (username, end) => void world.endAccess(world.people.named(username), end === "everything"),
    suspend: (username, isSuspended) => void (world.people.named(username).isSuspended = isSuspended),
  };
  addControlRoutes(app, simulator, platform.faultRule, outage);
  const parts = platform.addRoutes(app, world);
  app.notFound(({ req }) => platform.problem(404, req.raw));
  app.onError((error, c) => {
    // The client went away in the middle of its own request: nothing is wrong here.
    const isGone = c.req.raw.signal.aborted || error instanceof Deno.errors.BadResource;
    if (!isGone) console.error(`${platform.name} simulator: ${c.req.method} ${c.req.path} failed`, error);
    return platform.problem(500, c.req.raw);
  });
  return simulator;

  async function close(): Promise<void> {
    world.close();
    await Promise.all([parts.close?.(), server.close()]);
  }
}
