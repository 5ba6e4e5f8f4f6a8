/** A request, read and looked at as a whole: what enqueue and preflight begin with. */
import type { Refused } from "./rejected.ts";
import { rejectionOf } from "./rejected.ts";
import { platformOf } from "../../../shared/words/platforms.ts";
import { connectionsOf } from "../_shared/engine/sign_ins.ts";
import { freshConnections } from "../_shared/work/fresh_connections.ts";
import { type CheckedOption, checkWithMedia, checkWithoutMedia } from "./checked_options.ts";
import { type KnownJob, knownJobs } from "./known_jobs.ts";
import { lookAtMedia, type LookedMedia } from "./looked_media.ts";
import { optionTerms } from "./option_terms.ts";
import { groupIdOf, type Request, type Wanted, wantedOf } from "./wanted.ts";

export interface CheckedRequest {
  groupId: string;
  /** Those that there are, in order. */
  options: CheckedOption[];
  /** Those that there are not. */
  rejected: Refused[];
  media: LookedMedia;
}

const NO_MEDIA: LookedMedia = { files: [], issues: [], handed: {}, discard: () => {} };

/**
 * Checks all of a request. Files are looked at when they may be needed: in a preflight always, else for options with which
 * nothing is wrong besides. Errors: 422 invalid_input, 503 storage_unavailable.
 */
export async function checkRequest(
  userId: string,
  request: Request,
  { isDry }: { isDry: boolean },
): Promise<CheckedRequest> {
  const { wanted, rejected } = wantedOf(request);
  const groupId = groupIdOf(userId, request.idempotencyKey);
  const [terms, connections, known] = await Promise.all([
    optionTerms(wanted.map(({ option }) => option)),
    connectionsFor(userId, wanted, isDry),
    isDry ? new Map<string, KnownJob>() : knownJobs(userId, wanted),
  ]);
  const common = { request, groupId, connections, now: new Date() };
  const options = wanted.map((one) =>
    checkWithoutMedia(
      one,
      terms.get(one.option) ?? null,
      one.key === null ? undefined : known.get(one.key),
      common,
    )
  );
  const isWorthALook = (option: CheckedOption) => isDry || (option.issues.length === 0 && !option.isKnown);
  const media = options.some(isWorthALook)
    ? await lookAtMedia(userId, request.mediaFiles, { copies: !isDry })
    : NO_MEDIA;
  return {
    groupId,
    options: options.map((option) => isWorthALook(option) ? checkWithMedia(option, media) : option),
    rejected,
    media,
  };
}

/** Those that cannot be enqueued, in the order of the request. */
export function refusedOf({ options, rejected }: CheckedRequest): Refused[] {
  const own = options.filter(({ issues }) => issues.length > 0)
    .map(({ wanted: { n, option }, issues }) => ({ n, rejection: rejectionOf(option, issues) }));
  return [...rejected, ...own].toSorted((a, b) => a.n - b.n);
}

/** Whoever looks first sees what the platforms say now; an enqueue does not wait for them. */
async function connectionsFor(userId: string, wanted: readonly Wanted[], isDry: boolean) {
  if (wanted.length === 0) return [];
  if (!isDry) return await connectionsOf(userId);
  const platforms = new Set(wanted.map(({ option }) => platformOf(option)));
  return await freshConnections(userId, { isMeant: ({ platform }) => platforms.has(platform) });
}
