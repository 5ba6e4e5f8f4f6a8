/**
 * Preparing: one bounded act after the other, each kept before the next begins. Whoever goes on after a crash goes on with
 * the last that was kept.
 */
import { publicationStep, type Step } from "../../engine/publications.ts";
import { untilLeaseEnds } from "../lease.ts";
import { ask, kept } from "./ask.ts";
import type { Turn } from "./turn.ts";
import { DONE, superseded, type Turned } from "./turned.ts";

// Nobody needs as many acts in one drain: an act that comes to nothing again and again must not be all that is done.
const MOST_ACTS = 2_000;
// Between two drains, when this one has no time left.
const NEXT_DRAIN_SECONDS = 1;

/** Prepares until the commit can be made: null; else what became of the message. Throws PlatformError. */
export async function prepare(turn: Turn): Promise<Turned | null> {
  const { message, platform } = turn;
  for (let acts = 0; acts < MOST_ACTS; acts++) {
    const signal = untilLeaseEnds(message.item);
    const prepared = await ask(turn, (work) => platform.prepare(work, signal));
    if (prepared.state === "ready") {
      const { facts = {}, until, name = "ready" } = prepared;
      const isNews = Object.keys(facts).length > 0 || turn.stale.length > 0;
      if (
        isNews && !await step(turn, { step: "prepare", name, facts, ...until === undefined ? {} : { until } })
      ) {
        return superseded(turn);
      }
      return null;
    }
    const { name, facts, forget, until, details } = prepared;
    const isLate = Date.now() >= turn.deadline || acts === MOST_ACTS - 1;
    const seconds = isLate ? Math.max(prepared.seconds ?? 0, NEXT_DRAIN_SECONDS) : prepared.seconds ?? 0;
    const isCurrent = await step(turn, {
      step: "prepare",
      name,
      ...facts ? { facts } : {},
      ...forget ? { forget } : {},
      ...until === undefined ? {} : { until },
      ...details ? { details: kept(turn, details) } : {},
      ...seconds > 0 ? { seconds } : {},
    });
    if (!isCurrent) return superseded(turn);
    if (seconds > 0) return { is: "later", seconds };
  }
  return DONE;
}

/** Keeps a step and its facts; false: the attempt is no longer current. */
export async function step(turn: Turn, done: Step): Promise<boolean> {
  const forget = [...new Set([...turn.stale.splice(0), ...done.forget ?? []])]
    .filter((name) => !Object.hasOwn(done.facts ?? {}, name));
  const rest = Object.entries(turn.facts).filter(([name]) => !forget.includes(name));
  turn.facts = { ...Object.fromEntries(rest), ...done.facts };
  return await publicationStep(turn.message, { ...done, forget });
}
