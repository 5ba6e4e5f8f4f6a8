/** A request, read and looked at as a whole: what enqueue and preflight begin with. */
import { z } from "zod";
import type { Refused } from "./rejected.ts";
import { rejectionOf } from "./rejected.ts";
import { shownConnection } from "../../../shared/rows/connection.ts";
import { unwrap, worker } from "../_shared/engine/database.ts";
import { type CheckedOption, checkWithMedia, checkWithoutMedia } from "./checked_options.ts";
import { type KnownJob, knownJobs } from "./known_jobs.ts";
import { lookAtMedia, type LookedMedia } from "./looked_media.ts";
import { optionTerms } from "./option_terms.ts";
import { groupIdOf, type Request, wantedOf } from "./wanted.ts";

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
    connectionsOf(userId, wanted.length > 0),
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

async function connectionsOf(userId: string, areNeeded: boolean) {
  if (!areNeeded) return [];
  return z.array(shownConnection).parse(
    unwrap(await worker().rpc("list_connections", { p_user_id: userId })),
  );
}
