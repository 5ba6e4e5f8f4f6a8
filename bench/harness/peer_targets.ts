/** Targets that compare: ahead of whoever does the same work, and not far behind bare queues at theirs. */
import { BATCHES, BATCHES_PGMQ } from "../measures/batches.ts";
import { CREATE } from "../measures/create.ts";
import { CREATE_MANY, CREATE_MANY_PEERS } from "../measures/create_jobs.ts";
import { CHECKED, COST, EQUAL, LIVES, STAGE_P50 } from "../measures/equal_work.ts";
import { SHORT_LIFE } from "../measures/short_life.ts";
import { type Look, ratio, type Target, worst } from "./target.ts";

/** The columns of equal work; `less` is better, or more. A claim alone is none: ours comes with what creates. */
const COLUMNS = [
  ...(["create", "create and claim", "submitted", "webhook", "complete"] as const).map((stage) => ({
    figure: STAGE_P50(stage),
    less: true,
  })),
  ...[1, 8].map((connections) => ({ figure: LIVES(connections), less: false })),
  ...Object.values(COST).map((figure) => ({ figure, less: true })),
];

/** Ahead of every design that has the column; 1 is level with the best of them, below it ahead. */
const EQUAL_TARGETS = COLUMNS.map(({ figure, less }): Target => ({
  target: `equal work, ${figure}: ahead of every other design (ours to the best of them, ≤ 1)`,
  atMost: 1,
  value: (look) => {
    const ours = look("equal_work", EQUAL.ours, figure);
    const theirs = EQUAL.others.flatMap((side) => look("equal_work", side, figure) ?? []);
    if (theirs.length === 0) return undefined;
    return less ? ratio(ours, Math.min(...theirs)) : ratio(Math.max(...theirs), ours);
  },
}));

/** How many times faster a queue is than we are, in jobs a second. */
const behind = (look: Look, measure: string, ours: string, theirs: string) =>
  ratio(look(measure, theirs, "jobs/s"), look(measure, ours, "jobs/s"));

/** Within twice of each bare queue at what it does. */
const BARE_TARGETS: Target[] = [
  ...[CREATE.absurd, CREATE.graphile, CREATE.pgmq].map((queue): Target => ({
    target: `create_job, a slot is free: within 2 × of ${queue}`,
    atMost: 2,
    value: (look) => behind(look, "create", CREATE.free, queue),
  })),
  ...CREATE_MANY_PEERS.map((queue): Target => ({
    target: `create_jobs: within 2 × of ${queue}`,
    atMost: 2,
    value: (look) => behind(look, "create_jobs", CREATE_MANY, queue),
  })),
  ...(["absurd", "graphile", "pgmq"] as const).map((queue): Target => ({
    target: `short life, 1 and 8 connections: within 2 × of ${queue}`,
    atMost: 2,
    value: (look) =>
      worst(
        [1, 8].map((connections) =>
          behind(look, "short_life", SHORT_LIFE("ours", connections), SHORT_LIFE(queue, connections))
        ),
      ),
  })),
  {
    target: "batches of 100, 8 connections: within 2 × of pgmq",
    atMost: 2,
    value: (look) => behind(look, "batches", BATCHES(8), BATCHES_PGMQ(8)),
  },
];

/** Figures of work that was not done would mean nothing. */
const DONE: Target = {
  target: "equal work: each of our jobs has what is asked of all (jobs checked ≥ 1)",
  atLeast: 1,
  mustHold: true,
  value: (look) => look("equal_work", EQUAL.ours, CHECKED),
};

export const PEER_TARGETS = [DONE, ...EQUAL_TARGETS, ...BARE_TARGETS];
