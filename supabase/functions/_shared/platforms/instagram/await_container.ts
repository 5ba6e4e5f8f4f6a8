/** Asks how a container stands, once, and says what follows. */
import { PlatformError, type PlatformFailure, type Prepared, type PublicationWork } from "../platform.ts";
import { meaningOf } from "./codes.ts";
import { isVideo } from "./container_form.ts";
import { askContainer, type ContainerStatus } from "./container_status.ts";
import { recreateAfterOf } from "./graph.ts";
import { type Act, partFacts, sinceOf, untilOf, WHOLE } from "./plan.ts";
import { again } from "./recreate.ts";

type Ask = Extract<Act, { act: "create" | "ask" }>;

/** A read that says "no such thing" of what was made just now is repeated so often, after 1, 2, 4 and 8 seconds. */
const READS = 4;
/** Instagram wants to be asked once a minute; images are done at once. */
const LONGEST_WAIT = 60;

/** The next step of a part whose container is there. Throws PlatformError. */
export async function awaitContainer(
  work: PublicationWork,
  next: Ask,
  signal: AbortSignal,
): Promise<Prepared> {
  const answer = await askContainer(work, next.id ?? "", signal).catch((error: unknown) => error);
  if (answer instanceof PlatformError) return unreadable(work, next, answer);
  if (answer instanceof Error) throw answer;
  return stepAfter(work, next, answer as ContainerStatus, Date.now());
}

/** What follows from a question that failed. Pure. Throws PlatformError. */
export function unreadable(work: PublicationWork, { part, id }: Ask, error: PlatformError): Prepared {
  const { failure } = error;
  const after = recreateAfterOf(failure);
  if (after !== undefined) return again(work, part, { name: "container_lost", failure, after });
  if (failure.code !== "100/33") throw error;
  const { misses } = partFacts(work, part);
  // Seen for weeks on containers that were there: what cannot be read is no verdict on the publication.
  if (misses >= READS) throw new PlatformError({ ...failure, class: "backoff" });
  return {
    state: "more",
    name: "container_unreadable",
    facts: { [`${part}_misses`]: misses + 1 },
    seconds: 2 ** misses,
    details: { container: id, code: failure.code },
  };
}

/** What follows from how it stands. Pure. Throws PlatformError. */
export function stepAfter(work: PublicationWork, next: Ask, status: ContainerStatus, now: number): Prepared {
  const { part, index, id } = next;
  const details = { container: id, ...index === null ? {} : { item: index }, status: status.word };
  switch (status.state) {
    case "finished": {
      const facts = { [`${part}_at`]: new Date(now).toISOString() };
      const until = untilOf(sinceOf(work, now));
      const name = "container_finished";
      return part === WHOLE
        ? { state: "ready", name, facts, until }
        : { state: "more", name, facts, until, seconds: 0, details };
    }
    case "published":
      if (part === WHOLE) throw alreadyThere(status);
      return again(work, part, {
        name: "container_spent",
        failure: failureOfContainer(status),
        after: 0,
      });
    case "expired":
      return again(work, part, {
        name: "container_expired",
        failure: failureOfContainer(status),
        after: 0,
        isOfAge: true,
      });
    case "error":
      return failed(work, part, status);
    case "in_progress":
    case "unknown":
      return {
        state: "more",
        name: status.state === "unknown" ? "container_status_unknown" : "container_in_progress",
        facts: { [`${part}_polls`]: partFacts(work, part).polls + 1 },
        seconds: waitFor(work, index, partFacts(work, part).polls),
        details,
      };
  }
}

/** It failed: made again where its code allows that. What holds up the connection is told by the next that is made. */
function failed(work: PublicationWork, part: string, status: ContainerStatus): Prepared {
  const failure = failureOfContainer(status);
  const meaning = meaningOf(null, status.subcode);
  const after = meaning?.recreateAfter ?? (meaning && meaning.class !== "never" ? 60 : undefined);
  if (after === undefined) throw new PlatformError({ ...failure, class: "never" });
  return again(work, part, { name: "container_failed", failure, after });
}

/** The failure that a container's own state is. */
export function failureOfContainer({ state, subcode, message, raw }: ContainerStatus): PlatformFailure {
  const meaning = meaningOf(null, subcode);
  const said = message === null || message === "UNKNOWN" ? undefined : message;
  return {
    class: "never",
    scope: "publication",
    code: `container_${state}${subcode === null ? "" : `/${subcode}`}`,
    message: meaning?.words ?? said ?? `Instagram says of the container: ${state}`,
    raw,
  };
}

/** A commit has gone through that nobody knows of: there must not be a second. */
function alreadyThere({ raw }: ContainerStatus): PlatformError {
  return new PlatformError({
    class: "unknown",
    scope: "publication",
    code: "already_published",
    message: "Instagram says that this container is published",
    raw,
  }, { isAmbiguous: true });
}

function waitFor(work: PublicationWork, index: number | null, polls: number): number {
  const files = index === null ? work.media : work.media.slice(index, index + 1);
  return Math.min((files.some(isVideo) ? 3 : 1) * 2 ** Math.min(polls, 10), LONGEST_WAIT);
}
