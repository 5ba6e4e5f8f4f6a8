/** For tests: an X that answers as it is told, and posts for it. */
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { type FakePlatform, fakePlatform } from "../kit/fake_platform.ts";
import { publicationAt } from "../kit/work_fixture.ts";
import type { Prepared, PublicationWork } from "../platform.ts";
import type { MediaFact } from "./media_facts.ts";
import { preparePublication } from "./prepare.ts";

/** What tests call X's endpoints. */
export type XEndpoint =
  | "token"
  | "revoke"
  | "me"
  | "initialize"
  | "append"
  | "finalize"
  | "status"
  | "metadata"
  | "post"
  | "timeline";

const ENDPOINTS: readonly (readonly [RegExp, XEndpoint])[] = [
  [/^POST \/2\/oauth2\/token$/, "token"],
  [/^POST \/2\/oauth2\/revoke$/, "revoke"],
  [/^GET \/2\/users\/me$/, "me"],
  [/^POST \/2\/media\/upload\/initialize$/, "initialize"],
  [/^POST \/2\/media\/upload\/\d+\/append$/, "append"],
  [/^POST \/2\/media\/upload\/\d+\/finalize$/, "finalize"],
  [/^GET \/2\/media\/upload$/, "status"],
  [/^POST \/2\/media\/metadata$/, "metadata"],
  [/^POST \/2\/tweets$/, "post"],
  [/^GET \/2\/users\/1001\/tweets$/, "timeline"],
];

/** Starts an X that knows nobody. */
export function fakeX(): FakePlatform<XEndpoint> {
  return fakePlatform<XEndpoint>(endpointOf, () => problem(404, { detail: "Not Found" }));
}

/** The endpoint of a request; its path where X has none such. */
export function endpointOf({ method, path }: Recorded): string {
  const line = `${method} ${path}`;
  return ENDPOINTS.find(([sign]) => sign.test(line))?.[1] ?? line;
}

/** Scopes of a connection that may do all that is asked for. */
export const SCOPES = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"];

/** A post of @ana's at the X at `url`. */
export function xWork(url: string, work: Parameters<typeof publicationAt>[2] = {}): PublicationWork {
  const connection = {
    externalId: "1001",
    displayName: "ana",
    settings: { username: "ana" },
    scopes: SCOPES,
  };
  return publicationAt("x_post", url, { connection, ...work });
}

/** An error in X's own words. */
export function problem(
  status: number,
  { headers, ...said }: {
    title?: string;
    detail?: string;
    type?: string;
    headers?: Record<string, string>;
    [more: string]: unknown;
  } = {},
): Response {
  const body = { title: "Error", detail: "Something is wrong.", type: "about:blank", status, ...said };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json", ...headers } });
}

/** The address of a kind of problem. */
export function kindOf(word: string): string {
  return `https://api.x.com/2/problems/${word}`;
}

/** An upload as X tells it. */
export function uploaded(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { data: { id, media_key: `3_${id}`, expires_after_secs: 86_400, ...more } };
}

/** A page of the timeline. */
export function timelineOf(...posts: Record<string, unknown>[]): Record<string, unknown> {
  const meta = { result_count: posts.length };
  return posts.length === 0 ? { meta } : { data: posts, meta };
}

/** A file that has been handed in as `id`. */
export function readyFact(id: string, fact: Partial<MediaFact> = {}): MediaFact {
  return {
    ...{ id, key: `3_${id}`, bytes: 3, sent: 3, state: "ready", upload: 1, former: [], alt: "set" },
    good_until: new Date(Date.now() + 3_600_000).toISOString(),
    ...fact,
  };
}

/**
 * Prepares as a worker does, each act's facts kept before the next, and returns all that was done, `ready` last. `isKept`:
 * whether the facts of the n-th act, from 0, are kept: else the worker has died with them. At most `most` acts.
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
    }
    if (act.state === "ready") break;
  }
  return { acts, facts };
}

/** What was done, by name. */
export function namesOf(acts: readonly Prepared[]): string[] {
  return acts.map((act) => act.state === "ready" ? "ready" : act.name);
}
