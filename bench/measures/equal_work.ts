/** Designs that do the same work, side by side: how long each step of a job takes, and what a job costs the server. */
import { absurdDesign } from "../contenders/equal/absurd.ts";
import { countWork, type Design, shortfalls, type Stage, type Timed } from "../contenders/equal/design.ts";
import { documentsDesign } from "../contenders/equal/documents.ts";
import { esteiraDesign } from "../contenders/equal/esteira.ts";
import { graphileDesign } from "../contenders/equal/graphile.ts";
import { pgflowDesign } from "../contenders/equal/pgflow.ts";
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { percentile } from "../harness/stats.ts";
import { liveSideBySide, time } from "../harness/timing.ts";
import { asSuperuser, connect } from "../server/connection.ts";
import { type Costs, costsSince, readMoment } from "../server/costs.ts";
import { userId } from "../server/fixtures.ts";
import type { Server } from "../server/server.ts";

/** From the call that creates until somebody has the job in hand: in one call, or in two. */
const BEGUN = "create and claim";
type Column = Stage | typeof BEGUN;
const COLUMNS: Column[] = ["create", "claim", BEGUN, "submitted", "webhook", "complete"];

const DESIGNS = [esteiraDesign, documentsDesign, pgflowDesign, absurdDesign, graphileDesign];

/** Names that the targets look up. */
export const EQUAL = { ours: esteiraDesign.name, others: DESIGNS.slice(1).map(({ name }) => name) };
export const STAGE_P50 = (stage: Column) => `${stage} p50 ms`;
/** How many jobs of the database were asked after, and had all that is asked. */
export const CHECKED = "jobs checked";
export const LIVES = (connections: number) => `jobs/s on ${connections}`;
/** Columns in which less is better, beside the stages. */
export const COST = {
  cpu: "CPU s a 1,000 jobs",
  wal: "WAL kB a job",
  rows: "rows written a job",
  dead: "dead rows a job",
};

const CONNECTIONS = 8;

/** The steps on one connection, then whole lives and what they cost on eight; p50 of each step. */
export const equalWork: Measure = {
  name: "equal_work",
  title:
    "Equal work: a job with its row, history, ledger, stored webhook and broadcasts, from create to complete",
  sides: DESIGNS.map((design) => ({
    name: design.name,
    doesNot: design.doesNot,
    open: (server: Server) => openDesign(server, design),
  })),
};

async function openDesign(server: Server, design: Design): Promise<Contender> {
  const carrier = await design.open(server);
  const superuser = connect(asSuperuser(carrier.url), 1);
  const [one, eight] = [connect(carrier.url, 1), connect(carrier.url, CONNECTIONS)];
  let [lives, isWarm] = [0, false];
  const live = (sql: typeof one, timed: Timed) => carrier.live(sql, userId(lives++), timed);
  return {
    async round(seconds): Promise<Figures> {
      await superuser`checkpoint`;
      const { stages, timed, next } = stopwatch();
      const alone = await liveSideBySide(1, seconds, async (counts) => {
        await live(one, timed);
        next(counts);
      });
      const p50s = COLUMNS.flatMap((stage) =>
        stages[stage] ? [[STAGE_P50(stage), percentile(stages[stage], 0.5)]] : []
      );
      // A connection's first lives compile what they call: that is not what a job costs.
      const together = (seconds: number) =>
        liveSideBySide(CONNECTIONS, seconds, () => live(eight, (_, work) => work()));
      if (!isWarm) await together(0);
      isWarm = true;
      const [moment, before] = [await readMoment(superuser), lives];
      const { "jobs/s": rate = NaN } = await together(seconds);
      const costs = await costsSince(moment, superuser);
      const done = await countWork(superuser, carrier);
      const missing = shortfalls(done, lives, design.lacks);
      if (missing.length > 0) throw new Error(`did less than was asked: ${missing.join("; ")}`);
      return {
        ...Object.fromEntries(p50s),
        [LIVES(1)]: alone["jobs/s"] ?? NaN,
        [LIVES(CONNECTIONS)]: rate,
        ...costFigures(costs, lives - before),
        [CHECKED]: done.jobs,
      };
    },
    async close() {
      await Promise.all([one, eight, superuser].map((sql) => sql.end()));
    },
  };
}

/** What `lives` jobs cost, for each of them. Whole pages, logged because a checkpoint was shortly before, are left out. */
export function costFigures({ cpuMs, walBytes, pageBytes, rows, dead }: Costs, lives: number): Figures {
  return {
    ...cpuMs === undefined ? {} : { [COST.cpu]: cpuMs / lives },
    [COST.wal]: (walBytes - pageBytes) / lives / 1000,
    [COST.rows]: rows / lives,
    [COST.dead]: dead / lives,
  };
}

/** Times the stages of one life after the other; what is named twice in a life counts as one. */
export function stopwatch() {
  const stages: Partial<Record<Column, number[]>> = {};
  let life: Partial<Record<Stage, number>> = {};
  const timed: Timed = async (stage, work) => {
    const result: { value?: Awaited<ReturnType<typeof work>> } = {};
    const ms = await time(async () => result.value = await work());
    const value = result.value!;
    const name = typeof stage === "string" ? stage : stage(value);
    life[name] = (life[name] ?? 0) + ms;
    return value;
  };
  /** Ends a life, and begins the next; keeps its times if it counts. */
  const next = (counts: boolean) => {
    const begun = { [BEGUN]: (life.create ?? 0) + (life.claim ?? 0) };
    for (const [stage, ms] of counts ? Object.entries({ ...life, ...begun }) : []) {
      (stages[stage as Column] ??= []).push(ms);
    }
    life = {};
  };
  return { stages, timed, next };
}
