/** One run: prepare, create, disturb, wait, gather, judge. */
import { type Environment, startEnvironment } from "../world/environment.ts";
import { type Finding, judge } from "./checks/every_check.ts";
import { createAll, idempotencyKeyOf, type Seen, signUpCustomers } from "./customers.ts";
import { disturb, type Disturbed } from "./disturbances.ts";
import type { Evidence } from "./evidence.ts";
import { gather, queueLengths, tasksOf } from "./gather.ts";
import { mix } from "./mixture.ts";
import type { Options } from "./options.ts";
import { pause } from "./patience.ts";
import { randomOf } from "./random.ts";
import { arm, SCENARIOS } from "./scenarios/every_scenario.ts";
import { type Pace, prepareDatabase } from "./settings.ts";
import { Watch } from "./watch.ts";

/** What is not drawn and not asked for: how long a run of its kind takes for what. */
interface Plan {
  readonly pace: Pace;
  readonly users: number;
  readonly spreadMs: number;
  readonly crashesAt: readonly number[];
  readonly killsUntil: number;
  readonly killsForMs: number;
  /** How long all jobs may take together before the run is called stuck. Much longer than on the slowest machine. */
  readonly patienceMs: number;
}

const FULL: Plan = {
  pace: {
    lease: "20 seconds",
    poll: "5 seconds",
    backoffBase: "1 second",
    backoffMax: "10 seconds",
    timeout: "4 minutes",
    slots: 40,
  },
  users: 12,
  spreadMs: 120_000,
  crashesAt: [0.25, 0.6],
  killsUntil: 0.9,
  killsForMs: 240_000,
  patienceMs: 60 * 60_000,
};

const SHORT: Plan = {
  pace: {
    lease: "8 seconds",
    poll: "2 seconds",
    backoffBase: "500 milliseconds",
    backoffMax: "4 seconds",
    timeout: "40 seconds",
    slots: 12,
  },
  users: 4,
  spreadMs: 10_000,
  crashesAt: [0.3],
  killsUntil: 0.6,
  killsForMs: 60_000,
  patienceMs: 10 * 60_000,
};

const QUIET_MS = 1_500;

/** What came of a run. */
export interface Result {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly disturbed: Disturbed;
  /** Requests of users that met an error and were sent again. */
  readonly retries: number;
  readonly seconds: number;
  /** The last lines that the functions printed. */
  readonly log: readonly string[];
}

/** Runs once. `say` is told how it goes. */
export async function run(options: Options, say: (line: string) => void = () => {}): Promise<Result> {
  const { seed, isShort, killEveryMs } = options;
  const plan = isShort ? SHORT : FULL;
  const planned = mix(SCENARIOS, randomOf(seed), { ...options, users: plan.users });
  const jobs = planned.length;
  const keys = planned.map((job) => idempotencyKeyOf(seed, job));
  const log: string[] = [];
  const environment = await startEnvironment({
    durable: true,
    runninghub: { concurrency: 1000 },
    onLog: (line) => {
      log.push(line);
      if (log.length > 20_000) log.splice(0, 10_000);
    },
  });
  const watch = new Watch(environment.sql, jobs);
  let telling: ReturnType<typeof setInterval> | undefined;
  try {
    await prepareDatabase(environment.sql, plan.pace);
    arm(environment);
    const customers = await signUpCustomers(environment, plan.users);
    const seen: Seen = { ids: new Map(), cancels: new Map(), retries: 0 };
    const startedAt = performance.now();
    telling = setInterval(() => say(`${watch.ends.size} of ${jobs} jobs have ended`), 10_000);
    const ended = watch.untilAllEnded(plan.patienceMs);
    // Whoever waits for a share of jobs that are stuck is let go when the patience is over.
    const share = () => performance.now() - startedAt > plan.patienceMs ? 1 : watch.share();
    const [disturbed] = await Promise.all([
      disturb(environment.deployment, share, {
        random: randomOf(seed + 1),
        killEveryMs,
        crashesAt: plan.crashesAt,
        killsUntil: plan.killsUntil,
        killsForMs: plan.killsForMs,
      }),
      createAll(environment, customers, planned, {
        seed,
        random: randomOf(seed + 2),
        spreadMs: plan.spreadMs,
        seen,
      }),
    ]);
    if (await ended) await comeToRest(environment, plan);
    await watch.look();
    const evidence = await gather(environment, {
      planned,
      keys,
      tokens: new Map(customers.map(({ user }) => [user.userId, user.accessToken])),
      changes: watch.changes,
      ids: seen.ids,
      cancels: seen.cancels,
      crashes: disturbed.crashes,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    return { evidence, findings: judge(evidence), disturbed, retries: seen.retries, seconds, log };
  } finally {
    clearInterval(telling);
    watch.stop();
    await environment.close();
  }
}

/**
 * Waits until the queues are empty and the simulators have nothing more to do. Messages that point at jobs which have
 * ended would be put away when their time comes; here it comes at once.
 */
async function comeToRest(environment: Environment, { pace, patienceMs }: Plan): Promise<void> {
  const { sql } = environment;
  const giveUpAt = performance.now() + patienceMs;
  let quietSince = performance.now();
  let before = "";
  while (performance.now() - quietSince < QUIET_MS && performance.now() < giveUpAt) {
    const queues = await queueLengths(environment);
    for (const [queue, length] of queues) {
      // But for what a worker may be at work on.
      if (length > 0) {
        await sql`
          update pgmq.${sql(`q_${queue}`)} set vt = clock_timestamp()
          where last_read_at is null or last_read_at < clock_timestamp() - greatest(${pace.lease}::interval, '30 seconds')`;
      }
    }
    const now = JSON.stringify([
      [...queues],
      tasksOf(environment).map(({ outcome, wasHeard }) => [outcome, wasHeard]),
    ]);
    const isIdle = [...queues.values()].every((length) => length === 0);
    if (!isIdle || now !== before) quietSince = performance.now();
    before = now;
    await pause(250);
  }
}
