/** A platform's folder against its simulator: publishing as a worker does, without the database and without its waits. */
import {
  type Observed,
  type Platform,
  PlatformError,
  type PlatformFailure,
  type PublicationWork,
} from "../../supabase/functions/_shared/platforms/platform.ts";

/** How it ended: as the platform was observed, or refused. */
export type Ending = Observed | { state: "refused"; code: string };

export interface Published {
  readonly ending: Ending;
  /** Of what was refused, all that is known. */
  readonly refusal: PlatformFailure | null;
  /** How often a commit was sent. */
  readonly commits: number;
  /** With the facts that it has come to. */
  readonly work: PublicationWork;
}

const PAUSE_MS = 15;
const MOST_STEPS = 300;
const MOST_LOOKS = 1_000;

/**
 * Publishes: what is in doubt is looked for, and committed again only where it is not there; what may pass is tried again.
 * `commitMs`: how long the answer to a commit is waited for.
 * @throws Error where it comes to no end
 */
export async function publishAsWorker(
  platform: Platform,
  publication: PublicationWork,
  { commitMs = 400 }: { commitMs?: number } = {},
): Promise<Published> {
  let work = publication;
  let commits = 0;
  const refused = ({ failure }: PlatformError): Published => ({
    ending: { state: "refused", code: failure.code },
    refusal: failure,
    commits,
    work,
  });
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    try {
      const step = await platform.prepare(work, new AbortController().signal);
      const facts: Record<string, unknown> = { ...work.facts, ...step.facts };
      for (const name of step.state === "more" ? step.forget ?? [] : []) delete facts[name];
      work = { ...work, facts };
      if (step.state === "more") {
        if (step.seconds) await pause();
        continue;
      }
    } catch (error) {
      if (!(error instanceof PlatformError) || error.isAmbiguous) throw error;
      if (mayPass(error)) continue;
      return refused(error);
    }
    let id: string | null = null;
    try {
      commits++;
      const built = platform.commit(work);
      work = { ...work, committedAt: new Date().toISOString() };
      ({ id } = await built.send(AbortSignal.timeout(commitMs)));
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      work = { ...work, facts: { ...work.facts, ...error.facts } };
      if (!error.isAmbiguous && !mayPass(error)) return refused(error);
      if (error.isAmbiguous) id = await lookFor(platform, work);
    }
    if (id !== null) return { ending: await observed(platform, work, id), refusal: null, commits, work };
  }
  throw new Error("it is worked on for ever");
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

function mayPass({ isUnreachable, failure }: PlatformError): boolean {
  return isUnreachable || ["wait", "backoff"].includes(failure.class);
}

/** The name of the post, or null where it is not there; what cannot be told is asked again. */
async function lookFor(platform: Platform, work: PublicationWork): Promise<string | null> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const found = await platform.reconcile?.(work).catch(() => null);
    if (found?.state === "there") return found.id;
    if (found?.state === "not_there") return null;
    await pause();
  }
  throw new Error("nobody can tell what has become of it");
}

async function observed(platform: Platform, work: PublicationWork, id: string): Promise<Observed> {
  for (;;) {
    const seen = await platform.observe(work, id);
    if (seen.state !== "processing") return seen;
    await pause();
  }
}
