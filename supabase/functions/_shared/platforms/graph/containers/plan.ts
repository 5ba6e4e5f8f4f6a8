/**
 * What has to be done next to a publication, read off its facts. Pure.
 *
 * The facts of a part (`container`, and each `item_<n>` of a carousel): its container's id under its own name, when that
 * was found finished (`_at`), how often it was asked for (`_polls`) and could not be read (`_misses`), the code with which
 * its commit was told that it is not there (`_lost`), which commit had been tried before it was made (`_after`), and how
 * many containers it has had before (`_again`). `since`: when the oldest of them was made, for they live a day.
 */
import { factOf } from "../../kit/words.ts";
import type { PublicationWork } from "../../platform.ts";
import type { ContainerDialect } from "./container_dialect.ts";

/** What is published: the container that the commit names. */
export const WHOLE = "container";
/** Containers are gone after 24 hours; an hour less, for clocks and commits that wait. */
const LIFE_MS = 23 * 60 * 60_000;
/** A container that was found finished so long ago is asked again before its commit. */
const FRESH_MS = 10 * 60_000;
/** So far the clocks of workers and of the database, which notes the commit, may be apart. */
const SKEW_MS = 60_000;

/** The next act: to make a part's container, to ask how it stands, or none: the commit may come. */
export type Act =
  | { act: "create" | "ask"; part: string; index: number | null; id: string | null }
  | { act: "commit"; id: string };

/** What is known of one part. */
export interface PartFacts {
  id: string | undefined;
  /** When it was found finished. */
  at: string | undefined;
  polls: number;
  misses: number;
  /** Its commit was refused with this code: it is not there. */
  lost: string | undefined;
  again: number;
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;

/** What the facts say of a part. */
export function partFacts({ facts }: Pick<PublicationWork, "facts">, part: string): PartFacts {
  const counted = (name: string) => factOf(facts, `${part}_${name}`, isCount) ?? 0;
  return {
    id: factOf(facts, part, isText),
    at: factOf(facts, `${part}_at`, isText),
    polls: counted("polls"),
    misses: counted("misses"),
    lost: factOf(facts, `${part}_lost`, isText),
    again: counted("again"),
  };
}

/** The names of a carousel's items; none for what is one container alone. */
export function itemsOf(
  { isCarousel }: Pick<ContainerDialect, "isCarousel">,
  work: Pick<PublicationWork, "option" | "media">,
): string[] {
  return isCarousel(work) ? work.media.map((_, index) => `item_${index}`) : [];
}

/** All facts about a part but how many containers it has had. */
export function factsAbout(part: string): string[] {
  return [part, `${part}_at`, `${part}_polls`, `${part}_misses`, `${part}_lost`, `${part}_after`];
}

/** The fact by which it is told whether a commit was tried since a part's container was made: of the whole alone. */
export function madeAfter(part: string, { committedAt }: Pick<PublicationWork, "committedAt">) {
  return part !== WHOLE || committedAt === null ? {} : { [`${WHOLE}_after`]: committedAt };
}

/** Whether a commit may have named the container of the whole. */
export function isTried({ facts, committedAt }: Pick<PublicationWork, "facts" | "committedAt">): boolean {
  return committedAt !== null && committedAt !== factOf(facts, `${WHOLE}_after`, isText);
}

/** Until when containers made now, or at `since`, are good for a commit. */
export function untilOf(since: string): string {
  return new Date(Date.parse(since) + LIFE_MS).toISOString();
}

/** When the oldest of the containers was made; now, where there is none. */
export function sinceOf({ facts }: Pick<PublicationWork, "facts">, now: number): string {
  const since = factOf(facts, "since", isText);
  return since !== undefined && !Number.isNaN(Date.parse(since)) ? since : new Date(now).toISOString();
}

/** What is next: every item is made before any is asked for, so that the platform works on them side by side. */
export function nextAct(
  items: readonly string[],
  work: Pick<PublicationWork, "facts" | "committedAt">,
  now: number,
): Act {
  const one = (act: "create" | "ask", part: string): Act => ({
    act,
    part,
    index: part === WHOLE ? null : items.indexOf(part),
    id: partFacts(work, part).id ?? null,
  });
  const whole = partFacts(work, WHOLE).id;
  if (whole === undefined) {
    const unmade = items.find((item) => partFacts(work, item).id === undefined);
    if (unmade !== undefined) return one("create", unmade);
    const unready = items.find((item) => partFacts(work, item).at === undefined);
    if (unready !== undefined) return one("ask", unready);
    return one("create", WHOLE);
  }
  return isFresh(work, now) ? { act: "commit", id: whole } : one("ask", WHOLE);
}

/** Whether the whole was found finished just now, and after whatever commit was tried. */
function isFresh(
  { facts, committedAt }: Pick<PublicationWork, "facts" | "committedAt">,
  now: number,
): boolean {
  const { at: finishedAt, lost } = partFacts({ facts }, WHOLE);
  const at = Date.parse(finishedAt ?? "");
  if (lost !== undefined || !(at > now - FRESH_MS && at <= now + SKEW_MS)) return false;
  const work = { facts, committedAt };
  return committedAt === null || !isTried(work) || !(at <= Date.parse(committedAt) + SKEW_MS);
}
