/** Asks how a container stands, once, and says what follows. */
import { PlatformError, type PlatformFailure, type Prepared, type PublicationWork } from "../../platform.ts";
import type { ContainerDialect } from "./container_dialect.ts";
import { askContainer, type ContainerStatus } from "./container_status.ts";
import { type Act, partFacts, sinceOf, untilOf, WHOLE } from "./plan.ts";
import { again } from "./recreate.ts";

type Ask = Extract<Act, { act: "create" | "ask" }>;

/** A read that says "no such thing" of what was made just now is repeated so often, after 1, 2, 4 and 8 seconds. */
const READS = 4;
/** Both platforms want to be asked once a minute; images are done at once. */
const LONGEST_WAIT = 60;
/** A container whose failure is to be waited for is made again after so many seconds: the next one says what for. */
const ANOTHER_AFTER = 60;

/** The next step of a part whose container is there. Throws PlatformError. */
export async function awaitContainer(
  dialect: ContainerDialect,
  work: PublicationWork,
  next: Ask,
  signal: AbortSignal,
): Promise<Prepared> {
  const answer = await askContainer(dialect, work, next.id ?? "", signal).catch((error: unknown) => error);
  if (answer instanceof PlatformError) return unreadable(dialect, work, next, answer);
  if (answer instanceof Error) throw answer;
  return stepAfter(dialect, work, next, answer as ContainerStatus, Date.now());
}

/** What follows from a question that failed. Pure. Throws PlatformError. */
export function unreadable(
  dialect: ContainerDialect,
  work: PublicationWork,
  { part, id }: Ask,
  error: PlatformError,
): Prepared {
  const { failure } = error;
  const after = dialect.graph.recreateAfterOf(failure);
  if (after !== undefined) return again(dialect, work, part, { name: "container_lost", failure, after });
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
export function stepAfter(
  dialect: ContainerDialect,
  work: PublicationWork,
  next: Ask,
  status: ContainerStatus,
  now: number,
): Prepared {
  const { part, index } = next;
  const details = detailsOf(next, status);
  switch (status.state) {
    case "finished":
      return finished(dialect, work, next, status, now);
    case "published":
      if (part === WHOLE) throw alreadyThere(dialect, status);
      return again(dialect, work, part, {
        name: "container_spent",
        failure: failureOfContainer(dialect, status),
        after: 0,
      });
    case "expired":
      return again(dialect, work, part, {
        name: "container_expired",
        failure: failureOfContainer(dialect, status),
        after: 0,
        isOfAge: true,
      });
    case "error":
      return failed(dialect, work, part, status);
    case "in_progress":
    case "unknown":
      return {
        state: "more",
        name: status.state === "unknown" ? "container_status_unknown" : "container_in_progress",
        facts: { [`${part}_polls`]: partFacts(work, part).polls + 1 },
        seconds: waitFor(dialect, work, index),
        details,
      };
  }
}

function detailsOf({ id, index }: Ask, { word }: ContainerStatus): Record<string, unknown> {
  return { container: id, ...index === null ? {} : { item: index }, status: word };
}

function finished(
  dialect: ContainerDialect,
  work: PublicationWork,
  next: Ask,
  status: ContainerStatus,
  now: number,
): Prepared {
  const { part } = next;
  const { at, lost } = partFacts(work, part);
  if (lost !== undefined) {
    // It stands there as finished, and its commit was told that there is none.
    const failure: PlatformFailure = {
      class: "never",
      scope: "publication",
      code: lost,
      message: `${dialect.name} says that the container is finished, and does not find it to publish it`,
      raw: status.raw,
    };
    return again(dialect, work, part, { name: "container_lost", failure, after: 0 });
  }
  const facts = { [`${part}_at`]: new Date(now).toISOString() };
  const until = untilOf(sinceOf(work, now));
  const name = "container_finished";
  const seconds = part === WHOLE && at === undefined ? dialect.settles(work.media) : 0;
  return part === WHOLE && seconds === 0
    ? { state: "ready", name, facts, until }
    : { state: "more", name, facts, until, seconds, details: detailsOf(next, status) };
}

/** It failed: made again where its code allows that. What holds up the connection is told by the next that is made. */
function failed(
  dialect: ContainerDialect,
  work: PublicationWork,
  part: string,
  status: ContainerStatus,
): Prepared {
  const failure = failureOfContainer(dialect, status);
  const meaning = dialect.meaningOfReason(status.reason);
  const after = meaning?.recreateAfter ?? (meaning && meaning.class !== "never" ? ANOTHER_AFTER : undefined);
  if (after === undefined) throw new PlatformError({ ...failure, class: "never" });
  return again(dialect, work, part, { name: "container_failed", failure, after });
}

/** The failure that a container's own state is. */
export function failureOfContainer(
  { name, meaningOfReason }: Pick<ContainerDialect, "name" | "meaningOfReason">,
  { state, reason, message, raw }: ContainerStatus,
): PlatformFailure {
  const meaning = state === "error" ? meaningOfReason(reason) : undefined;
  // "UNKNOWN" is no message.
  const said = message === null || message === "UNKNOWN" ? undefined : message;
  return {
    class: "never",
    scope: "publication",
    code: `container_${state}${reason === null ? "" : `/${reason}`}`,
    message: meaning?.words ?? said ?? `${name} says of the container: ${state}`,
    raw,
  };
}

/** A commit has gone through that nobody knows of: there must not be a second. */
function alreadyThere({ name }: ContainerDialect, { raw }: ContainerStatus): PlatformError {
  return new PlatformError({
    class: "unknown",
    scope: "publication",
    code: "already_published",
    message: `${name} says that this container is published`,
    raw,
  }, { isAmbiguous: true });
}

function waitFor(dialect: ContainerDialect, work: PublicationWork, index: number | null): number {
  const files = index === null ? work.media : work.media.slice(index, index + 1);
  const { polls } = partFacts(work, index === null ? WHOLE : `item_${index}`);
  return Math.min(dialect.firstWait(files) * 2 ** Math.min(polls, 10), LONGEST_WAIT);
}
