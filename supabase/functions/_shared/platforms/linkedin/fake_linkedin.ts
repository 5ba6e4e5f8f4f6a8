/** For tests: a LinkedIn that answers as it is told, and posts for it. */
import type { Option } from "../../../../../shared/words/platforms.ts";
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { appAt, publicationAt } from "../kit/work_fixture.ts";
import type { Prepared, PublicationWork } from "../platform.ts";
import { factName, type MediaFact } from "./media_facts.ts";
import { preparePublication } from "./prepare.ts";

/** What tests call LinkedIn's endpoints. */
export type LinkedInEndpoint =
  | "token"
  | "revoke"
  | "userinfo"
  | "me"
  | "roles"
  | "names"
  | "initialize"
  | "part"
  | "finalize"
  | "status"
  | "post"
  | "posts";

const ENDPOINTS: readonly (readonly [RegExp, LinkedInEndpoint])[] = [
  [/^POST \/oauth\/v2\/accessToken$/, "token"],
  [/^POST \/oauth\/v2\/revoke$/, "revoke"],
  [/^GET \/v2\/userinfo$/, "userinfo"],
  [/^GET \/v2\/me$/, "me"],
  [/^GET \/rest\/organizationAcls$/, "roles"],
  [/^GET \/rest\/organizationsLookup$/, "names"],
  [/^POST \/rest\/(?:images|documents|videos)\?action=initializeUpload$/, "initialize"],
  [/^POST \/rest\/videos\?action=finalizeUpload$/, "finalize"],
  [/^PUT \/uploads\/\d+$/, "part"],
  [/^GET \/rest\/(?:images|documents|videos)\/urn%3Ali%3A\w+%3A\w+$/, "status"],
  [/^POST \/rest\/posts$/, "post"],
  [/^GET \/rest\/posts$/, "posts"],
];

/** Starts a LinkedIn that knows nobody. */
export function fakeLinkedIn(): FakePlatform<LinkedInEndpoint> {
  return fakePlatform<LinkedInEndpoint>(endpointOf, () => problem(404, { message: "Not Found" }));
}

/** The endpoint of a request; its path where LinkedIn has none such. */
export function endpointOf({ method, path, query }: Recorded): string {
  const action = query.get("action");
  const line = `${method} ${path}${action === null ? "" : `?action=${action}`}`;
  return ENDPOINTS.find(([sign]) => sign.test(line))?.[1] ?? line;
}

export const PERSON = "urn:li:person:Ana_1-x";
export const ORGANIZATION = "urn:li:organization:5000001";
/** Scopes of a connection that may do all that is asked for. */
export const SCOPES = [
  ...["openid", "profile", "w_member_social"],
  ...["w_organization_social", "r_organization_social", "rw_organization_admin"],
];

/** A post of an organization of Ana's at the LinkedIn at `url`. */
export function linkedInWork(
  url: string,
  { option = "linkedin_post", ...work }: Parameters<typeof publicationAt>[2] & { option?: Option } = {},
): PublicationWork {
  const app = appAt(option, url, { apiVersion: "202608" });
  const connection = { externalId: ORGANIZATION, displayName: "Ana & Co.", settings: {}, scopes: SCOPES };
  return publicationAt(option, url, { app, connection, ...work });
}

/** An error in LinkedIn's own words. */
export function problem(
  status: number,
  { headers, inputCode, ...said }: {
    code?: string;
    serviceErrorCode?: number;
    message?: string;
    inputCode?: string;
    headers?: Record<string, string>;
  } = {},
): Response {
  const details = inputCode === undefined
    ? {}
    : { errorDetails: { inputErrors: [{ code: inputCode, description: "It is not valid", input: {} }] } };
  return Response.json({ message: "Something is wrong", status, ...details, ...said }, {
    status,
    ...headers ? { headers } : {},
  });
}

/** A file that has been handed in as `urn`. */
export function readyFact(urn: string, fact: Partial<MediaFact> = {}): MediaFact {
  return {
    ...{
      urn,
      bytes: 3,
      etags: ["e"],
      state: "ready",
      upload: 1,
      former: [],
      unseen: false,
      seen_after: null,
    },
    good_until: new Date(Date.now() + 3_600_000).toISOString(),
    whole_at: new Date().toISOString(),
    ...fact,
  };
}

/** The facts of files that have been handed in as these. */
export function readyFacts(...urns: string[]): Record<string, unknown> {
  return Object.fromEntries(urns.map((urn, index) => [factName(index), readyFact(urn)]));
}

/**
 * Prepares as a worker does, each act's facts kept before the next, and returns all that was done, `ready` last. `isKept`:
 * whether the facts of the n-th act, from 0, are kept: else the worker has died with them.
 */
export async function prepareAll(
  work: PublicationWork,
  { isKept = () => true, most = 200 }: { isKept?: (n: number) => boolean; most?: number } = {},
): Promise<{ acts: Prepared[]; facts: Record<string, unknown> }> {
  const acts: Prepared[] = [];
  let facts: Record<string, unknown> = { ...work.facts };
  for (let n = 0; n < most; n++) {
    const act = await preparePublication({ ...work, facts }, new AbortController().signal);
    if (act.state === "ready" || isKept(n)) {
      acts.push(act);
      facts = { ...facts, ...act.facts };
      for (const name of act.state === "more" ? act.forget ?? [] : []) delete facts[name];
    }
    if (act.state === "ready") break;
  }
  return { acts, facts };
}

/** What was done, by name. */
export function namesOf(acts: readonly Prepared[]): string[] {
  return acts.map((act) => act.state === "ready" ? "ready" : act.name);
}
