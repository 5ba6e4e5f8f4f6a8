/**
 * A LinkedIn that runs on this machine: signing in, organizations, files and posts as its public documentation and public
 * clients describe them, with faults on request. The hosts are one here. It knows nothing of the project it serves, and
 * what is not documented is marked where it is decided.
 */
import { addAvatars } from "../social/avatars.ts";
import { type SocialOptions, startSocial } from "../social/simulator.ts";
import type { SocialSimulator } from "../social/social_simulator.ts";
import { type Fault, faultRule } from "./faults.ts";
import { MediaShelf, type MediaView } from "./media.ts";
import { addMediaRoutes } from "./media_routes.ts";
import { addOAuthRoutes, tokensOf } from "./oauth_routes.ts";
import { Organizations } from "./organizations.ts";
import { addPeopleRoutes } from "./people_routes.ts";
import { addPostRoutes } from "./post_routes.ts";
import { badToken, problem, tooMany } from "./problems.ts";
import type { LinkedIn } from "./world.ts";

/** The port of the program; `startLinkedIn` takes any free one. */
export const DEFAULT_PORT = 54342;

/** The app that is registered when nothing else is set; its secret is worth nothing. */
export const DEFAULT_APP = {
  clientId: "78simulatorclient",
  clientSecret: "linkedin-simulator-secret",
} as const;

const CODE_LIFE_MS = 30 * 60_000;
const SCOPES = [
  "openid",
  "profile",
  "w_member_social",
  "w_organization_social",
  "r_organization_social",
  "rw_organization_admin",
];

/** Settings; all have defaults. */
export interface LinkedInOptions extends SocialOptions {
  /** How long a film or document takes to be processed, in milliseconds. Default 100. */
  processMs?: number;
  /** How long a film's parts are, in bytes. Default 4 MiB, as LinkedIn has it. */
  partBytes?: number;
  /** How many organizations people have part in, by username. Default 5: three may be posted for. */
  organizations?: Readonly<Record<string, number>>;
  /** How long an access token is good, in seconds. Default: 60 days. */
  accessLifeS?: number;
  /** Whether the app's owner is a partner, who is given what renews an access. Default false. */
  hasRefresh?: boolean;
  /** The scopes that the app may ask for. Default: any. */
  allowedScopes?: readonly string[];
  /** The scopes of grants that name none. Default: what an app for organizations is given. */
  grantedScopes?: readonly string[];
  /** Posts of a member and of an app in a day of UTC. Default: 150 and 100,000. */
  memberLimit?: number;
  appLimit?: number;
  /** How long the same post counts as a duplicate, in milliseconds. Default: 24 hours. */
  duplicateMs?: number;
}

/** A running simulator. */
export interface LinkedInSimulator extends SocialSimulator<Fault> {
  /** Every file that was begun, oldest first. */
  media(): readonly MediaView[];
  /** The organizations that somebody has part in. */
  organizations(username: string): readonly { id: string; name: string; role: string; state: string }[];
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startLinkedIn(options: LinkedInOptions = {}): LinkedInSimulator {
  const { accessLifeS = 60 * 86_400, hasRefresh = false } = options;
  const organizations = new Organizations(options.organizations ?? {});
  const refreshEnds: LinkedIn["refreshEnds"] = new Map();
  let people = 0;
  let made: LinkedIn | undefined;
  const views = () => made?.media.views() ?? [];
  const partsOf = (username: string) => {
    const person = made?.world.people.named(username);
    return person
      ? organizations.of(person).map(({ organization: { id, name }, role, state }) => ({
        id,
        name,
        role,
        state,
      }))
      : [];
  };
  const simulator = startSocial<Fault>({
    name: "LinkedIn",
    faultRule,
    newId: () => `pe${String(++people).padStart(4, "0")}_Xy-Z`,
    codeLifeMs: CODE_LIFE_MS,
    door: "",
    scopes: options.grantedScopes ?? SCOPES,
    refusals: {
      unauthorized: () => problem(badToken("unknown")),
      // LinkedIn tells of no wait in headers, but for those who ask for it here.
      rateLimited: ({ headers, seconds }) => {
        const response = problem(tooMany("", null));
        if (headers) response.headers.set("retry-after", String(seconds));
        return response;
      },
    },
    addRoutes(app, world) {
      const media = new MediaShelf(world, options.processMs ?? 100, options.partBytes);
      const linkedIn: LinkedIn = made = {
        ...{ app, world, media, organizations, accessLifeS, hasRefresh, refreshEnds },
        about: new Map(),
        limits: { member: options.memberLimit ?? 150, app: options.appLimit ?? 100_000 },
        allowed: options.allowedScopes ?? null,
        duplicateMs: options.duplicateMs ?? 86_400_000,
      };
      addOAuthRoutes(linkedIn);
      addPeopleRoutes(linkedIn);
      addMediaRoutes(linkedIn);
      addPostRoutes(linkedIn);
      addAvatars(app, "/pictures");
      app.get("/_simulator/media", (c) => c.json(views()));
      app.get("/_simulator/organizations/:person", (c) => c.json(partsOf(c.req.param("person"))));
      return { close: () => media.pieces.remove() };
    },
    grant(world, family) {
      const answer = tokensOf({ world, accessLifeS, hasRefresh, refreshEnds }, family);
      const { id, username } = family.person;
      return {
        access_token: answer.access_token,
        expires_in: answer.expires_in,
        ...answer.refresh_token === undefined ? {} : { refresh_token: answer.refresh_token },
        account: { id: `urn:li:person:${id}`, username },
      };
    },
    problem: (status, request) =>
      problem(
        status === 404
          ? {
            status,
            code: "RESOURCE_NOT_FOUND",
            message: `No virtual resource found: ${new URL(request.url).pathname}`,
          }
          : { status, message: "Internal Server Error" },
      ),
  }, { ...DEFAULT_APP, ...options });
  return { ...simulator, media: views, organizations: partsOf };
}
