/** One run: people connect, publish, are disturbed, wait; then the platforms' books are compared with what we say. */
import { type Environment, startEnvironment } from "../../world/environment.ts";
import { jobsTopic } from "../../../shared/words/topics.ts";
import { listen } from "../../world/listen.ts";
import { disturb } from "../disturbances.ts";
import { pause } from "../patience.ts";
import { type Random, randomOf } from "../../world/random.ts";
import { VerdictWatch } from "../verdict_watch.ts";
import { Watch } from "../watch.ts";
import { askFor } from "./ask_for.ts";
import { type Finding, judge } from "./checks.ts";
import { type Customer, Reconnecting, signUpCustomers } from "./customers.ts";
import { type Evidence, gather, simulatorsOf } from "./evidence.ts";
import { PassingMinutes } from "./minutes.ts";
import { type Pace, prepareDatabase } from "./pace.ts";
import { plan, type Planned } from "./plan.ts";
import { PLATFORMS } from "./scenarios/index.ts";

export interface PublicationOptions {
  readonly publications: number;
  readonly seed: number;
  readonly isShort: boolean;
  readonly killEveryMs: number;
  readonly patienceMs?: number;
}

export interface PublicationResult {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly seconds: number;
  readonly log: readonly string[];
}

interface Settings extends Pace {
  readonly customers: number;
  readonly spreadMs: number;
  readonly crashesAt: readonly number[];
  readonly outagesAt: readonly number[];
  readonly killsUntil: number;
  /** No kill comes later: five at a time, what a dead worker held comes back only when its lease is over. */
  readonly killsForMs: number;
  readonly patienceMs: number;
}

const FULL: Settings = {
  lease: 12,
  limits: { account: 20, app: 400, seconds: 20 },
  customers: 16,
  spreadMs: 60_000,
  crashesAt: [0.25, 0.6],
  outagesAt: [0.15, 0.4, 0.7],
  killsUntil: 0.9,
  killsForMs: 300_000,
  patienceMs: 40 * 60_000,
};
const SHORT: Settings = {
  lease: 6,
  limits: { account: 4, app: 40, seconds: 3 },
  customers: 6,
  spreadMs: 3_000,
  crashesAt: [0.3],
  outagesAt: [],
  killsUntil: 0.5,
  killsForMs: 20_000,
  patienceMs: 4 * 60_000,
};
const OUTAGE_MS = 3_000;
/** How many publications somebody makes with each connection in a large run. */
const A_CONNECTION = 6;

/** Runs once. `say` is told how it goes. */
export async function runPublications(
  options: PublicationOptions,
  say: (line: string) => void = () => {},
): Promise<PublicationResult> {
  const settings = {
    ...options.isShort ? SHORT : FULL,
    ...options.patienceMs ? { patienceMs: options.patienceMs } : {},
  };
  const random = randomOf(options.seed);
  // Each account publishes one after the other, and waits for minutes where an outcome is looked for.
  const people = Math.max(
    settings.customers,
    Math.ceil(options.publications / A_CONNECTION / PLATFORMS.length),
  );
  const planned = plan(options.publications, {
    customers: people,
    isShort: options.isShort,
    random,
  });
  const log: string[] = [];
  const environment = await startEnvironment({
    durable: true,
    ...Object.fromEntries(PLATFORMS.map(({ platform, start }) => [platform, start(settings.limits)])),
    onLog: (line) => void log.push(line),
  });
  const { sql, deployment } = environment;
  const stops: { stop(): void }[] = [];
  let telling: ReturnType<typeof setInterval> | undefined;
  try {
    await prepareDatabase(sql, settings);
    const customers = await signUpCustomers(environment, people);
    const broadcasts = await listenToAll(customers);
    arm(environment, planned);
    const watch = new Watch(sql, planned.length);
    const minutes = new PassingMinutes(sql, settings.lease);
    const verdicts = new VerdictWatch(sql);
    const reconnecting = new Reconnecting(environment, customers);
    stops.push(watch, minutes, reconnecting, verdicts);
    const startedAt = performance.now();
    telling = setInterval(() => void watch.tell().then(say, () => {}), 10_000);
    const share = () => performance.now() - startedAt > settings.patienceMs ? 1 : watch.share();
    const ended = watch.untilAllEnded(settings.patienceMs);
    const passing = [
      minutes.start(),
      reconnecting.start(),
      verdicts.start(),
      rotate(environment, customers, share, random),
    ];
    const [disturbed, ids] = await Promise.all([
      disturb(deployment, environment, share, {
        random: randomOf(options.seed + 1),
        killEveryMs: options.killEveryMs,
        crashesAt: settings.crashesAt,
        outages: [],
        killsUntil: settings.killsUntil,
        killsForMs: settings.killsForMs,
      }),
      publishAll(environment, customers, planned, settings.spreadMs, options.seed),
      sendAway(environment, settings.outagesAt, share),
    ]);
    await ended;
    await watch.look();
    // What has ended has left its message, and that is put away by whoever reads it next.
    await pause(2_000);
    for (const one of stops) one.stop();
    await Promise.all(passing);
    const evidence = await gather(environment, {
      planned,
      ids,
      lines: log,
      broadcasts,
      reconnects: reconnecting.count,
      verdicts: { looks: verdicts.looks, problems: verdicts.problems },
      kills: disturbed.kills.length,
      crashes: disturbed.crashes.length,
    });
    return { evidence, findings: judge(evidence), seconds: (performance.now() - startedAt) / 1000, log };
  } finally {
    clearInterval(telling);
    for (const one of stops) one.stop();
    await environment.close();
  }
}

/** Tells the simulators what is to go wrong with which publication. */
function arm(environment: Environment, planned: readonly Planned[]): void {
  const simulators = simulatorsOf(environment);
  for (const { scenario: { strikes }, platform, caption, files } of planned) {
    for (const { by, times, fault } of strikes) {
      const contains = by === "text" ? caption : files[0]?.sha256 ?? "";
      simulators.get(platform)?.misbehave({ contains, times, fault });
    }
  }
  for (const { platform, noise } of PLATFORMS) {
    for (const fault of noise) simulators.get(platform)?.misbehave({ fault });
  }
}

async function listenToAll(customers: readonly Customer[]): Promise<string[]> {
  const heard: string[] = [];
  for (const { user } of customers) {
    await listen(
      user.client,
      jobsTopic(user.userId),
      ["INSERT", "UPDATE", "connection_changed"],
      (payload) => void heard.push(JSON.stringify(payload)),
    );
  }
  return heard;
}

/** Every customer publishes what is theirs, spread over the time. Returns the jobs by their numbers. */
async function publishAll(
  environment: Environment,
  customers: readonly Customer[],
  planned: readonly Planned[],
  spreadMs: number,
  seed: number,
): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  await Promise.all(customers.map(async (customer, index) => {
    const own = planned.filter(({ customer }) => customer === index);
    for (const one of own) {
      ids.set(one.n, await askFor(environment, customer, one, `chaos-${seed}-${one.n}`));
      await pause(spreadMs / Math.max(own.length, 1));
    }
  }));
  return ids;
}

/** Ends people's access now and then, as a platform may: what is under way goes on with a renewed one. */
async function rotate(
  environment: Environment,
  customers: readonly Customer[],
  share: () => number,
  random: Random,
): Promise<void> {
  const renewed = PLATFORMS.filter(({ isRenewed }) => isRenewed);
  while (share() < 0.95) {
    await pause(1_000);
    const customer = customers[Math.floor(random.between(0, customers.length))];
    const platform = renewed[Math.floor(random.between(0, renewed.length))]?.platform;
    if (customer && platform) environment[platform].endAccess(customer.username, "access");
  }
}

async function sendAway(
  environment: Environment,
  at: readonly number[],
  share: () => number,
): Promise<void> {
  const simulators = [...simulatorsOf(environment).values()];
  for (const [index, wanted] of at.entries()) {
    while (share() < wanted) await pause(100);
    await simulators[index % simulators.length]?.outage(
      index % 3 === 1
        ? { how: "refused", ms: OUTAGE_MS }
        : { how: "error", status: 503, of: "everything", ms: OUTAGE_MS },
    );
  }
}
