/** What Esteira promises itself, and whether a run has kept it. */
import { BATCHES } from "../measures/batches.ts";
import { BURST, TIMES_IDEAL } from "../measures/burst.ts";
import { SIZES, STAYS } from "../measures/bloat.ts";
import { FIND_JOBS, FIRST_PAINT, PAINTED } from "../measures/console.ts";
import { CREATE } from "../measures/create.ts";
import { CREATE_MANY } from "../measures/create_jobs.ts";
import { DIAGNOSE } from "../measures/diagnose.ts";
import { DISPATCH } from "../measures/dispatch.ts";
import { FORETOLD, WITHIN } from "../measures/foretold.ts";
import { GROWTH, TIMES } from "../measures/growth.ts";
import { HOSTILE_TEXTS } from "../measures/hostile_text.ts";
import { INVOCATIONS } from "../measures/invocations.ts";
import { LIFE } from "../measures/life.ts";
import { LIMIT, LIMIT_ESTEIRA, MOST } from "../measures/limit.ts";
import { POSITION } from "../measures/position.ts";
import { CLIENTS, RATES, REALTIME } from "../measures/realtime.ts";
import { FLOOD, GROWTH as QUEUE_GROWTH } from "../measures/realtime_flood.ts";
import {
  HEARD,
  HEARD_LATEST,
  JOURNEY,
  SHOWN,
  SHOWN_LATEST,
  SUBMITTED,
  SUBMITTED_LATEST,
} from "../measures/realtime_journey.ts";
import { LEARNED, LOSS } from "../measures/realtime_loss.ts";
import { PEER_TARGETS } from "./peer_targets.ts";
import { FAILED, LOST, WEBHOOKS } from "../measures/webhooks.ts";
import { LONGEST, PIECE, RETENTION } from "../measures/retention.ts";
import { FRAMES, LONGEST as LONGEST_TASK, MOST_CPU, RENDER } from "../measures/render.ts";
import { HANDED_OVER, MEDIAN, ONE_COPY } from "../measures/upload.ts";
import { SHORT_LIFE } from "../measures/short_life.ts";
import type { Result } from "./rounds.ts";
import { summarise } from "./stats.ts";
import { difference, ratio, type Target, worst } from "./target.ts";

/** A promise and what became of it. */
export interface Verdict {
  target: string;
  /** What was measured; undefined when one side of it was not. */
  value?: number;
  /** Undefined when it was not measured. */
  isMet?: boolean;
  /** Whether it is about being right, not about being fast: a run that does not meet it has failed. */
  mustHold: boolean;
}

/** A click on its way to the provider, and its webhook on its way to the screen. */
const JOURNEYS = [
  { rate: 0, figure: SUBMITTED, atMost: 25 },
  { rate: 0, figure: HEARD, atMost: 13 },
  { rate: 0, figure: HEARD_LATEST, atMost: 35 },
  { rate: 0, figure: SHOWN, atMost: 13 },
  { rate: 0, figure: SHOWN_LATEST, atMost: 35 },
  { rate: 40, figure: SUBMITTED, atMost: 60 },
  { rate: 40, figure: SUBMITTED_LATEST, atMost: 250 },
  { rate: 40, figure: HEARD, atMost: 60 },
  { rate: 40, figure: HEARD_LATEST, atMost: 250 },
  { rate: 40, figure: SHOWN, atMost: 60 },
  { rate: 40, figure: SHOWN_LATEST, atMost: 250 },
];

const TARGETS: Target[] = [
  {
    target: "200 jobs at once, 50 slots, 2 s to accept: submitted in ≤ 1.3 × the ideal",
    atMost: 1.3,
    value: (look) => look("burst", BURST, TIMES_IDEAL),
  },
  {
    target: "create_job, a slot is free: p50 ≤ 1.2 ms",
    atMost: 1.2,
    value: (look) => look("create", CREATE.free, "p50 ms"),
  },
  {
    target: "create_job, every slot taken: p50 ≤ 1.2 ms",
    atMost: 1.2,
    value: (look) => look("create", CREATE.full, "p50 ms"),
  },
  {
    target: "create_job, a slot is free: ≥ 0.7 × absurd's spawns a second",
    atLeast: 0.7,
    value: (look) => ratio(look("create", CREATE.free, "jobs/s"), look("create", CREATE.absurd, "jobs/s")),
  },
  {
    target: "create_jobs: ≥ 20,000 jobs/s",
    atLeast: 20_000,
    value: (look) => look("create_jobs", CREATE_MANY, "jobs/s"),
  },
  {
    target: "dispatch of one slot, 100,000 waiting: p50 ≤ 3 ms",
    atMost: 3,
    value: (look) => look("dispatch", DISPATCH.waiting(100_000), "p50 ms"),
  },
  {
    target: "dispatch of one slot, 100,000 waiting: p50 ≤ 1.3 × that of 1,000",
    atMost: 1.3,
    value: (look) =>
      ratio(
        look("dispatch", DISPATCH.waiting(100_000), "p50 ms"),
        look("dispatch", DISPATCH.waiting(1_000), "p50 ms"),
      ),
  },
  {
    target: "dispatch, every slot taken: p50 ≤ 1 ms",
    atMost: 1,
    value: (look) => look("dispatch", DISPATCH.full, "p50 ms"),
  },
  {
    target: "life on 8 connections: ≥ 600 jobs/s",
    atLeast: 600,
    value: (look) => look("life", LIFE(8), "jobs/s"),
  },
  {
    target: "life in batches of 100 on 8 connections: ≥ 4,000 jobs/s",
    atLeast: 4_000,
    value: (look) => look("batches", BATCHES(8), "jobs/s"),
  },
  {
    target: "short life on 8 connections: ≥ graphile-worker's jobs a second",
    atLeast: 1,
    value: (look) =>
      ratio(
        look("short_life", SHORT_LIFE("ours", 8), "jobs/s"),
        look("short_life", SHORT_LIFE("graphile", 8), "jobs/s"),
      ),
  },
  {
    target: `limit: never more than ${LIMIT} at once`,
    atMost: LIMIT,
    mustHold: true,
    value: (look) => {
      const counts = Object.values(MOST).map((figure) => look("limit", LIMIT_ESTEIRA, figure, "max"));
      return worst(counts);
    },
  },
  {
    target: "queue_position: p99 ≤ 5 ms",
    atMost: 5,
    value: (look) => look("position", POSITION, "p99 ms"),
  },
  {
    target: "ops.diagnose and public.why, 1,000,000 jobs: p99 ≤ 100 ms, whatever the job does",
    atMost: 100,
    value: (look) => worst(Object.values(DIAGNOSE).map((side) => look("diagnose", side, "p99 ms"))),
  },
  ...Object.entries({ p50: TIMES.p50, "CPU time": TIMES.cpu }).map(([what, figure]): Target => ({
    target: `1,000,000 finished jobs: each call's ${what} ≤ 1.3 × that beside 100`,
    atMost: 1.3,
    value: (look) => worst(GROWTH.map((side) => look("growth", side, figure))),
  })),
  {
    target: "retention without a rest: nobody waits for more than 50 ms longer than without",
    atMost: 50,
    value: (look) =>
      worst(
        Object.values(RETENTION).map((side) =>
          difference(look("retention", side, LONGEST.swept), look("retention", side, LONGEST.calm))
        ),
      ),
  },
  {
    target: "retention: the longest piece takes ≤ 50 ms of CPU",
    atMost: 50,
    value: (look) => worst(Object.values(RETENTION).map((side) => look("retention", side, PIECE))),
  },
  {
    target: "bloat: hot tables are no larger after a held snapshot than at its end",
    atMost: 1.25,
    value: (look) =>
      worst(STAYS.map((side) => ratio(look("bloat", side, SIZES.after), look("bloat", side, SIZES.held)))),
  },
  {
    target: "when a job starts: told within a factor of two in 90 %, tasks of usual length",
    atLeast: 90,
    value: (look) => look("foretold", FORETOLD.usual, WITHIN),
  },
  {
    target: "5 MiB made to slow a reader down: p50 ≤ 100 ms, whatever they are",
    atMost: 100,
    value: (look) => {
      const times = HOSTILE_TEXTS.map((text) => look("hostile_text", text, "p50 ms"));
      return worst(times);
    },
  },
  {
    target: "find_jobs, 100,000 jobs: p50 ≤ 500 ms, whatever the filter",
    atMost: 500,
    value: (look) => worst(FIND_JOBS.map((side) => look("console", side, "p50 ms"))),
  },
  {
    target: "first paint of Jobs on loopback: ≤ 1 s",
    atMost: 1_000,
    value: (look) => look("console", FIRST_PAINT, PAINTED),
  },
  {
    target:
      "row committed → callback: the client adds ≤ 5 ms at p50, at every rate and with 1 and 200 clients",
    atMost: 5,
    value: (look) =>
      worst(CLIENTS.flatMap((clients) =>
        RATES.map((rate) =>
          difference(
            look("realtime", REALTIME("ours", clients, rate), "p50 ms"),
            look("realtime", REALTIME("alone", clients, rate), "p50 ms"),
          )
        )
      )),
  },
  ...[SUBMITTED, HEARD, SHOWN].map((figure): Target => ({
    target: `one job at a time, ${figure.replace(" ms", "")}: the client adds ≤ 5 ms`,
    atMost: 5,
    value: (look) =>
      difference(
        look("realtime_journey", JOURNEY("ours", 0), figure),
        look("realtime_journey", JOURNEY("alone", 0), figure),
      ),
  })),
  {
    target: "CPU of a request, what goes on after its answer included: ≤ 200 ms of the platform's 2 s",
    atMost: 200,
    value: (look) => worst(INVOCATIONS.map((side) => look("invocations", side, "CPU ms"))),
  },
  ...[FAILED, LOST].map((figure): Target => ({
    target: `500 webhooks/s, Data API with 10 connections: none ${figure}`,
    atMost: 0,
    mustHold: true,
    value: (look) => look("webhooks", WEBHOOKS(500), figure, "max"),
  })),
  ...JOURNEYS.map(({ rate, figure, atMost }): Target => ({
    target: `${JOURNEY("ours", rate)}: ${figure.replace(" ms", "")} ≤ ${atMost} ms`,
    atMost,
    value: (look) => look("realtime_journey", JOURNEY("ours", rate), figure),
  })),
  {
    target: "100 clicks a second: what is open does not grow by more than a tenth of a second's clicks",
    atMost: 10,
    value: (look) => look("realtime_flood", FLOOD(100), QUEUE_GROWTH),
  },
  {
    target: "20 MB → provider: p50 ≤ 1.2 × one copy over loopback",
    atMost: 1.2,
    value: (look) => ratio(look("upload", HANDED_OVER, MEDIAN), look("upload", ONE_COPY, MEDIAN)),
  },
  {
    target: "1,000 jobs on a screen, 50 changes a second: no task of 50 ms or more",
    atMost: 49.9,
    value: (look) => look("render", RENDER(50), LONGEST_TASK),
  },
  {
    target: "1,000 jobs on a screen, 50 changes a second: no task that has the CPU for 50 ms",
    atMost: 50,
    value: (look) => look("render", RENDER(50), MOST_CPU),
  },
  {
    target: "1,000 jobs on a screen, 50 changes a second: ≥ 59 frames a second",
    atLeast: 59,
    value: (look) => look("render", RENDER(50), FRAMES),
  },
  {
    target: "1 % of messages lost: every end of a job is learned",
    atLeast: 100,
    mustHold: true,
    value: (look) => look("realtime_loss", LOSS, LEARNED),
  },
  ...PEER_TARGETS,
];

/** Judges the targets whose measures were run. */
export function judge(results: Result[]): Verdict[] {
  return TARGETS.flatMap(
    ({ target, atMost = Infinity, atLeast = -Infinity, mustHold = false, value: compute }) => {
      let isAsked = false;
      const value = compute((measure, side, figure, pick = "median") => {
        const result = results.find((result) => result.measure === measure);
        if (!result) return undefined;
        isAsked = true;
        const values = result.rounds.flatMap(({ figures }) => figures[side]?.[figure] ?? []);
        return values.length ? summarise(values)[pick] : undefined;
      });
      if (!isAsked) return [];
      if (value === undefined) return [{ target, mustHold }];
      return [{ target, value, isMet: value <= atMost && value >= atLeast, mustHold }];
    },
  );
}
