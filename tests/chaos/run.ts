/** One run: prepare, create, disturb, wait, gather, judge. */
import { type Environment, startEnvironment } from "../world/environment.ts";
import { type Finding, judge } from "./checks/every_check.ts";
import { comeToRest } from "./come_to_rest.ts";
import { Crew } from "./crew.ts";
import { createAll, type Customer, idempotencyKeyOf, type Seen, signUpCustomers } from "./customers.ts";
import { disturb, type Disturbed } from "./disturbances.ts";
import type { Evidence } from "./evidence.ts";
import { gather } from "./gather.ts";
import { leave, lookBack } from "./leavers.ts";
import { mix, type PlannedJob } from "./mixture.ts";
import type { Options } from "./options.ts";
import { PassingDays } from "./pass_days.ts";
import { type Plan, planFor } from "./plans.ts";
import { type Random, randomOf } from "../world/random.ts";
import { arm, SCENARIOS } from "./scenarios/every_scenario.ts";
import { prepareDatabase } from "./settings.ts";
import { VerdictWatch } from "./verdict_watch.ts";
import { Watch } from "./watch.ts";

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
  const { seed, killEveryMs } = options;
  const plan = { ...planFor(options), ...options.patienceMs ? { patienceMs: options.patienceMs } : {} };
  const everyJob = mix(SCENARIOS, randomOf(seed), { ...options, users: plan.users, leavers: plan.leavers });
  const planned = everyJob.filter(({ user }) => user < plan.users);
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
  const { sql, deployment } = environment;
  const crew = new Crew(deployment, randomOf(seed + 3));
  const verdicts = new VerdictWatch(sql);
  const days = new PassingDays(sql, scenariosWithDays(), plan.dayPassesAfterMs);
  let watch: Watch | undefined;
  let telling: ReturnType<typeof setInterval> | undefined;
  try {
    await prepareDatabase(sql, plan.pace);
    arm(environment);
    const customers = await signUpCustomers(environment, plan);
    const leavers = customers.slice(plan.users);
    const seen: Seen = { ids: new Map(), cancels: new Map(), stolen: [], retries: 0 };
    const looking = watch = new Watch(sql, jobs, leavers.map(({ user }) => user.userId));
    crew.start();
    const daysPass = days.start();
    const verdictsAreSeen = verdicts.start();
    const startedAt = performance.now();
    telling = setInterval(() => void looking.tell().then(say, () => {}), 10_000);
    const ended = looking.untilAllEnded(plan.patienceMs);
    // Whoever waits for a share of jobs that are stuck is let go when the patience is over.
    const share = () => performance.now() - startedAt > plan.patienceMs ? 1 : looking.share();
    const [disturbed, left] = await Promise.all([
      disturb(deployment, environment, share, {
        random: randomOf(seed + 1),
        killEveryMs,
        crashesAt: plan.crashesAt,
        outages: plan.outages,
        killsUntil: plan.killsUntil,
        killsForMs: plan.killsForMs,
      }),
      leaveOneByOne(environment, leavers, everyJob, plan, randomOf(seed + 4)),
      createAll(environment, customers, everyJob, {
        seed,
        random: randomOf(seed + 2),
        spreadMs: plan.spreadMs,
        seen,
      }),
    ]);
    if (await ended) await comeToRest(environment, crew, plan);
    days.stop();
    verdicts.stop();
    await Promise.all([crew.stop(), daysPass, verdictsAreSeen]);
    await looking.look();
    const evidence = await gather(environment, {
      planned,
      keys,
      users: new Map(customers.slice(0, plan.users).map(({ user }) => [user.userId, user])),
      crew,
      stolen: seen.stolen,
      leavers: await lookBack(sql, left),
      changes: looking.changes,
      verdicts: { looks: verdicts.looks, problems: verdicts.problems },
      ids: seen.ids,
      cancels: seen.cancels,
      crashes: disturbed.crashes,
      kills: disturbed.kills,
      outages: disturbed.outages,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    return { evidence, findings: judge(evidence), disturbed, retries: seen.retries, seconds, log };
  } finally {
    clearInterval(telling);
    watch?.stop();
    days.stop();
    verdicts.stop();
    await crew.stop();
    await environment.close();
  }
}

/** Has the leavers go while their jobs are being made and done. */
async function leaveOneByOne(
  environment: Environment,
  leavers: readonly Customer[],
  everyJob: readonly PlannedJob[],
  { users, spreadMs }: Plan,
  random: Random,
) {
  return await Promise.all(leavers.map(async (customer, index) => ({
    customer,
    jobs: everyJob.filter(({ user }) => user === users + index),
    leftAt: await leave(environment, customer, random.between(0.3, 1.1) * spreadMs),
  })));
}

function scenariosWithDays(): string[] {
  return SCENARIOS.filter(({ dayPasses }) => dayPasses).map(({ provider, name }) => `${provider}/${name}`);
}
