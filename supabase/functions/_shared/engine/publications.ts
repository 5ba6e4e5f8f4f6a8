/** What a worker tells of a publication: what its preparing has come to, its commit, and what became of that. */
import { z } from "zod";
import type { PublicationWarning } from "../../../../shared/rows/publication.ts";
import type { PublicationStep } from "../../../../shared/words/platforms.ts";
import type { PlatformFailure } from "./publication_failure.ts";
import { withoutAddresses } from "../text/without_addresses.ts";
import type { SubmitTerms } from "./attempts.ts";
import { toldToOwner } from "./endings.ts";
import { callWorker } from "./publication_call.ts";
import { mayStartNext } from "./started.ts";
import type { Message } from "./work_item.ts";

/** Whose attempt it is, and the message that it is worked on with. */
const about = ({ item, queue, msg_id }: Message) => ({
  p_job_id: item.job.id,
  p_token: item.attempt.token,
  p_queue: queue,
  p_msg_id: msg_id,
});

/** A step that was done. */
export interface Step {
  step: PublicationStep;
  /** The platform's own act, such as `container_created`. */
  name: string;
  /** Laid over the facts that there are. */
  facts?: Record<string, unknown>;
  /** Names of facts that are void. */
  forget?: readonly string[];
  /** Until when the facts are good, ISO 8601; null: for ever; undefined: as before. */
  until?: string | null;
  /** Shown in the history. */
  details?: Record<string, unknown>;
  /** Puts the message off for so many seconds; else it is leased anew. */
  seconds?: number;
}

/** Keeps what a step has come to, and the message; false: the attempt is no longer current, stop. */
export async function publicationStep(message: Message, done: Step): Promise<boolean> {
  const call = callWorker("publication_step", {
    ...about(message),
    p_step: done.step,
    p_name: done.name,
    p_facts: done.facts ?? {},
    p_forget: [...done.forget ?? []],
    p_details: done.details ?? {},
    ...done.until === undefined || done.until === null ? {} : { p_until: done.until },
    ...done.seconds === undefined ? {} : { p_delay: `${done.seconds} seconds` },
  });
  // While it is put off its slot is for the next.
  return z.boolean().parse(
    await (done.seconds === undefined ? call : mayStartNext(message.item.job.lane, call)),
  );
}

const commitVerdict = z.object({
  /**
   * commit: send it · superseded: it is not this worker's to send · limited, held: not now. Then it waits in its line again
   * and the message is gone; or, where it was committed before, the message comes back.
   */
  verdict: z.enum(["commit", "limited", "held", "superseded"]),
  seconds: z.number().nullish(),
  /** Why, where it is held. */
  hold: z.string().nullish(),
});
export type CommitVerdict = z.infer<typeof commitVerdict>;

/**
 * Every commit passes here, just before it is sent: whoever is told `commit` sends it once, within the lease that begins
 * now. The limits of platform and connection are counted in the same transaction.
 */
export async function commitPublication(message: Message, terms: SubmitTerms): Promise<CommitVerdict> {
  const call = callWorker("commit_publication", { ...about(message), p_terms: terms });
  return commitVerdict.parse(await mayStartNext(message.item.job.lane, call));
}

/** The platform has taken the commit. Returns the job's status. While that is open the message stays: whoever has it observes. */
export async function committed(
  message: Message,
  taken: { id: string; facts?: Record<string, unknown>; raw: unknown },
): Promise<string> {
  return z.string().parse(
    await callWorker("committed", {
      ...about(message),
      p_id: taken.id,
      p_facts: taken.facts ?? {},
      p_raw: taken.raw,
    }),
  );
}

/** The post is there. Returns completed, duplicate or late. */
export async function published(
  message: Message,
  post: { postId: string | null; permalink: string | null; warnings: PublicationWarning[]; raw: unknown },
): Promise<string> {
  const shown = post.warnings.map((warning) => ({ ...warning, message: toldToOwner(warning.message) }));
  return z.string().parse(
    await mayStartNext(
      message.item.job.lane,
      callWorker("published", {
        ...about(message),
        // Null: the platform names none.
        p_post_id: post.postId,
        p_permalink: post.permalink,
        p_warnings: shown,
        p_raw: post.raw,
      }),
    ),
  );
}

/**
 * It came to nothing. `isAllOver`: whatever was committed is known not to be there. Returns failed, retried, duplicate,
 * late, or in_doubt: nothing was changed, since a commit of it may have gone through.
 */
export async function publicationFailed(
  message: Message,
  failure: PlatformFailure,
  { isAllOver = false }: { isAllOver?: boolean } = {},
): Promise<string> {
  const told = {
    class: failure.class,
    scope: failure.scope,
    code: failure.code,
    message: toldToOwner(failure.message),
    ...failure.raw === undefined ? {} : { raw: failure.raw },
    ...failure.retryAfterMs === undefined ? {} : { retry_after_ms: failure.retryAfterMs },
  };
  return z.string().parse(
    await mayStartNext(
      message.item.job.lane,
      callWorker("publication_failed", {
        ...about(message),
        p_failure: told,
        ...isAllOver ? { p_all_over: true } : {},
      }),
    ),
  );
}

/** The platform was not there. `reason`: what operators are shown. True: it is paused now. */
export async function platformDown(platform: string, reason: string): Promise<boolean> {
  const told = { p_platform: platform, p_reason: withoutAddresses(reason) };
  return z.boolean().parse(await callWorker("platform_down", told));
}

/** The platform has answered. */
export async function platformUp(platform: string): Promise<void> {
  await callWorker("platform_up", { p_platform: platform });
}
